/**
 * The agent of the fleet: it stays in its call until the call ends. A real one hears and answers there, as those of
 * `examples/agents` do. Its calls are those of the loopback SFUs that the environment names.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { StreamEdge } from "effect-track-resolver"
import { CallAgent } from "effect-track-resolver/cluster"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export const userId = "agent"

/** Where each call is, by its id. */
export const Calls = Schema.fromJsonString(Schema.Record(
  Schema.String,
  Schema.Struct({ url: Schema.String, apiKey: Schema.String, secret: Schema.String })
))

const calls = Config.schema(Calls, "FLEET_CALLS")

const join = ({ id, type }: { readonly type: string; readonly id: string }) =>
  Layer.merge(
    Layer.unwrap(Effect.map(calls, (calls) => {
      const { apiKey, secret, url } = calls[id]!
      return StreamCall.layer({
        baseUrl: url,
        apiKey,
        secret: Redacted.make(secret),
        callType: type,
        callId: id,
        userId
      })
    })),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))

const agent = Effect.flatMap(StreamEdge, ({ events }) => Stream.runDrain(events))

export const fleet = CallAgent.make({ join, agent: () => agent, confirmInterval: "1 second" })
