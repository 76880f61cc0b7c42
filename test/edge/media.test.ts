/**
 * The m-lines of offers, their owners, and the tracks that the edge announces.
 */
import { assert, describe, it } from "@effect/vitest"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, bob, camera, microphone } from "../support/people.ts"
import { nothing } from "../support/resolver.ts"
import {
  describeEvent,
  joined,
  left,
  makeHarness,
  observe,
  published,
  receivePackets,
  testEdge,
  unpublished,
  updated,
  whenIdle
} from "./Harness.ts"

const { mediaSection } = ScriptedCall

const bytes = (text: string) => new TextEncoder().encode(text)

describe("Law 13: the m-lines of the last applied offer are the truth about media", () => {
  testEdge(
    "a live m-line outlives its time to live and needs no other offer",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p"))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual(yield* sizes, nothing)
        yield* call.emit(published(camera(alice)))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
      })
  )

  testEdge(
    "an m-line without a prefix, a type or the kind of its type has no owner",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([
          { mid: "0", kind: "video", streamId: undefined },
          { mid: "1", kind: "video", streamId: "p" },
          { mid: "2", kind: "video", streamId: "p:Film" },
          { mid: "3", kind: "audio", streamId: "p:Video" }
        ])
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video unresolved"])
      })
  )

  testEdge(
    "at most 8,192 m-lines without an owner are kept: the oldest is removed",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.offer(Array.from({ length: 8_193 }, (_, n) => mediaSection(String(n), `p${n}`, "Video")))
        yield* whenIdle
        yield* call.emit(joined(alice, "p0", ["Video"]))
        yield* call.emit(joined(bob, "p1", ["Video"]))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "b1 joined", "b1 Video added: agent-1-1"])
      })
  )
})

describe("Law 13: only a deadline gives TrackUnresolved, and later media gives TrackAdded", () => {
  testEdge(
    "an unpublish gives neither, a deadline gives TrackUnresolved, media after it TrackAdded",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
        yield* TestClock.adjust("9999 millis")
        yield* call.emit(unpublished(microphone(alice)))
        yield* whenIdle
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video unresolved"])
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent).slice(2), ["a1 Video added: agent-0-1"])
      })
  )

  it.effect("media that arrives while the timeout waits for its turn gives TrackAdded", () =>
    Effect.gen(function*() {
      const { call, edge } = yield* makeHarness({}, {}, (resolver) => ({
        ...resolver,
        cancel: (participant) =>
          Effect.delay(resolver.cancel(participant), participant.sessionId === aliceAgain.sessionId ? "1 second" : 0)
      }))
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.emit(joined(aliceAgain, "p"))
      yield* call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      // The deadline of a1 passes while a2, the owner of the prefix, leaves, and before a1 gets the m-line.
      yield* TestClock.adjust("9500 millis")
      yield* call.emit(left(aliceAgain))
      yield* TestClock.adjust("1 second")
      yield* whenIdle
      assert.deepStrictEqual(events.slice(2).map(describeEvent), [
        "a2 left",
        "a1 Video unresolved",
        "a1 Video added: agent-0-2"
      ])
    }))
})

