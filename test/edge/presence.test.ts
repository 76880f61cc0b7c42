/**
 * What the edge knows of each participant: profile, activity and publications, and law 18: a late subscriber knows what an
 * early one knows.
 */
import { assert, describe } from "@effect/vitest"
import { WaitError } from "effect-track-resolver"
import type {
  EdgeEvent,
  RemoteParticipant,
  RemotePublication,
  SfuEvent,
  SfuParticipant,
  StreamEdge,
  UnpublishCause
} from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, bob, camera, crowd, microphone, remote } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import {
  collect,
  diesOfArgument,
  errorOf,
  joined,
  left,
  published,
  sfuParticipant,
  testEdge,
  unpublished,
  updated,
  whenIdle
} from "./Harness.ts"

type Edge = StreamEdge["Service"]

const removals = (edge: Edge) =>
  collect(edge.events.pipe(
    Stream.filter((event) => event._tag === "TrackRemoved"),
    Stream.map(({ key, reason }) => `${key.trackType} ${reason}`)
  ))

const described: SfuParticipant = {
  ...sfuParticipant(alice, "p", ["Audio"]),
  name: "Alice",
  image: "https://pictures.test/alice",
  roles: ["host"],
  custom: { team: { id: 7 } },
  joinedAt: 1_000,
  connectionQuality: "Good",
  isSpeaking: true,
  audioLevel: 0.5,
  isDominantSpeaker: true
}

const joins = (participant: SfuParticipant): SfuEvent => ({ _tag: "ParticipantJoined", participant })

