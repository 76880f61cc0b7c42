/**
 * How a call ends, and what is released then.
 */
import { assert, describe, it } from "@effect/vitest"
import { PeerConnectionError, SfuConnectionError, SfuJoinError, StreamEdge, TrackResolver } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, bob, camera } from "../support/people.ts"
import { nothing } from "../support/resolver.ts"
import {
  describeEvent,
  errorOf,
  joined,
  left,
  makeHarness,
  observe,
  published,
  receivePackets,
  testEdge,
  unpublished,
  whenIdle
} from "./Harness.ts"

const { mediaSection } = ScriptedCall

const signallingLost = new SfuConnectionError({ reason: "Silent", detail: "12 seconds" })

/** An edge with the given resolver, in a call of its own. */
const edgeWithResolver = Effect.fnUntraced(function*(resolver: TrackResolver["Service"], sessionId: string) {
  const call = yield* ScriptedCall.make()
  const services = yield* Layer.build(
    StreamEdge.layerNoDeps({ sessionId }).pipe(
      Layer.provide(Layer.merge(call.layer, Layer.succeed(TrackResolver, resolver)))
    )
  )
  const { events } = yield* observe(Context.get(services, StreamEdge))
  return { call, events }
})

describe("The end of a call", () => {
  testEdge(
    "every participant leaves, then CallEnded is the last event, also for late subscribers",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { end, events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        const { fiber } = yield* receivePackets(edge, "agent-0-1")
        yield* call.emit({ _tag: "CallEnded", reason: "Kicked" })
        yield* Fiber.join(fiber)
        assert.isTrue(Exit.isSuccess(yield* end))
        assert.deepStrictEqual(events.slice(2).map(describeEvent), [
          "a1 Video removed: agent-0-1",
          "a1 left",
          "call ended: Kicked"
        ])
        assert.deepStrictEqual((yield* Stream.runCollect(edge.events)).map(describeEvent), ["call ended: Kicked"])
        yield* whenIdle
        assert.deepStrictEqual(yield* sizes, nothing)
        assert.deepStrictEqual(call.calls.slice(-2).map(({ _tag }) => _tag), ["ClosedPeerConnection", "Left"])
      })
  )

  testEdge(
    "lost signalling: every participant leaves, then the events fail, also for late subscribers",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { end, events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.failSocket(signallingLost)
        assert.deepStrictEqual(errorOf(yield* end), signallingLost)
        assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video removed: agent-0-1", "a1 left"])
        assert.deepStrictEqual(errorOf(yield* Effect.exit(Stream.runCollect(edge.events))), signallingLost)
        yield* whenIdle
        assert.deepStrictEqual(yield* sizes, nothing)
        assert.deepStrictEqual(call.calls.slice(-2).map(({ _tag }) => _tag), ["ClosedPeerConnection", "Left"])
      })
  )

  testEdge("a request to disconnect ends the call with the SFU's reason", ({ call, edge }) =>
    Effect.gen(function*() {
      const { end, events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p"))
      yield* call.emit({
        _tag: "Failed",
        reason: "Other",
        code: 403,
        detail: "removed",
        reconnectStrategy: "Disconnect"
      })
      const detail = "the SFU reports 403: removed"
      assert.deepStrictEqual(errorOf(yield* end), new SfuConnectionError({ reason: "Disconnect", detail }))
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 left"])
    }))

  for (
    const [states, reason] of [
      [["connecting", "failed"], "NeverConnected"],
      [["connecting", "closed"], "NeverConnected"],
      [["connected", "closed"], "Lost"],
      [["connected", "disconnected", "failed"], "Lost"]
    ] as const
  ) {
    testEdge(
      `a peer connection that is ${states.join(", then ")} ends the call: ${reason}`,
      ({ call, edge }) =>
        Effect.gen(function*() {
          const { end } = yield* observe(edge)
          for (const state of states) yield* Effect.andThen(call.setState(state), whenIdle)
          // A connection that was connected has this time for an ICE restart.
          yield* TestClock.adjust("10 seconds")
          assert.deepStrictEqual(errorOf(yield* end), new PeerConnectionError({ reason }))
        })
    )
  }

  it.effect("each participant leaves once, whenever the call ends during a removal", () =>
    Effect.gen(function*() {
      for (let later = 0; later < 60; later++) {
        yield* Effect.scoped(Effect.gen(function*() {
          const { call, edge } = yield* makeHarness()
          const { end, events } = yield* observe(edge)
          yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
          yield* call.offer([mediaSection("0", "p", "Video")])
          for (let n = 0; n < 10; n++) yield* whenIdle
          yield* call.emit(left(alice))
          for (let n = 0; n < later; n++) yield* Effect.yieldNow
          yield* call.setState("failed")
          yield* end
          assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video removed: agent-0-1", "a1 left"])
        }))
      }
      // So low that the scheduler can switch fibers between any two steps.
    }).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, 5)))

  it.effect("a refused join is the error of the layer", () =>
    Effect.gen(function*() {
      const refused = new SfuJoinError({ reason: "Refused", code: 700, detail: "full", shouldRetry: true })
      const call = yield* ScriptedCall.make({ participants: Effect.fail(refused) })
      const error = yield* Effect.flip(Layer.build(Layer.provide(StreamEdge.layer(), call.layer)))
      assert.deepStrictEqual(error, refused)
    }))

  it.effect.each([-1, NaN])("a timeout of %d is a defect", (timeout) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(makeHarness({}, { timeout }))
      assert.isTrue(Exit.hasDies(exit))
      assert.include(String(errorOf(exit)), "StreamEdge: timeout must be a duration of zero or more")
    }))
})

