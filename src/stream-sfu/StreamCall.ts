/**
 * Joins a call of Stream by its name: requests an SFU and a token from the coordinator (SFU protocol, section 3), and joins
 * the call on that SFU.
 *
 * Tested against servers of our own, not against the vendor's cloud. Not implemented: location hints (the coordinator
 * locates the client), and the coordinator's WebSocket, whose events are not about media.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import type { SfuJoinError, SfuSession } from "../edge/SfuClient.ts"
import { SfuClient } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as BackOff from "../internal/BackOff.ts"
import * as Coordinator from "./internal/Coordinator.ts"
import { defaultBaseUrl } from "./internal/CoordinatorClient.ts"
import * as FailedSfus from "./internal/FailedSfus.ts"
import * as Http from "./internal/Http.ts"
import type { JoinOptions } from "./internal/Join.ts"
import * as Limits from "./internal/Limits.ts"
import * as Session from "./internal/Session.ts"
import type { SfuAccess } from "./internal/SfuAccess.ts"
import * as UserToken from "./internal/UserToken.ts"

const args = Arguments.forService("StreamCall")

/**
 * The call, and limits for what the coordinator and the SFU may send. The layer dies with a `TypeError` if `apiKey`,
 * `callType` or `callId` is empty, or if `callType` or `callId` is "." or "..".
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface CallOptions extends Limits.LimitOptions {
  /** URL of the coordinator. With `http:`, the tokens are readable on the path. Default `https://video.stream-io-api.com/video`. */
  readonly baseUrl?: string | undefined
  readonly apiKey: string
  /** First part of the call's cid, for example `default`. */
  readonly callType: string
  /** Second part of the call's cid. */
  readonly callId: string
  /** Creates the call if it does not exist. Default false: the join is then refused. */
  readonly create?: boolean | undefined
}

/**
 * For an application that has its API secret: the layer signs the user tokens.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface StreamCallOptions extends CallOptions {
  /** The user that joins. Not empty. */
  readonly userId: string
  /** The application's API secret. Not empty. Never appears in requests, errors, log lines and spans. */
  readonly secret: Redacted.Redacted
}

/**
 * For an application that receives user tokens from its own backend.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface UserTokenOptions extends CallOptions {
  /**
   * Returns a user token. Runs for each request to the coordinator, and once more if the coordinator answers that the
   * token has expired. If the token is not valid in an HTTP header, the join fails with `Refused`.
   */
  readonly userToken: Effect.Effect<Redacted.Redacted, SfuJoinError>
}

/** The attempts of a first join. A join that reconnects has one attempt: the edge decides whether to try again. */
const firstJoinAttempts = 3

const make = Effect.fnUntraced(function*(options: UserTokenOptions, secrets: ReadonlyArray<Redacted.Redacted> = []) {
  args.effect("userToken", args.object("options", options).userToken)
  Arguments.optional(args.text)("baseUrl", options.baseUrl)
  Arguments.optional(args.flag)("create", options.create)
  const limits = Limits.make(args, options)
  const send = yield* Http.make(yield* HttpClient.HttpClient)
  const webSocketConstructor = yield* Socket.WebSocketConstructor
  const coordinator = Coordinator.make({
    ...options,
    service: "StreamCall",
    send,
    secrets,
    baseUrl: options.baseUrl ?? defaultBaseUrl,
    create: options.create ?? false,
    maxResponseBytes: limits.maxBytes
  })

  /** Of the newest session. A fast reconnect of that session uses the same access. */
  let newest: { readonly sessionId: string; readonly access: SfuAccess } | undefined
  let failedSfus = FailedSfus.empty

  const joinSfu = (
    joinOptions: JoinOptions,
    access: SfuAccess
  ): Effect.Effect<SfuSession, SfuJoinError, Scope.Scope> =>
    Session.join({ access, limits, send, joinOptions }).pipe(
      Effect.provideService(Socket.WebSocketConstructor, webSocketConstructor),
      Effect.tap(() =>
        Effect.sync(() => {
          failedSfus = FailedSfus.empty
          newest = { sessionId: joinOptions.sessionId, access }
        })
      ),
      Effect.tapError((error) =>
        Effect.sync(() => {
          if (access.sfuId !== undefined) failedSfus = FailedSfus.add(failedSfus, access.sfuId, error)
        })
      )
    )

  const joinCall = (joinOptions: JoinOptions): Effect.Effect<SfuSession, SfuJoinError, Scope.Scope> =>
    Effect.suspend(() => {
      const { reconnection } = joinOptions
      const leaving = reconnection?.strategy === "Migrate" ? reconnection.fromSfuId : undefined
      return coordinator.join(FailedSfus.avoided(failedSfus, leaving))
    }).pipe(Effect.flatMap((access) => joinSfu(joinOptions, access)))

  return SfuClient.of({
    join: Effect.fn("StreamCall.join")(function*(joinOptions) {
      const { reconnection, sessionId } = joinOptions
      if (reconnection?.strategy === "Fast" && newest?.sessionId === sessionId) {
        return yield* joinSfu(joinOptions, newest.access)
      }
      if (reconnection !== undefined) return yield* joinCall(joinOptions)
      return yield* Effect.retry(
        joinCall(joinOptions),
        BackOff.retryPolicy<SfuJoinError>({
          attempts: firstJoinAttempts,
          shouldRetry: ({ shouldRetry }) => shouldRetry,
          onRetry: ({ message }) => Effect.logDebug(message)
        })
      )
    })
  })
})