describe("A participant", () => {
  testEdge(
    "that left before a message named it is not the dominant speaker when it returns",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit({ _tag: "DominantSpeakerChanged", sessionId: "a1" })
        yield* call.emit(left(alice))
        yield* call.emit(joined(alice))
        yield* whenIdle
        assert.deepStrictEqual((yield* edge.participants).map(({ isDominantSpeaker }) => isDominantSpeaker), [false])
      })
  )

  testEdge("has what the SFU has reported, and its publications", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joins(described))
      yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
      yield* whenIdle
      const { audioLevel, connectionQuality, custom, image, joinedAt, name, roles } = described
      assert.deepStrictEqual(yield* edge.participants, [{
        ...alice,
        name,
        image,
        roles,
        custom,
        joinedAt,
        connectionQuality,
        audioLevel: audioLevel!,
        isSpeaking: true,
        isDominantSpeaker: true,
        isOwnUser: false,
        publications: [
          { trackType: "Audio", isMuted: false, isPaused: false, isSubscribed: true, trackId: "agent-0-1" }
        ]
      }])
    }))

  testEdge(
    "keeps what a later message leaves out, and an activity that an event has reported",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joins(described))
        yield* call.emit({
          _tag: "AudioLevelsChanged",
          levels: [{ sessionId: "a1", level: 0.1, isSpeaking: false }]
        })
        yield* call.emit({ _tag: "ParticipantUpdated", participant: { ...described, name: "Al", image: undefined } })
        yield* call.emit(updated(alice))
        yield* whenIdle
        const [participant] = yield* edge.participants
        assert.deepInclude(participant, {
          name: "Al",
          image: described.image,
          custom: described.custom,
          isSpeaking: false,
          audioLevel: 0.1
        })
      })
  )

  testEdge(
    "changes once for each message, and not for one that repeats what is known",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const events = yield* collect(edge.participantChanges)
        yield* call.emit(joins(described))
        yield* whenIdle
        yield* call.emit(joins({ ...described, custom: { team: { id: 7 } } }))
        yield* whenIdle
        assert.deepStrictEqual(events.map(({ _tag }) => _tag), ["ParticipantJoined"])
        yield* call.emit({
          _tag: "ParticipantUpdated",
          participant: { ...described, name: "Al", custom: { team: { id: 8 } } }
        })
        yield* call.emit({ _tag: "ConnectionQualityChanged", qualities: [{ sessionId: "a1", quality: "Poor" }] })
        yield* call.emit({ _tag: "ConnectionQualityChanged", qualities: [{ sessionId: "a1", quality: "Poor" }] })
        yield* whenIdle
        assert.deepStrictEqual(
          events.slice(1).map((event) => event._tag === "ParticipantChanged" ? event.changed : event._tag),
          [["name", "custom"], ["connectionQuality"]]
        )
      })
  )

  testEdge(
    "that begins to speak has changed, and one whose level changes alone has not",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const events = yield* collect(edge.participantChanges)
        yield* call.emit(joined(alice))
        yield* whenIdle
        yield* call.emit({ _tag: "AudioLevelsChanged", levels: [{ sessionId: "a1", level: 0.1, isSpeaking: false }] })
        yield* whenIdle
        yield* call.emit({ _tag: "AudioLevelsChanged", levels: [{ sessionId: "a1", level: 0.1, isSpeaking: true }] })
        yield* whenIdle
        assert.deepStrictEqual(events.slice(1), [{
          _tag: "ParticipantChanged",
          participant: { ...remote(alice), isSpeaking: true, audioLevel: 0.1 },
          changed: ["isSpeaking"]
        }])
      })
  )

  testEdge(
    "changes when its publication gets a track, and when it loses it",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const events = yield* collect(edge.participantChanges)
        yield* call.emit(joined(alice, "p", ["Audio"]))
        yield* whenIdle
        yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
        yield* whenIdle
        yield* call.offer([])
        yield* whenIdle
        assert.deepStrictEqual(
          events.map(({ participant }) => participant.publications.map(({ trackId }) => trackId)),
          [[undefined], ["agent-0-1"], [undefined]]
        )
      })
  )

  testEdge("that has left has no publications in its last event", ({ call, edge }) =>
    Effect.gen(function*() {
      const events = yield* collect(edge.participantChanges)
      yield* call.emit(joins({ ...described, isSpeaking: false, isDominantSpeaker: false }))
      yield* whenIdle
      yield* call.emit(left(alice))
      yield* whenIdle
      const { _tag, participant } = events.at(-1)!
      assert.deepStrictEqual([_tag, participant.name, participant.publications], ["ParticipantLeft", "Alice", []])
    }))

  testEdge(
    "is known as muted and not as gone; a stopped publication of another cause is gone",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const events = yield* collect(edge.participantChanges)
        yield* call.emit(joined(alice, "p", ["Audio", "Video"]))
        yield* call.emit(unpublished(microphone(alice)))
        yield* call.emit({
          _tag: "TrackUnpublished",
          publication: { ...alice, trackType: "Video" },
          cause: "Unspecified"
        })
        yield* whenIdle
        const muted: RemotePublication = { trackType: "Audio", isMuted: true, isPaused: false, isSubscribed: true }
        assert.deepStrictEqual((yield* edge.participants)[0]!.publications, [muted])
        assert.deepStrictEqual(events.at(-1)!.participant.publications, [muted])
        yield* call.emit(published(microphone(alice)))
        yield* whenIdle
        assert.deepStrictEqual(events.at(-1)!.participant.publications, [{ ...muted, isMuted: false }])
      })
  )

  testEdge(
    "has video that the SFU pauses and resumes; the end of the publication ends the pause",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const pause = (isPaused: boolean): SfuEvent => ({
          _tag: "VideoPauseChanged",
          states: [{ sessionId: "a1", trackType: "Video", isPaused }]
        })
        const isPaused = Effect.map(edge.participants, ([participant]) => participant!.publications[0]!.isPaused)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.emit(pause(true))
        yield* whenIdle
        assert.isTrue(yield* isPaused)
        yield* call.emit(pause(false))
        yield* whenIdle
        assert.isFalse(yield* isPaused)
        yield* call.emit(pause(true))
        yield* call.emit(unpublished(camera(alice)))
        yield* whenIdle
        assert.isFalse(yield* isPaused)
      })
  )

  testEdge("is the dominant speaker until another one is, or it leaves", ({ call, edge }) =>
    Effect.gen(function*() {
      const dominant = Effect.map(edge.participants, (participants) =>
        participants.filter(({ isDominantSpeaker }) =>
          isDominantSpeaker
        ).map(({ sessionId }) => sessionId))
      yield* call.emit(joined(alice))
      yield* call.emit(joined(bob))
      yield* call.emit({ _tag: "DominantSpeakerChanged", sessionId: "a1" })
      yield* whenIdle
      assert.deepStrictEqual(yield* dominant, ["a1"])
      yield* call.emit({ _tag: "DominantSpeakerChanged", sessionId: "b1" })
      yield* whenIdle
      assert.deepStrictEqual(yield* dominant, ["b1"])
      yield* call.emit(left(bob))
      yield* call.emit(joined(bob))
      yield* whenIdle
      assert.deepStrictEqual(yield* dominant, [])
    }))

  testEdge(
    "is marked if it is another session of our own user",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(aliceAgain))
        yield* call.emit(joined(bob))
        yield* whenIdle
        assert.deepStrictEqual(
          (yield* edge.participants).map(({ isOwnUser, sessionId }) => [sessionId, isOwnUser]),
          [["a2", true], ["b1", false]]
        )
      }),
    { participants: Effect.succeed([sfuParticipant({ userId: "alice", sessionId: "agent" })]) }
  )

  testEdge("that was there before our own user was known is marked then", ({ call, edge }) =>
    Effect.gen(function*() {
      const events = yield* collect(edge.participantChanges)
      yield* call.emit(joined(aliceAgain))
      yield* whenIdle
      yield* call.emit(updated({ userId: "alice", sessionId: "agent" }))
      yield* whenIdle
      assert.deepStrictEqual(events, [
        { _tag: "ParticipantJoined", participant: remote(aliceAgain) },
        { _tag: "ParticipantChanged", participant: { ...remote(aliceAgain), isOwnUser: true }, changed: ["isOwnUser"] }
      ])
    }))

  testEdge(
    "has the activity of the newest join response, and is not paused on a new connection",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit({ _tag: "AudioLevelsChanged", levels: [{ sessionId: "a1", level: 0.9, isSpeaking: true }] })
        yield* call.emit({ _tag: "ConnectionQualityChanged", qualities: [{ sessionId: "a1", quality: "Poor" }] })
        yield* call.emit({ _tag: "DominantSpeakerChanged", sessionId: "b1" })
        yield* call.emit({
          _tag: "VideoPauseChanged",
          states: [{ sessionId: "a1", trackType: "Video", isPaused: true }]
        })
        yield* whenIdle
        yield* call.emit({ _tag: "Failed", reason: "Other", code: 0, detail: "", reconnectStrategy: "Rejoin" })
        yield* whenIdle
        yield* TestClock.adjust("5 seconds")
        const [participant] = yield* edge.participants
        assert.deepInclude(participant, {
          connectionQuality: "Good",
          isSpeaking: false,
          audioLevel: 0.2,
          isDominantSpeaker: true
        })
        assert.isFalse(participant!.publications[0]!.isPaused)
      }),
    {
      participants: Effect.succeed([
        {
          ...sfuParticipant(alice, "p", ["Video"]),
          connectionQuality: "Good",
          audioLevel: 0.2,
          isDominantSpeaker: true
        },
        sfuParticipant(bob)
      ])
    },
    { maxReconnects: 1 }
  )

  testEdge(
    "of whom no message has a name is there with the ids of its publication",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(published(microphone(bob)))
        yield* whenIdle
        assert.deepStrictEqual(yield* edge.participants, [{
          ...remote(bob),
          publications: [{ trackType: "Audio", isMuted: false, isPaused: false, isSubscribed: true }]
        }])
      })
  )
})

