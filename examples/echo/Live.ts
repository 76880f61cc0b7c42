/**
 * The loopback SFU: speakers who send real RTP, and edges that join by way of its coordinator.
 */
import { NodeHttpClient, NodeSocket } from "@effect/platform-node"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import type { SimulationError } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Stage } from "./Harness.ts"

export const sfu = LoopbackSfu.layer()

export const make = Effect.gen(function*() {
  const { apiKey, apiSecret, coordinatorUrl, participant } = yield* LoopbackSfu
  const stage: Stage<SimulationError> = {
    layer: (userId) =>
      Layer.merge(
        StreamCall.layer({
          baseUrl: coordinatorUrl,
          apiKey,
          secret: apiSecret,
          callType: "default",
          callId: "echo",
          userId
        }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])),
        WeriftPeerConnection.layer({ loopbackOnly: true })
      ),
    speak: Effect.fnUntraced(function*(userId) {
      const speaker = yield* participant({ userId, sessionId: userId })
      yield* speaker.publish("Audio")
      return {
        stop: speaker.mute("Audio"),
        spoken: Effect.map(speaker.packetsWritten, (written) => written.get("Audio") ?? 0)
      }
    }),
    senderOf: (payload) => Payload.read(payload)?.key.userId ?? "nobody"
  }
  return stage
})
