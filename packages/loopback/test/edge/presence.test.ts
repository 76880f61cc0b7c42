/**
 * What an edge knows of the participants of a call over real sockets: profiles, audio levels that follow who speaks, the
 * dominant speaker, connection quality, pauses and mutes.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RemoteParticipant } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Vp8RtpPayload } from "werift"
import { enter } from "../support/agentIn.ts"
import * as Client from "../support/Client.ts"
import { inCall } from "../support/inCall.ts"

const cameraOf = ({ publications }: RemoteParticipant) => publications.find(({ trackType }) => trackType === "Video")

const microphoneOf = ({ publications }: RemoteParticipant) =>
  publications.find(({ trackType }) => trackType === "Audio")

describe("an edge in a call of the loopback SFU", () => {
  inCall(
    "knows the profile of a user, of each session and as it is changed",
    ({ control, participant }) =>
      Effect.gen(function*() {
        const edge = yield* enter("presence", "robot")
        const profile = {
          name: "Alice A.",
          image: "https://pictures.test/alice",
          roles: ["host"],
          custom: { team: { id: 7, names: ["a", null, true] } }
        }
        const before = Date.now()
        yield* participant({ userId: "alice", profile })
        const alice = yield* edge.waitForParticipant({ userId: "alice" })
        assert.deepInclude(alice, { ...profile, connectionQuality: "Excellent" })
        // A timestamp has milliseconds, and an old one would be of another join.
        assert.isAtLeast(alice.joinedAt ?? 0, before - 1)
        yield* participant({ userId: "alice", sessionId: "again" })
        assert.deepInclude(yield* edge.waitForParticipant({ sessionId: "again" }), profile)
        yield* control.updateProfile("alice", { name: "Alice B." })
        yield* edge.waitForParticipant(({ name, sessionId }) => name === "Alice B." && sessionId === "again")
        yield* participant({ userId: "bob" })
        assert.strictEqual((yield* edge.waitForParticipant({ userId: "bob" })).name, "bob")
      })
  )

  inCall(
    "hears who speaks, by level and as the dominant speaker, and so does one that joins late",
    ({ participant }) =>
      Effect.gen(function*() {
        const edge = yield* enter("presence", "robot")
        const alice = yield* participant({ userId: "alice", speech: "always" })
        const bob = yield* participant({ userId: "bob", speech: "never" })
        yield* alice.publish("Audio")
        yield* bob.publish("Audio")
        yield* edge.waitForParticipant(({ isDominantSpeaker, isSpeaking, userId }) =>
          userId === "alice" && isDominantSpeaker && isSpeaking
        )
        const [levels] = yield* Stream.runCollect(Stream.take(
          Stream.filter(edge.audioLevels, (levels) => levels.length === 2 && levels.some(({ level }) => level > 0)),
          1
        ))
        const levelOf = (user: string) => levels?.find(({ userId }) => userId === user)
        // The tones are recorded at 15 dB below the loudest.
        assert.closeTo(levelOf("alice")?.level ?? 0, 10 ** (-15 / 20), 0.01)
        assert.deepInclude(levelOf("bob"), { level: 0, isSpeaking: false })

        yield* bob.speak("always")
        yield* alice.speak("never")
        yield* edge.waitForParticipant(({ isDominantSpeaker, isSpeaking, userId }) =>
          userId === "bob" && isDominantSpeaker && isSpeaking
        )
        yield* edge.waitForParticipant(({ isDominantSpeaker, isSpeaking, userId }) =>
          userId === "alice" && !isDominantSpeaker && !isSpeaking
        )
        const late = yield* enter("presence", "late")
        // Where packets are late, speech has pauses.
        yield* late.waitForParticipant(({ isDominantSpeaker, isSpeaking, userId }) =>
          userId === "bob" && isDominantSpeaker && isSpeaking
        )

        yield* bob.mute("Audio")
        yield* edge.waitForParticipant(({ audioLevel, isSpeaking, userId }) =>
          userId === "bob" && !isSpeaking && audioLevel === 0
        )
      })
  )

  inCall("knows the connection quality", ({ control, participant }) =>
    Effect.gen(function*() {
      const edge = yield* enter("presence", "robot")
      const { sessionId } = yield* participant({ userId: "alice" })
      for (const quality of ["Poor", "Good", "Excellent"] as const) {
        yield* control.setConnectionQuality(sessionId, quality)
        yield* edge.waitForParticipant(({ connectionQuality, userId }) =>
          userId === "alice" && connectionQuality === quality
        )
      }
      yield* control.setConnectionQuality(sessionId, "Poor")
      const late = yield* enter("presence", "late")
      assert.strictEqual((yield* late.waitForParticipant({ userId: "alice" })).connectionQuality, "Poor")
    }))

  inCall("gets no packet of a video that is paused, and a key frame when it goes on", (sfu) =>
    Effect.gen(function*() {
      const edge = yield* enter("presence", "robot")
      const alice = yield* sfu.participant({ userId: "alice" })
      const pause = { to: "robot", publication: Client.keyOf(alice, "Video") }
      yield* alice.publish("Video")
      const { rtp } = yield* edge.waitForTrack({ trackType: "Video" })
      yield* Stream.runDrain(Stream.take(rtp, 5))
      assert.isTrue(yield* sfu.control.pauseVideo(pause))
      yield* edge.waitForParticipant((participant) => cameraOf(participant)?.isPaused === true)
      const forwarded = Effect.map(sfu.groundTruth, ({ forwarded }) => forwarded.map(({ packets }) => packets))
      const before = yield* forwarded
      const writtenBefore = (yield* alice.packetsWritten).get("Video") ?? 0
      yield* Effect.repeat(Effect.andThen(Effect.sleep("20 millis"), alice.packetsWritten), {
        until: (written) => (written.get("Video") ?? 0) > writtenBefore + 10
      })
      assert.deepStrictEqual(yield* forwarded, before)
      assert.isTrue(yield* sfu.control.resumeVideo(pause))
      yield* edge.waitForParticipant((participant) => cameraOf(participant)?.isPaused === false)
      const isKeyFrame = (payload: Uint8Array) => Vp8RtpPayload.deSerialize(Buffer.from(payload)).isKeyframe
      yield* Stream.runDrain(Stream.take(Stream.filter(rtp, ({ payload }) => isKeyFrame(payload)), 1))

      // A client that does not know pauses has none.
      yield* Client.join({ userId: "old", sessionId: "old" })
      assert.isFalse(yield* sfu.control.pauseVideo({ ...pause, to: "old" }))
    }))

  inCall("knows a muted publication as muted, and as live again", ({ participant }) =>
    Effect.gen(function*() {
      const edge = yield* enter("presence", "robot")
      const alice = yield* participant({ userId: "alice" })
      yield* alice.publish("Audio")
      const isMuted = (expected: boolean) =>
        edge.waitForParticipant((participant) =>
          participant.userId === "alice" && microphoneOf(participant)?.isMuted === expected
        )
      yield* isMuted(false)
      yield* alice.mute("Audio")
      yield* isMuted(true)
      yield* alice.unmute("Audio")
      yield* isMuted(false)
    }))

  inCall.each([true, false])(
    "that wants no audio has no track of it, where the SFU sends it unasked: %s",
    (sfu, implicitAudio) =>
      Effect.gen(function*() {
        const edge = yield* enter("presence", "robot")
        const alice = yield* sfu.participant({ userId: "alice" })
        yield* alice.publish("Audio")
        const { rtp } = yield* edge.waitForTrack({ trackType: "Audio" })
        yield* edge.subscribe(() => false)
        yield* Stream.runDrain(rtp)
        yield* edge.waitForParticipant((participant) => {
          const { isSubscribed, trackId } = microphoneOf(participant) ?? {}
          return isSubscribed === false && trackId === undefined
        })
        if (!implicitAudio) yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 0)
        yield* edge.subscribe(() => true)
        yield* Stream.runDrain(Stream.take((yield* edge.waitForTrack({ trackType: "Audio" })).rtp, 5))
      }),
    (implicitAudio) => ({ implicitAudio })
  )
})

it.live("levels are not sent if the SFU is set so", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const agent = yield* Client.join({ userId: "agent" })
    const alice = yield* sfu.participant({ userId: "alice", speech: "always" })
    yield* alice.publish("Audio")
    yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 20)
    yield* agent.awaitPriorEvents
    assert.notInclude(agent.events().map(({ audioLevelChanged }) => Boolean(audioLevelChanged)), true)
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ audioLevels: false }))))