describe("Audio levels", () => {
  testEdge("of 100 people ten times a second wake only who asked for them", ({ call, edge }) =>
    Effect.gen(function*() {
      const people = crowd(100)
      for (const person of people) yield* call.emit(joined(person))
      yield* whenIdle
      const events = yield* collect(edge.participantChanges)
      const levels = yield* collect(Stream.map(edge.audioLevels, (update) => update.length))
      yield* whenIdle
      for (let n = 0; n < 10; n++) {
        yield* call.emit({
          _tag: "AudioLevelsChanged",
          levels: people.map(({ sessionId }) => ({ sessionId, level: n / 10, isSpeaking: false }))
        })
        yield* whenIdle
      }
      assert.strictEqual(events.length, 100)
      assert.deepStrictEqual(levels, Array.from({ length: 11 }, () => 100))
      assert.isTrue((yield* edge.participants).every(({ audioLevel }) => audioLevel === 0.9))
    }))

  testEdge(
    "begin with the present ones, and leave out who is not announced",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joins(described))
        yield* whenIdle
        const first = yield* begin(Stream.runCollect(Stream.take(edge.audioLevels, 2)))
        yield* whenIdle
        yield* call.emit({
          _tag: "AudioLevelsChanged",
          levels: [{ sessionId: "nobody", level: 1, isSpeaking: true }, {
            sessionId: "a1",
            level: 0,
            isSpeaking: false
          }]
        })
        assert.deepStrictEqual(yield* Fiber.join(first), [
          [{ ...alice, level: 0.5, isSpeaking: true }],
          [{ ...alice, level: 0, isSpeaking: false }]
        ])
      })
  )

  testEdge("are not those of our own session", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(updated({ userId: "agent", sessionId: "agent" }))
      yield* call.emit({ _tag: "AudioLevelsChanged", levels: [{ sessionId: "agent", level: 1, isSpeaking: true }] })
      yield* whenIdle
      const levels = yield* begin(Stream.runCollect(Stream.take(edge.audioLevels, 2)))
      yield* whenIdle
      yield* call.emit({ _tag: "AudioLevelsChanged", levels: [{ sessionId: "agent", level: 1, isSpeaking: true }] })
      assert.deepStrictEqual(yield* Fiber.join(levels), [[], []])
    }))
})

