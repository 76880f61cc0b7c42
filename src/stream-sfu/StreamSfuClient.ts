/**
 * Joins calls on an SFU of Stream: WebSocket for what it tells, Twirp for what it is asked.
 *
 * Brings neither a WebSocket nor an HTTP client: both are asked of the application, so that it runs where Effect does.
 * Nothing here reconnects; a session whose signalling is lost says so, and whoever joins again says as what.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Socket from "effect/socket/Socket"
import type { IceServer } from "../edge/PeerConnection.ts"
import { SfuClient } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as Http from "./Http.ts"
import * as Limits from "./Limits.ts"
import * as Session from "./Session.ts"

/**
 * What Stream's coordinator answers to a join, and how much the SFU may send at once.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamSfuOptions extends Limits.LimitOptions {
  /** The root of the SFU's Twirp service: `credentials.server.url`, which ends in `/twirp`. */
  readonly url: string
  /** `credentials.server.ws_endpoint`. */
  readonly webSocketUrl: string
  /** `credentials.token`: the SFU's, not the user's. Stays out of errors, log lines and spans. */
  readonly token: Redacted.Redacted
  /** `credentials.ice_servers`, handed on to whoever opens the connection. Default none. */
  readonly iceServers?: ReadonlyArray<IceServer> | undefined
}

const make = Effect.fnUntraced(function*(options: StreamSfuOptions) {
  if (!Http.isToken(Redacted.value(options.token))) {
    throw Arguments.error("StreamSfuClient", "token", "a token that fits into an HTTP header", options.token)
  }
  const limits = Limits.make(Arguments.forService("StreamSfuClient"), options)
  const access: Session.Access = {
    url: options.url,
    webSocketUrl: options.webSocketUrl,
    token: options.token,
    iceServers: options.iceServers ?? []
  }
  const client = yield* HttpClient.HttpClient
  const construct = yield* Socket.WebSocketConstructor
  return SfuClient.of({
    join: Effect.fn("StreamSfuClient.join")(function*(entry) {
      return yield* Effect.provideService(
        Session.join({ access, limits, client, entry }),
        Socket.WebSocketConstructor,
        construct
      )
    })
  })
})

/**
 * A client of the SFU that the options name.
 *
 * @example
 * ```ts
 * import { NodeHttpClient, NodeSocket } from "@effect/platform-node"
 * import { Layer, Redacted } from "effect"
 * import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
 *
 * const Sfu = StreamSfuClient.layer({
 *   url: "https://sfu.example/twirp",
 *   webSocketUrl: "wss://sfu.example/ws",
 *   token: Redacted.make("...")
 * }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: StreamSfuOptions
): Layer.Layer<SfuClient, never, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, make(options))

/**
 * The same with options from `Config`; the token is a `Config.Redacted`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<StreamSfuOptions>
): Layer.Layer<SfuClient, Config.ConfigError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, Effect.flatMap(Config.unwrap(options), make))