describe("A resolver and its edges", () => {
  it.effect("a closed resolver is called once", () =>
    Effect.gen(function*() {
      let asked = 0
      const { call, edge } = yield* makeHarness({}, {}, (resolver) => ({
        ...resolver,
        resolve: () => Effect.andThen(Effect.sync(() => asked++), Effect.interrupt)
      }))
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined"])
      assert.strictEqual(asked, 1)
    }))

  it.effect("closing the scope leaves the call, ends every stream, and releases everything", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const { call, edge, sizes } = yield* Scope.provide(makeHarness(), scope)
      const { end, events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      const { fiber } = yield* receivePackets(edge, "agent-0-1")
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isSuccess(yield* end))
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Video removed: agent-0-1", "a1 left"])
      assert.deepStrictEqual(yield* sizes, nothing)
      assert.deepStrictEqual(call.calls.slice(-2).map(({ _tag }) => _tag), ["ClosedPeerConnection", "Left"])
    }))

  it.effect("a resolver that outlives an edge keeps nothing of it, and the next edge gets no dead track", () =>
    Effect.gen(function*() {
      const resolver = yield* TrackResolver.make()
      yield* Effect.scoped(Effect.gen(function*() {
        const { call, events } = yield* edgeWithResolver(resolver, "agent")
        yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
      }))
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
      const { call, events } = yield* edgeWithResolver(resolver, "another")
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.emit(joined(aliceAgain, "p2", ["Video"]))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(events.map(describeEvent), [
        "a1 joined",
        "a2 joined",
        "a1 Video unresolved",
        "a2 Video unresolved"
      ])
    }))

  it.effect("two edges of one resolver never share a track id", () =>
    Effect.gen(function*() {
      const resolver = yield* TrackResolver.make()
      const one = yield* edgeWithResolver(resolver, "recorder-1")
      const two = yield* edgeWithResolver(resolver, "recorder-2")
      yield* one.call.emit(joined(alice, "p", ["Video"]))
      yield* one.call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      yield* two.call.emit(joined(bob, "p", ["Video"]))
      yield* two.call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      yield* one.call.emit(published(camera(alice)))
      yield* whenIdle
      assert.deepStrictEqual(one.events.map(describeEvent), ["a1 joined", "a1 Video added: recorder-1-0-1"])
      assert.deepStrictEqual(two.events.map(describeEvent), ["b1 joined", "b1 Video added: recorder-2-0-1"])
    }))
})

describe("Law 15: quiet in ordinary life", () => {
  it.effect("joins, publications, deadlines and leaves log nothing above debug", () => {
    const loud: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      if (logLevel !== "Debug") loud.push(String(message))
    })
    return Effect.gen(function*() {
      const { call } = yield* makeHarness()
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* call.offer([mediaSection("0", "p", "Video"), { mid: "1", kind: "audio", streamId: undefined }])
      yield* call.emit(unpublished(camera(alice)))
      yield* call.emit(published(camera(alice)))
      yield* TestClock.adjust("1 minute")
      yield* call.emit(left(alice))
      yield* whenIdle
      assert.deepStrictEqual(loud, [])
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Trace"))
  })
})