describe("Why a track is removed", () => {
  const begins = (call: ScriptedCall.ScriptedCall) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
      yield* whenIdle
    })

  const causes: ReadonlyArray<readonly [UnpublishCause, string]> = [
    ["UserMuted", "Muted"],
    ["Unspecified", "Unpublished"],
    ["PermissionRevoked", "PermissionRevoked"],
    ["Moderation", "Moderation"]
  ]
  for (const [cause, reason] of causes) {
    testEdge(`the SFU unpublished it with the cause ${cause}: ${reason}`, ({ call, edge }) =>
      Effect.gen(function*() {
        const reasons = yield* removals(edge)
        yield* begins(call)
        yield* call.emit({ _tag: "TrackUnpublished", publication: { ...alice, trackType: "Audio" }, cause })
        yield* whenIdle
        assert.deepStrictEqual(reasons, [`Audio ${reason}`])
      }))
  }

  testEdge("the participant left: Left", ({ call, edge }) =>
    Effect.gen(function*() {
      const reasons = yield* removals(edge)
      yield* begins(call)
      yield* call.emit(left(alice))
      yield* whenIdle
      assert.deepStrictEqual(reasons, ["Audio Left"])
    }))

  testEdge("its m-line ended, or has another owner: MediaEnded", ({ call, edge }) =>
    Effect.gen(function*() {
      const reasons = yield* removals(edge)
      yield* begins(call)
      yield* call.offer([])
      yield* whenIdle
      yield* begins(call)
      yield* call.emit(updated(bob, "p"))
      yield* whenIdle
      assert.deepStrictEqual(reasons, ["Audio MediaEnded", "Audio MediaEnded"])
    }))

  testEdge("the publication has another track: Superseded", ({ call, edge }) =>
    Effect.gen(function*() {
      const reasons = yield* removals(edge)
      yield* begins(call)
      yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio"), ScriptedCall.mediaSection("1", "p", "Audio")])
      yield* whenIdle
      assert.deepStrictEqual(reasons, ["Audio Superseded"])
    }))

  testEdge(
    "the edge rejoins: Reconnecting",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const reasons = yield* removals(edge)
        yield* begins(call)
        yield* call.emit({ _tag: "Failed", reason: "Other", code: 0, detail: "", reconnectStrategy: "Rejoin" })
        yield* whenIdle
        assert.deepStrictEqual(reasons, ["Audio Reconnecting"])
      }),
    {},
    { maxReconnects: 1 }
  )

  testEdge(
    "the edge migrates, and the track comes from the other SFU: Reconnecting",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const reasons = yield* removals(edge)
        yield* begins(call)
        yield* call.emit({ _tag: "GoAway", reason: "Rebalance" })
        yield* whenIdle
        yield* TestClock.adjust("5 seconds")
        yield* begins(call)
        assert.deepStrictEqual(reasons, ["Audio Reconnecting"])
      }),
    { participants: Effect.succeed([sfuParticipant(alice, "p", ["Audio"])]) },
    { maxReconnects: 1 }
  )

  testEdge("the call ended: CallEnded", ({ call, edge }) =>
    Effect.gen(function*() {
      const reasons = yield* removals(edge)
      yield* begins(call)
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      yield* whenIdle
      assert.deepStrictEqual(reasons, ["Audio CallEnded"])
    }))
})