const makeWithSecret = (options: StreamCallOptions) =>
  Effect.suspend(() => {
    args.nonEmpty("secret", Redacted.value(args.redacted("secret", args.object("options", options).secret)))
    args.nonEmpty("userId", options.userId)
    return make({ ...options, userToken: UserToken.sign(options) }, [options.secret])
  })

/**
 * A client of one call, for an application that has its API secret.
 *
 * A first join has three attempts, with a pause of 0.25 to 4.5 seconds between two. An SFU that is full or shuts down, or
 * on which two joins failed, is avoided until a join succeeds.
 *
 * A join that reconnects has one attempt. `Fast` joins the SFU of the newest session again, without the coordinator, so a
 * layer serves one participant at a time. `Rejoin` and `Migrate` request an SFU from the coordinator.
 *
 * `join` fails with `SfuJoinError`:
 *
 * - `Unreachable`: there was no connection to the coordinator or to the SFU, or it broke.
 * - `TimedOut`: the coordinator's response, the opening of the WebSocket, or the SFU's response took longer than 5 seconds.
 * - `Refused`: the coordinator or the SFU refused the join (`code` is its error number), or a response was invalid.
 *
 * No redirect is followed, whatever the HTTP client does with other requests. A coordinator with TLS cannot lead to an SFU
 * without: a URL with `http:` or `ws:` is then refused, unless its host is this machine.
 *
 * @example
 * ```ts
 * import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
 * import * as NodeSocket from "@effect/platform-node/NodeSocket"
 * import { StreamCall } from "effect-track-resolver/stream-sfu"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Sfu = StreamCall.layer({
 *   apiKey: "...",
 *   secret: Redacted.make("..."),
 *   callType: "default",
 *   callId: "standup",
 *   userId: "agent"
 * }).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: StreamCallOptions
): Layer.Layer<SfuClient, never, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, makeWithSecret(options))

/**
 * `layer` for an application that receives user tokens instead of signing them.
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerUserToken = (
  options: UserTokenOptions
): Layer.Layer<SfuClient, never, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, make(options))

/**
 * Options from `STREAM_API_KEY`, `STREAM_API_SECRET`, `STREAM_CALL_TYPE`, `STREAM_CALL_ID` and `STREAM_USER_ID`, and
 * optionally from `STREAM_BASE_URL` and `STREAM_CREATE_CALL` (a boolean).
 *
 * @stability stable
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<StreamCallOptions> = Config.all({
  apiKey: Config.NonEmptyString("STREAM_API_KEY"),
  secret: Config.Redacted("STREAM_API_SECRET"),
  callType: Config.NonEmptyString("STREAM_CALL_TYPE"),
  callId: Config.NonEmptyString("STREAM_CALL_ID"),
  userId: Config.NonEmptyString("STREAM_USER_ID"),
  baseUrl: Config.NonEmptyString("STREAM_BASE_URL").pipe(Config.withDefault(defaultBaseUrl)),
  create: Config.Boolean("STREAM_CREATE_CALL").pipe(Config.withDefault(false))
})

/**
 * `layer` with options from `Config`. The default is `config`.
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<StreamCallOptions> = config
): Layer.Layer<SfuClient, Config.ConfigError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, Effect.flatMap(Config.unwrap(options), makeWithSecret))
