/**
 * An agent that joins a call of the loopback SFU through its coordinator, over real sockets.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Its layer. The user and the session are `agent`. */
export const agentIn = (callId: string) =>
  Effect.map(
    LoopbackSfu,
    ({ apiKey, apiSecret, coordinatorUrl }) =>
      StreamEdge.layer({ sessionId: "agent" }).pipe(
        Layer.provide(Layer.merge(
          StreamCall.layer({
            baseUrl: coordinatorUrl,
            apiKey,
            secret: apiSecret,
            callType: "default",
            callId,
            userId: "agent"
          }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])),
          WeriftPeerConnection.layer({ loopbackOnly: true })
        ))
      )
  )
