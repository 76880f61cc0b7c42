import { NodeHttpClient, NodeRuntime, NodeSocket } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Stream } from "effect"
import { StreamEdge } from "effect-track-resolver"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"

const agent = Effect.gen(function*() {
  const edge = yield* StreamEdge
  yield* Stream.runForEach(edge.events, (event) => {
    if (event._tag !== "TrackAdded" || event.key.trackType !== "Audio") return Console.log(event)
    // Whose words these are is certain. The stream ends with the track.
    const { key: { userId }, trackId } = event
    const listen = Stream.runForEach(edge.rtp(trackId), ({ payload }) => Console.log(userId, payload.length))
    return Effect.forkChild(listen)
  })
})

const Sfu = StreamSfuClient.layerConfig({
  url: Config.String("SFU_URL"),
  webSocketUrl: Config.String("SFU_WEBSOCKET_URL"),
  token: Config.Redacted("SFU_TOKEN")
}).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))

const Edge = StreamEdge.layer().pipe(Layer.provide([Sfu, WeriftPeerConnection.layer()]))

NodeRuntime.runMain(agent.pipe(Effect.provide(Edge)))
