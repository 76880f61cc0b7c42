/**
 * Laws 13 and 16 with real connections: a call so large that the join response lists nobody, and a microphone that is muted
 * and unmuted while its m-line stays.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { EdgeEvent } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { describeEvent, eventsOf } from "../../../../test/edge/Harness.ts"

const edgeLayer = Layer.unwrap(Effect.gen(function*() {
  const { token, url, webSocketUrl } = yield* LoopbackSfu
  const adapters = Layer.merge(
    StreamSfuClient.layer({ url, webSocketUrl, token: Redacted.make(yield* token("robot")) }),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
  return StreamEdge.layer({ sessionId: "robot" }).pipe(Layer.provide(adapters))
}))

const queueOf = Effect.fnUntraced(function*(edge: StreamEdge["Service"]) {
  const events = yield* Queue.unbounded<EdgeEvent>()
  yield* Effect.forkScoped(Stream.runForEach(eventsOf(edge), (event) => Queue.offer(events, event)))
  return { next: Effect.map(Queue.take(events), describeEvent) }
})

describe("Law 13: in a large call", () => {
  it.live("an unmute of the microphone also brings the camera of somebody whom the join response left out", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const alice = yield* sfu.participant({ userId: "alice", sessionId: "a1" })
      yield* alice.publish("Video")
      yield* alice.publish("Audio")
      const added = yield* Effect.gen(function*() {
        const edge = yield* StreamEdge
        const { next } = yield* queueOf(edge)
        yield* alice.mute("Audio")
        assert.strictEqual(yield* next, "a1 joined")
        yield* alice.unmute("Audio")
        // On a busy machine a deadline can pass before its track arrives, which is added nevertheless.
        const nextAdded = Effect.repeat(next, { until: (event) => event.includes(" added") })
        return [yield* nextAdded, yield* nextAdded]
      }).pipe(Effect.provide(edgeLayer))
      assert.sameMembers(added.map((event) => event.replace(/: .*/, "")), ["a1 Audio added", "a1 Video added"])
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ joinListLimit: 0 }))))
})

describe("Law 16: packets flow from TrackAdded to TrackRemoved", () => {
  it.live("after three mutes an agent that closes no stream still receives each packet once", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu
      const edge = yield* StreamEdge
      const { next } = yield* queueOf(edge)
      const counts = new Map<number, number>()
      let isCounting = false
      const hasTwenty = yield* Deferred.make<void>()
      yield* Effect.forkScoped(
        Stream.runForEach(edge.events, (event) =>
          event._tag !== "TrackAdded" ? Effect.void : Effect.forkScoped(
            Stream.runForEach(edge.rtp(event.trackId), ({ payload }) => {
              const mark = Payload.read(payload)
              if (isCounting && mark !== undefined) counts.set(mark.index, (counts.get(mark.index) ?? 0) + 1)
              return counts.size > 20 ? Deferred.succeed(hasTwenty, undefined) : Effect.void
            })
          ))
      )
      const alice = yield* sfu.participant({ userId: "alice", sessionId: "a1" })
      assert.strictEqual(yield* next, "a1 joined")
      yield* alice.publish("Audio")
      assert.match(yield* next, /^a1 Audio added/)
      for (let n = 0; n < 3; n++) {
        yield* alice.mute("Audio")
        assert.match(yield* next, /^a1 Audio removed/)
        yield* alice.unmute("Audio")
        assert.match(yield* next, /^a1 Audio added/)
      }
      isCounting = true
      yield* Deferred.await(hasTwenty)
      // A second stream may not have received the last packets yet.
      const received = Array.from(counts.values()).slice(0, -2)
      assert.deepStrictEqual(received, received.map(() => 1))
    }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(edgeLayer, LoopbackSfu.layer({ implicitAudio: true })))))
})
