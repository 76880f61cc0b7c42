/**
 * What may be published, and who takes it back.
 */
import { assert, describe } from "@effect/vitest"
import { Wire } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import { aliceAndAgent } from "./support/aliceAndAgent.ts"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

describe("publishing", () => {
  inCall(
    "without a publish option is refused, and all receive changed options",
    ({ control, participant }) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const alice = yield* participant({ userId: "alice" })
        assert.deepStrictEqual(
          agent.joinReply.joinResponse?.publishOptions?.map(({ codec, trackType }) => [trackType, codec?.name]),
          [[2, "vp9"]]
        )
        assert.include((yield* Effect.flip(alice.publish("Audio"))).message, "no publish option for Audio")
        yield* alice.publish("Video")
        yield* control.changePublishOptions([{ trackType: "Audio", codec: "opus" }], "why not")
        const [changed] = yield* agent.awaitEvents("changePublishOptions")
        assert.strictEqual(changed?.changePublishOptions?.publishOptions?.[0]?.trackType, 1)
        yield* (yield* participant({ userId: "bob" })).publish("Audio")
      }),
    { publishOptions: [{ trackType: "Video", codec: "vp9" }] }
  )

  inCall(
    "without a grant is refused, and published tracks stay until their unpublish",
    ({ control, participant, groundTruth }) =>
      Effect.gen(function*() {
        const agent = yield* Client.join({ userId: "agent" })
        const alice = yield* participant({ userId: "alice" })
        yield* alice.publish("Audio")
        yield* control.updateGrants(alice.sessionId, { audio: false, video: true, screenShare: false })
        yield* control.updateGrants(agent.sessionId, { audio: false, video: true, screenShare: false })
        const [updated] = yield* agent.awaitEvents("callGrantsUpdated")
        const grants = updated?.callGrantsUpdated?.currentGrants
        assert.deepStrictEqual(
          [grants?.canPublishAudio, grants?.canPublishVideo, grants?.canScreenshare],
          [false, true, false]
        )
        assert.deepStrictEqual((yield* groundTruth).published.map(({ trackType }) => trackType), ["Audio"])
        yield* alice.mute("Audio")
        assert.include((yield* Effect.flip(alice.unmute("Audio"))).message, "not allowed to publish Audio")
        yield* alice.publish("Video")
        assert.include((yield* Effect.flip(alice.publish("ScreenShare"))).message, "not allowed to publish ScreenShare")
      })
  )

  inCall(
    "ends for all, the publisher included, when the SFU unpublishes a track, until its unmute",
    (sfu) =>
      Effect.gen(function*() {
        const { agent, alice, microphone } = yield* aliceAndAgent
        const held = yield* sfu.control.signalling.hold({ to: alice.sessionId, type: "trackUnpublished" })
        yield* sfu.control.unpublishTrack(alice.sessionId, "Audio", "Moderation")
        const [unpublished] = yield* agent.awaitEvents("trackUnpublished")
        assert.strictEqual(unpublished?.trackUnpublished?.cause, 3)
        yield* held.waitFor(1)
        const { forwarded, published } = yield* sfu.groundTruth
        assert.deepStrictEqual(published, [])
        const writtenBefore = (yield* alice.packetsWritten).get("Audio") ?? 0
        yield* Effect.repeat(Effect.andThen(Effect.sleep("20 millis"), alice.packetsWritten), {
          until: (written) => (written.get("Audio") ?? 0) > writtenBefore + 5
        })
        assert.deepStrictEqual((yield* sfu.groundTruth).forwarded, forwarded)
        yield* alice.unmute("Audio")
        yield* agent.awaitPackets(microphone, 1)
      })
  )
})

describe("ICE", () => {
  inCall("is restarted by an event to the publisher", ({ control }) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      yield* control.restartIce(agent.sessionId, "Publisher")
      const [event] = yield* agent.awaitEvents("iceRestart")
      assert.strictEqual(event?.iceRestart?.peerType, Wire.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED)
    }))
})