describe("Law 13: TrackAdded and TrackRemoved alternate with equal ids", () => {
  testEdge(
    "of two m-lines of one publication, the newer one counts until it ends",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        const [one, two] = [mediaSection("0", "p", "Video"), mediaSection("1", "p", "Video")]
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([one])
        yield* whenIdle
        yield* call.offer([one, two])
        yield* whenIdle
        yield* call.offer([one])
        yield* whenIdle
        assert.deepStrictEqual(events.slice(1).map(describeEvent), [
          "a1 Video added: agent-0-1",
          "a1 Video removed: agent-0-1",
          "a1 Video added: agent-1-2",
          "a1 Video removed: agent-1-2",
          "a1 Video added: agent-0-1"
        ])
      })
  )

  testEdge(
    "a session that claims a prefix gets its m-lines, and the former owner gets them back",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        const { fiber, packets } = yield* receivePackets(edge, "agent-0-1")
        yield* call.send("0", bytes("first owner"))
        yield* whenIdle
        yield* call.emit(joined(aliceAgain, "p", ["Video"]))
        yield* whenIdle
        yield* call.send("0", bytes("second owner"))
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(packets, ["first owner"])
        yield* call.emit(updated(alice, "p"))
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), [
          "a1 joined",
          "a1 Video added: agent-0-1",
          "a2 joined",
          "a1 Video removed: agent-0-1",
          "a2 Video added: agent-0-2"
        ])
        yield* call.emit(left(aliceAgain))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(5).map(describeEvent), [
          "a2 Video removed: agent-0-2",
          "a2 left",
          "a1 Video added: agent-0-3"
        ])
      })
  )

  testEdge(
    "a released prefix returns to its earlier claimant with its m-lines",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.emit(joined(aliceAgain, "p", ["Video"]))
        yield* whenIdle
        yield* call.emit(updated(aliceAgain, "q"))
        yield* whenIdle
        assert.deepStrictEqual(events.slice(-2).map(describeEvent), [
          "a2 Video removed: agent-0-2",
          "a1 Video added: agent-0-3"
        ])
      })
  )
})

describe("Packets of a track", () => {
  testEdge(
    "end when the m-line gets another owner, whose packets are another stream",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.emit(joined(bob, "q", ["Video"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        const alices = yield* receivePackets(edge, "agent-0-1")
        yield* call.send("0", bytes("alice"))
        yield* whenIdle
        yield* call.offer([mediaSection("0", "q", "Video")])
        yield* Fiber.join(alices.fiber)
        yield* whenIdle
        const bobs = yield* receivePackets(edge, "agent-0-2")
        yield* call.send("0", bytes("bob"))
        yield* whenIdle
        yield* call.offer([])
        yield* Fiber.join(bobs.fiber)
        assert.deepStrictEqual([alices.packets, bobs.packets], [["alice"], ["bob"]])
        assert.deepStrictEqual(yield* Stream.runCollect(edge.rtp("agent-0-2")), [])
      })
  )

  testEdge(
    "key frames are requested on the track's m-line, and for an unknown track not at all",
    ({ call, edge }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(alice, "p", ["Video"]))
        yield* call.offer([mediaSection("7", "p", "Video")])
        yield* whenIdle
        yield* edge.requestKeyFrame("agent-7-1")
        yield* edge.requestKeyFrame("unknown")
        assert.deepStrictEqual(
          call.calls.filter(({ _tag }) => _tag === "RequestedKeyFrame"),
          [{ _tag: "RequestedKeyFrame", mid: "7" }]
        )
      })
  )
})

testEdge(
  "Law 13: the deadline of a publication is the option of the edge",
  ({ call, edge }) =>
    Effect.gen(function*() {
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* whenIdle
      yield* TestClock.adjust("2900 millis")
      assert.strictEqual(events.length, 1)
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(events.slice(1).map(describeEvent), ["a1 Video unresolved"])
    }),
  {},
  { timeout: "3 seconds" }
)

it.effect("Law 5: the end of an m-line retires its track, also after its owner has left", () => {
  const retired: Array<string> = []
  return Effect.gen(function*() {
    const { call } = yield* makeHarness(undefined, undefined, (resolver) => ({
      ...resolver,
      retire: (trackId) => Effect.andThen(Effect.sync(() => retired.push(trackId)), resolver.retire(trackId))
    }))
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.offer([mediaSection("0", "p", "Video")])
    yield* whenIdle
    yield* call.emit(left(alice))
    yield* whenIdle
    assert.deepStrictEqual(retired, [])
    yield* call.offer([])
    yield* whenIdle
    assert.deepStrictEqual(retired, ["agent-0-1"])
  })
})

it.effect("Law 10: an unpublish reaches the resolver", () => {
  const ended: Array<string> = []
  return Effect.gen(function*() {
    const { call } = yield* makeHarness(undefined, undefined, (resolver) => ({
      ...resolver,
      unpublish: (key) => Effect.andThen(Effect.sync(() => ended.push(key.trackType)), resolver.unpublish(key))
    }))
    yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
    yield* call.emit(unpublished(camera(alice)))
    yield* whenIdle
    assert.deepStrictEqual(ended, ["Video"])
  })
})
