/**
 * Coming back with real connections: over the coordinator, real sockets, ICE and DTLS.
 */
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { EdgeEvent, TrackId } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { describeEvent, eventsOf } from "../../../../test/edge/Harness.ts"
import { agentIn } from "../support/agentIn.ts"

const edgeLayer = Layer.unwrap(agentIn("c", "robot"))

/** Waits for ten packets of a track, and expects alice's mark in each. */
const hers = (edge: StreamEdge["Service"], trackId: TrackId) =>
  edge.rtp(trackId).pipe(
    Stream.take(10),
    Stream.runForEach(({ payload }) =>
      Effect.sync(() => assert.strictEqual(Payload.read(payload)?.key.sessionId, "a1"))
    )
  )

describe("an edge in a call of three SFUs", () => {
  it.live(
    "receives alice again after another socket, another session, another SFU, and a dead SFU",
    () =>
      Effect.gen(function*() {
        const { control, participant, waitUntil } = yield* LoopbackSfu
        const edge = yield* StreamEdge
        const events = yield* Queue.unbounded<EdgeEvent>()
        yield* Effect.forkScoped(Stream.runForEach(eventsOf(edge), (event) => Queue.offer(events, event)))
        const next = Effect.map(Queue.take(events), describeEvent)
        const robot = Effect.map(
          waitUntil(({ participants }) =>
            participants.some(({ connected, userId }) => connected && userId === "robot")
          ),
          ({ participants }) => participants.findLast(({ connected, userId }) => connected && userId === "robot")!
        )
        const joined = edge.states.pipe(Stream.takeUntil(({ _tag }) => _tag === "Joined"), Stream.runDrain)

        const alice = yield* participant({ userId: "alice", sessionId: "a1", node: "loopback-3" })
        assert.strictEqual(yield* next, "a1 joined")
        yield* alice.publish("Audio")
        assert.strictEqual(yield* next, "a1 Audio added: robot-0-1")
        yield* hers(edge, "robot-0-1")

        yield* control.closeSocket("robot")
        yield* waitUntil(({ participants }) =>
          participants.every(({ connected, userId }) => userId !== "robot" || !connected)
        )
        yield* Effect.andThen(robot, joined)
        yield* hers(edge, "robot-0-1")

        yield* control.sendError("robot", { code: 500, strategy: "Rejoin" })
        assert.strictEqual(yield* next, "a1 Audio removed: robot-0-1")
        assert.strictEqual(yield* next, "a1 Audio added: robot-0-2")
        yield* hers(edge, "robot-0-2")

        const { node, sessionId } = yield* robot
        yield* control.configure({ reconnectDeadline: "1 second" })
        yield* control.sendGoAway(sessionId, "Rebalance")
        assert.strictEqual(yield* next, "a1 Audio removed: robot-0-2")
        assert.strictEqual(yield* next, "a1 Audio added: robot-0-3")
        yield* hers(edge, "robot-0-3")
        yield* joined
        const { node: other } = yield* robot
        assert.notStrictEqual(other, node)

        // Without a word. She is on a third one.
        yield* control.killNode(other!)
        assert.strictEqual(yield* next, "a1 Audio removed: robot-0-3")
        assert.strictEqual(yield* next, "a1 Audio added: robot-0-4")
        yield* hers(edge, "robot-0-4")
        assert.notStrictEqual((yield* robot).node, other)
      }).pipe(Effect.scoped, Effect.provide(edgeLayer.pipe(Layer.provideMerge(LoopbackSfu.layer({ nodes: 3 })))))
  )
})
