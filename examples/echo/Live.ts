/**
 * The echo's call on the loopback SFU: speakers send real RTP, and edges join through its coordinator.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import type { SimulationError } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { EchoCall } from "./EchoCall.ts"

export const make = Effect.gen(function*() {
  const { apiKey, apiSecret, coordinatorUrl, participant } = yield* LoopbackSfu
  const call: EchoCall<SimulationError> = {
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
        sent: Effect.map(speaker.packetsWritten, (written) => written.get("Audio") ?? 0)
      }
    }),
    speakerOf: (payload) => Payload.read(payload)?.key.userId ?? "unknown"
  }
  return call
})
