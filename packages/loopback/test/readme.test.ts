import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const Edge = Layer.unwrap(Effect.map(LoopbackSfu, ({ apiKey, apiSecret: secret, coordinatorUrl: baseUrl }) => {
  const Call = StreamCall.layer({ apiKey, secret, baseUrl, callType: "default", callId: "test", userId: "agent" })
  return StreamEdge.layer().pipe(Layer.provide([Call, WeriftPeerConnection.layer({ loopbackOnly: true })]))
})).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))

it.live("a track whose media arrives before its publication is alice's", () =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const edge = yield* StreamEdge
    const alice = yield* sfu.participant({ userId: "alice" })
    const held = yield* sfu.control.signalling.hold({ type: "trackPublished" })
    yield* alice.publish("Audio")
    yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 1)
    yield* held.release()
    const packets = Stream.flatMap(edge.events, (event) =>
      event._tag === "TrackAdded" ? edge.rtp(event.trackId) : Stream.empty)
    const [packet] = yield* Stream.runCollect(Stream.take(packets, 1))
    assert.strictEqual(Payload.read(packet!.payload)?.key.userId, "alice")
  }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(Edge, LoopbackSfu.layer()))))
