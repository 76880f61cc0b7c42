/**
 * Joins calls on one known SFU of Stream. Use `StreamCall` to join a call by its name.
 *
 * Receives the SFU's events on a WebSocket and sends requests with Twirp. The application provides the WebSocket
 * constructor and the HTTP client, so the adapter runs on every platform of Effect.
 *
 * A session does not reconnect: if its connection is lost, its events fail with `SfuConnectionError`. `StreamEdge` then
 * joins again and passes a `Reconnection`.
 *
 * @stability stable
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
import * as Http from "./internal/Http.ts"
import * as Limits from "./internal/Limits.ts"
import * as Session from "./internal/Session.ts"
import type { SfuAccess } from "./internal/SfuAccess.ts"

const args = Arguments.forService("StreamSfuClient")

/**
 * The address of an SFU and the token for it, as Stream's coordinator returns them in response to a join, and limits for
 * what the SFU may send.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface StreamSfuOptions extends Limits.LimitOptions {
  /**
   * Root of the SFU's Twirp service: `credentials.server.url`, which ends in `/twirp`. Here and in `webSocketUrl`, you decide
   * about TLS: with `http:` and `ws:` the token is readable on the path.
   */
  readonly url: string
  /** `credentials.server.ws_endpoint`. */
  readonly webSocketUrl: string
  /**
   * `credentials.token`: the token of the SFU, not of the user. Has to be visible ASCII, or the layer dies with a
   * `TypeError`. Never appears in errors, log lines and spans. It stays the same: after it has expired, the SFU refuses
   * the rejoin of the edge, and the call ends. `StreamCall` gets another one.
   */
  readonly token: Redacted.Redacted
  /** `credentials.ice_servers`, for the peer connections. Default: none. */
  readonly iceServers?: ReadonlyArray<IceServer> | undefined
}

const make = Effect.fnUntraced(function*(options: StreamSfuOptions) {
  args.redacted("token", args.object("options", options).token)
  args.text("url", options.url)
  args.text("webSocketUrl", options.webSocketUrl)
  for (const { urls } of args.list("iceServers", options.iceServers ?? [])) args.list("iceServers.urls", urls)
  if (!Http.isToken(Redacted.value(options.token))) {
    throw Arguments.error("StreamSfuClient", "token", "a token that fits into an HTTP header", options.token)
  }
  const limits = Limits.make(args, options)
  const access: SfuAccess = {
    url: options.url,
    webSocketUrl: options.webSocketUrl,
    token: options.token,
    iceServers: options.iceServers ?? []
  }
  const send = yield* Http.make(yield* HttpClient.HttpClient)
  const webSocketConstructor = yield* Socket.WebSocketConstructor
  return SfuClient.of({
    join: Effect.fn("StreamSfuClient.join")(function*(joinOptions) {
      return yield* Effect.provideService(
        Session.join({ access, limits, send, joinOptions }),
        Socket.WebSocketConstructor,
        webSocketConstructor
      )
    })
  })
})

/**
 * A client of one SFU. Each `join` opens a socket of its own and sends one join request; nothing is retried.
 *
 * `join` fails with `SfuJoinError`:
 *
 * - `Unreachable`: the WebSocket could not be opened, or closed before the response.
 * - `TimedOut`: the WebSocket did not open in 5 seconds, or the response did not arrive in 5 seconds after that.
 * - `Refused`: the SFU answered with an error (`code` is its number), or the call has ended.
 *
 * @example
 * ```ts
 * import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
 * import * as NodeSocket from "@effect/platform-node/NodeSocket"
 * import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Sfu = StreamSfuClient.layer({
 *   url: "https://sfu.example/twirp",
 *   webSocketUrl: "wss://sfu.example/ws",
 *   token: Redacted.make("...")
 * }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: StreamSfuOptions
): Layer.Layer<SfuClient, never, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, make(options))

/**
 * `layer` with options from `Config`. The token is a `Config.Redacted`.
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<StreamSfuOptions>
): Layer.Layer<SfuClient, Config.ConfigError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, Effect.flatMap(Config.unwrap(options), make))