describe("Waiting for a participant", () => {
  testEdge("returns one who is there at once", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joins(described))
      yield* whenIdle
      assert.strictEqual((yield* edge.waitForParticipant({ userId: "alice" }, { timeout: 0 })).name, "Alice")
    }))

  testEdge("returns one who joins, and one whom a change makes fit", ({ call, edge }) =>
    Effect.gen(function*() {
      const bySession = yield* begin(edge.waitForParticipant({ sessionId: "a1", isOwnUser: false }))
      const byName = yield* begin(edge.waitForParticipant(({ name }: RemoteParticipant) => name === "Alice"))
      yield* call.emit(joined(bob))
      yield* call.emit(joined(alice))
      yield* whenIdle
      assert.strictEqual((yield* Fiber.join(bySession)).sessionId, "a1")
      assert.isUndefined(byName.pollUnsafe())
      yield* call.emit(joins(described))
      assert.strictEqual((yield* Fiber.join(byName)).sessionId, "a1")
    }))

  testEdge("does not return one who has left", ({ call, edge }) =>
    Effect.gen(function*() {
      const waiting = yield* begin(edge.waitForParticipant(({ name }: RemoteParticipant) => name === undefined))
      yield* call.emit(joins(described))
      yield* call.emit(left(alice))
      yield* whenIdle
      assert.isUndefined(waiting.pollUnsafe())
    }))

  testEdge("does not return one who leaves", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joins(described))
      yield* whenIdle
      const hasNoTracks = ({ publications }: RemoteParticipant) => publications.length === 0
      const waiting = yield* begin(edge.waitForParticipant(hasNoTracks))
      yield* whenIdle
      yield* call.emit(left(alice))
      yield* whenIdle
      assert.isUndefined(waiting.pollUnsafe())
    }))

  testEdge("fails at the deadline, and when the call ends", ({ call, edge }) =>
    Effect.gen(function*() {
      const late = yield* begin(Effect.exit(edge.waitForParticipant({ userId: "bob" }, { timeout: "2 seconds" })))
      const forEver = yield* begin(Effect.exit(edge.waitForParticipant({ userId: "bob" })))
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(
        errorOf(yield* Fiber.join(late)),
        new WaitError({ subject: "Participant", reason: "TimedOut", timeout: 2_000 })
      )
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(forEver.pollUnsafe())
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      assert.deepStrictEqual(
        errorOf(yield* Fiber.join(forEver)),
        new WaitError({ subject: "Participant", reason: "CallEnded", timeout: Infinity })
      )
    }))

  testEdge("dies of a filter that is none, and of a negative timeout", ({ edge }) =>
    Effect.gen(function*() {
      assert.isTrue(yield* diesOfArgument(edge.waitForParticipant("alice" as never)))
      assert.isTrue(yield* diesOfArgument(edge.waitForParticipant({}, { timeout: "-1 seconds" })))
      assert.isTrue(yield* diesOfArgument(edge.idleSince("-1 seconds")))
    }))
})

describe("An idle call", () => {
  testEdge("is idle from the join on if nobody else is there", ({ edge }) =>
    Effect.gen(function*() {
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* edge.idleSince(), 0)
      assert.strictEqual(yield* edge.idleSince("2 seconds"), 0)
    }))

  testEdge(
    "is idle from the last leave on, after the whole time without a break",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice))
        yield* whenIdle
        const idle = yield* begin(edge.idleSince("1 minute"))
        yield* TestClock.adjust("1 hour")
        yield* call.emit(left(alice))
        yield* whenIdle
        yield* TestClock.adjust("30 seconds")
        yield* call.emit(joined(bob))
        yield* whenIdle
        yield* TestClock.adjust("1 hour")
        assert.isUndefined(idle.pollUnsafe())
        yield* call.emit(left(bob))
        yield* whenIdle
        yield* TestClock.adjust("59 seconds")
        assert.isUndefined(idle.pollUnsafe())
        yield* TestClock.adjust("1 seconds")
        assert.isAbove(yield* Fiber.join(idle), 7_200_000)
      })
  )

  testEdge(
    "is idle with another session of our own user",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(aliceAgain))
        yield* whenIdle
        assert.strictEqual(yield* edge.idleSince(), 0)
      }),
    { participants: Effect.succeed([sfuParticipant({ userId: "alice", sessionId: "agent" })]) }
  )

  testEdge(
    "is idle since the last one left, also if our own user comes and goes",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* TestClock.adjust("1 minute")
        yield* call.emit(joined(aliceAgain))
        yield* call.emit(left(aliceAgain))
        yield* whenIdle
        assert.strictEqual(yield* edge.idleSince(), 0)
      }),
    { participants: Effect.succeed([sfuParticipant({ userId: "alice", sessionId: "agent" })]) }
  )
})

describe("Law 18: a late subscriber knows what an early one knows", () => {
  testEdge("also of changes in the step in which it subscribes", ({ call, edge }) =>
    Effect.gen(function*() {
      const events: Array<EdgeEvent> = []
      yield* call.emit(joins(described))
      yield* whenIdle
      const late = Stream.runForEach(edge.participantChanges, (event) => Effect.sync(() => events.push(event)))
      const early = Stream.runForEach(
        edge.participantChanges,
        (event) =>
          event._tag === "ParticipantChanged" ? Effect.forkDetach(late, { startImmediately: true }) : Effect.void
      )
      yield* begin(early)
      yield* call.emit({ _tag: "ParticipantUpdated", participant: { ...described, name: "Al" } })
      yield* whenIdle
      assert.deepStrictEqual(
        events.map((event) => "participant" in event ? [event._tag, event.participant.name] : []),
        [["ParticipantJoined", "Al"]]
      )
    }))
})
