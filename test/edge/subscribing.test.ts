/**
 * Law 19: after the SFU has answered, exactly the wanted publications are subscribed to. The application replaces what it wants at
 * any time.
 */
import { assert, describe } from "@effect/vitest"
import type { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, bob, camera, microphone } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import { collect, diesOfArgument, joined, published, testEdge, unpublished, whenIdle } from "./Harness.ts"

type Edge = StreamEdge["Service"]

const bothJoin = (call: ScriptedCall.ScriptedCall) =>
  Effect.gen(function*() {
    yield* call.emit(joined(alice, "p", ["Audio", "Video"]))
    yield* call.emit(joined(bob, "q", ["Audio"]))
    yield* call.offer([
      ScriptedCall.mediaSection("0", "p", "Audio"),
      ScriptedCall.mediaSection("1", "p", "Video"),
      ScriptedCall.mediaSection("2", "q", "Audio")
    ])
    yield* whenIdle
  })

/** What the SFU was asked for last. */
const asked = ({ calls }: ScriptedCall.ScriptedCall) => calls.findLast(({ _tag }) => _tag === "Subscribed")

const askedKeys = (call: ScriptedCall.ScriptedCall): ReadonlyArray<string> => {
  const last = asked(call)
  return last?._tag === "Subscribed" ? last.subscriptions.map(({ key }) => `${key.sessionId} ${key.trackType}`) : []
}

const trackEvents = (edge: Edge) =>
  Effect.tap(
    collect(edge.events.pipe(
      Stream.filter((event) => event._tag === "TrackAdded" || event._tag === "TrackRemoved"),
      Stream.map((event) =>
        `${event.key.sessionId} ${event.key.trackType} ${event._tag === "TrackAdded" ? "added" : event.reason}`
      )
    )),
    () => whenIdle
  )

describe("Law 19: a subscription is what was last asked for", () => {
  testEdge(
    "another policy removes what it does not want, and adds what it wants again",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* bothJoin(call)
        const events = yield* trackEvents(edge)
        assert.deepStrictEqual(askedKeys(call), ["a1 Audio", "a1 Video", "b1 Audio"])
        events.length = 0
        yield* edge.subscribe(({ trackType }) => trackType === "Audio")
        yield* whenIdle
        assert.deepStrictEqual(events, ["a1 Video Unsubscribed"])
        assert.deepStrictEqual(askedKeys(call), ["a1 Audio", "b1 Audio"])
        yield* edge.subscribe(({ sessionId }) => sessionId === "a1")
        yield* whenIdle
        assert.deepStrictEqual(events.slice(1).toSorted(), ["a1 Video added", "b1 Audio Unsubscribed"])
        assert.deepStrictEqual(askedKeys(call), ["a1 Audio", "a1 Video"])
      })
  )

  testEdge(
    "a track that is sent unasked has no packets, and its body has ended",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* bothJoin(call)
        const packets: Array<string> = []
        yield* begin(edge.forEachTrack({ kind: "audio" }, ({ key, rtp }) =>
          Stream.runForEach(rtp, () =>
            Effect.sync(() => packets.push(key.sessionId)))))
        yield* whenIdle
        yield* edge.subscribe(({ sessionId }) =>
          sessionId === "a1"
        )
        yield* whenIdle
        for (const mid of ["0", "2"]) yield* call.send(mid, new Uint8Array([1]))
        yield* whenIdle
        assert.deepStrictEqual(packets, ["a1"])
      })
  )

  testEdge(
    "the policy names the size of each video, or the default counts",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice, "p", ["Video", "ScreenShare", "Audio"]))
        yield* whenIdle
        yield* edge.subscribe(({ trackType }) => trackType === "ScreenShare" ? { width: 1920, height: 1080 } : true)
        yield* whenIdle
        assert.deepInclude(asked(call), {
          subscriptions: [
            { key: microphone(alice) },
            { key: camera(alice), dimension: { width: 320, height: 180 } },
            { key: { ...alice, trackType: "ScreenShare" }, dimension: { width: 1920, height: 1080 } }
          ]
        })
      }),
    {},
    { videoDimension: { width: 320, height: 180 } }
  )

  testEdge("the roster has what is subscribed to, and reports the change", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.emit(joined(bob, "q", ["Audio"]))
      yield* whenIdle
      const changed = yield* collect(edge.participantChanges.pipe(
        Stream.filter((event) => event._tag === "ParticipantChanged"),
        Stream.map(({ participant }) => participant.sessionId)
      ))
      yield* edge.subscribe(() => false)
      yield* whenIdle
      assert.deepStrictEqual(changed, ["a1", "b1"])
      assert.isTrue(
        (yield* edge.participants).every(({ publications }) => publications.every(({ isSubscribed }) => !isSubscribed))
      )
    }))

  testEdge("what is not wanted is neither resolved nor becomes unresolved", ({ call, edge }) =>
    Effect.gen(function*() {
      const tags = yield* collect(Stream.map(edge.events, ({ _tag }) => _tag))
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* whenIdle
      yield* edge.subscribe(() => false)
      yield* whenIdle
      yield* TestClock.adjust("1 minute")
      assert.notInclude(tags, "TrackUnresolved")
      yield* edge.subscribe(() => true)
      yield* whenIdle
      yield* TestClock.adjust("1 minute")
      assert.include(tags, "TrackUnresolved")
    }))

  testEdge("what is unresolved and stays wanted is not reported again", ({ call, edge }) =>
    Effect.gen(function*() {
      const unresolved = yield* collect(Stream.filter(edge.events, ({ _tag }) => _tag === "TrackUnresolved"))
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(unresolved.length, 1)
      yield* edge.subscribe(({ trackType }) => trackType === "Video")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(unresolved.length, 1)
    }))

  testEdge("a publication that comes later is asked of the policy of then", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* edge.subscribe(({ trackType }) => trackType === "Video")
      yield* bothJoin(call)
      assert.deepStrictEqual(askedKeys(call), ["a1 Video"])
      yield* call.emit(unpublished(camera(alice)))
      yield* whenIdle
      assert.deepStrictEqual(askedKeys(call), [])
      yield* call.emit(published(camera(alice)))
      yield* whenIdle
      assert.deepStrictEqual(askedKeys(call), ["a1 Video"])
    }))

  testEdge("a session that is not announced is not subscribed to", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit({ _tag: "TrackPublished", publication: { sessionId: "a1", trackType: "Audio" } })
      yield* call.emit(unpublished(camera(alice)))
      yield* whenIdle
      assert.deepStrictEqual(yield* edge.participants, [])
      assert.deepStrictEqual(askedKeys(call), [])
      yield* call.emit(joined(alice))
      yield* whenIdle
      assert.deepStrictEqual(askedKeys(call), ["a1 Audio"])
    }))

  testEdge("a policy that is no function is a defect", ({ edge }) =>
    Effect.gen(function*() {
      assert.isTrue(yield* diesOfArgument(edge.subscribe("audio" as never)))
    }))
})
