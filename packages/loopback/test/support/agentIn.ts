/**
 * Who joins a call of the loopback SFU through its coordinator, over real sockets.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { StreamEdge } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** The call, for a user of it. */
export const callOf = (callId: string, userId: string) =>
  Effect.map(LoopbackSfu, ({ apiKey, apiSecret: secret, coordinatorUrl: baseUrl }) => ({
    baseUrl,
    apiKey,
    secret,
    callType: "default",
    callId,
    userId
  }))

/** The layer of an edge. Its session has the id of the user. */
export const agentIn = (callId: string, userId = "agent") =>
  Effect.map(callOf(callId, userId), (call) =>
    StreamEdge.layer({ sessionId: userId }).pipe(
      Layer.provide([StreamCall.layer(call), WeriftPeerConnection.layer({ loopbackOnly: true })]),
      Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])
    ))

/** An edge, as long as the scope. */
export const enter = Effect.fnUntraced(function*(callId: string, userId: string) {
  return Context.get(yield* Layer.build(yield* agentIn(callId, userId)), StreamEdge)
})
