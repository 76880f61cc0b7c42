/**
 * A call with real connections, from the first packet to the last handle: what each step of it looks like to an
 * application, and that nothing of it stays.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { EdgeEvent, TrackId } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { describeEvent, eventsOf } from "../../../../test/edge/Harness.ts"

const edgeLayer = Layer.unwrap(Effect.gen(function*() {
  const { iceServers, token, url, webSocketUrl } = yield* LoopbackSfu
  const adapters = Layer.merge(
    StreamSfuClient.layer({ url, webSocketUrl, iceServers, token: Redacted.make(yield* token("robot")) }),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
  return StreamEdge.layer({ sessionId: "robot" }).pipe(Layer.provide(adapters))
}))

/** The description of the next event. */
const next = (events: Queue.Dequeue<EdgeEvent>) => Effect.map(Queue.take(events), describeEvent)

/** Whose the next packets of a track are. */
const sendersOf = (edge: StreamEdge["Service"], trackId: TrackId, count = 20) =>
  edge.rtp(trackId).pipe(
    Stream.take(count),
    Stream.map(({ payload }) => Payload.read(payload)?.key),
    Stream.map((key) => key === undefined ? "no mark" : `${key.sessionId} ${key.trackType}`),
    Stream.runCollect,
    Effect.map((senders) => Array.from(new Set(senders)))
  )

const call = Effect.gen(function*() {
  const sfu = yield* LoopbackSfu
  const edge = yield* StreamEdge
  const events = yield* Queue.unbounded<EdgeEvent>()
  yield* Effect.forkScoped(Stream.runForEach(eventsOf(edge), (event) => Queue.offer(events, event)))

  yield* Effect.scoped(Effect.gen(function*() {
    const alice = yield* sfu.participant({ userId: "alice", sessionId: "a1" })
    assert.strictEqual(yield* next(events), "a1 joined")
    yield* alice.publish("Video")
    assert.strictEqual(yield* next(events), "a1 Video added: robot-0-1")
    yield* alice.publish("ScreenShare")
    assert.strictEqual(yield* next(events), "a1 ScreenShare added: robot-1-2")
    assert.deepStrictEqual(yield* sendersOf(edge, "robot-0-1"), ["a1 Video"])
    assert.deepStrictEqual(yield* sendersOf(edge, "robot-1-2"), ["a1 ScreenShare"])
    yield* edge.requestKeyFrame("robot-0-1")

    // The m-line of what is muted goes on to who publishes next, and its stream with it.
    const camera = yield* Effect.forkChild(Stream.runDrain(edge.rtp("robot-0-1")), { startImmediately: true })
    yield* alice.mute("Video")
    assert.strictEqual(yield* next(events), "a1 Video removed: robot-0-1")
    const bob = yield* sfu.participant({ userId: "bob", sessionId: "b1" })
    assert.strictEqual(yield* next(events), "b1 joined")
    yield* bob.publish("Video")
    assert.strictEqual(yield* next(events), "b1 Video added: robot-0-3")
    yield* Fiber.join(camera)
    assert.deepStrictEqual(yield* sendersOf(edge, "robot-0-3"), ["b1 Video"])
    yield* alice.unmute("Video")
    assert.strictEqual(yield* next(events), "a1 Video added: robot-2-4")
    assert.deepStrictEqual(yield* sendersOf(edge, "robot-2-4"), ["a1 Video"])
    yield* bob.leave
    assert.strictEqual(yield* next(events), "b1 Video removed: robot-0-3")
    assert.strictEqual(yield* next(events), "b1 left")
  }))
  assert.strictEqual(yield* next(events), "a1 Video removed: robot-2-4")
  assert.strictEqual(yield* next(events), "a1 ScreenShare removed: robot-1-2")
  assert.strictEqual(yield* next(events), "a1 left")
})

/** Counts the fibers that run, by the runtime's metrics. */
const fibers = () => {
  let running = 0
  const count: Metric.FiberRuntimeMetricsService = {
    recordFiberStart: () => void running++,
    recordFiberEnd: () => void running--
  }
  return { running: () => running, count }
}

/** Sockets, servers and timers of this process; those of the test runner were there before. */
const handles = () =>
  process.getActiveResourcesInfo()
    .filter((kind) => ["UDPWrap", "TCPSocketWrap", "TCPServerWrap", "Timeout"].includes(kind))
    .toSorted()

describe("an edge in a call with real connections", () => {
  it.live("reports each step, receives each packet on its owner's track, and leaves nothing behind", () =>
    Effect.gen(function*() {
      const before = handles()
      const { count, running } = fibers()
      yield* call.pipe(
        Effect.andThen(Effect.sync(() => {
          assert.isAbove(running(), 0)
          assert.isAbove(handles().length, before.length)
        })),
        Effect.scoped,
        Effect.provide(Layer.provideMerge(edgeLayer, LoopbackSfu.layer())),
        Effect.provideService(Metric.FiberRuntimeMetrics, count)
      )
      assert.strictEqual(running(), 0)
      // What was closed is gone a turn or two of the event loop later.
      yield* Effect.repeat(Effect.sleep("10 millis"), { while: () => handles().length > before.length, times: 100 })
      assert.deepStrictEqual(handles(), before)
    }))
})
