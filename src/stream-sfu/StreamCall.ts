/**
 * Joins a call of Stream by its name: asks the coordinator which SFU to join and what lets us in there, and joins that.
 *
 * Written from what the protocol's clients do, and run against servers of our own. What only the vendor's cloud could show
 * is left out: location hints (it is left to the coordinator where we are), how an SFU is chosen, and the coordinator's
 * WebSocket, with what it tells of a call besides media.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import type { SfuJoinError, SfuSession } from "../edge/SfuClient.ts"
import { SfuClient } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as BackOff from "../internal/BackOff.ts"
import * as Coordinator from "./Coordinator.ts"
import * as Limits from "./Limits.ts"
import * as Session from "./Session.ts"
import * as UserToken from "./UserToken.ts"

const defaultBaseUrl = "https://video.stream-io-api.com/video"

/**
 * Which call, and as whom.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallOptions extends Limits.LimitOptions {
  /** The coordinator's. Default `https://video.stream-io-api.com/video`. */
  readonly baseUrl?: string | undefined
  readonly apiKey: string
  readonly callType: string
  readonly callId: string
  /** Whether a call that does not exist is to be created. Default false. */
  readonly create?: boolean | undefined
}

/**
 * For an application that has its API secret: it makes its own user tokens.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamCallOptions extends CallOptions {
  readonly userId: string
  /** The application's API secret. Stays out of requests, errors, log lines and spans. */
  readonly secret: Redacted.Redacted
}

/**
 * For an application that has no secret, but somebody who gives it tokens.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserTokenOptions extends CallOptions {
  /** A user's token: asked for at each join by way of the coordinator, and once more if the coordinator says it has expired. */
  readonly userToken: Effect.Effect<Redacted.Redacted, SfuJoinError>
}

/** Tries of a first join. Whoever reconnects tries again in their own time. */
const tries = 3

/** Failures on one SFU after which another is asked for. */
const enough = 2

const args = Arguments.forService("StreamCall")

const make = Effect.fnUntraced(function*(options: UserTokenOptions) {
  const { userToken } = options
  const limits = Limits.make(args, options)
  const client = yield* HttpClient.HttpClient
  const construct = yield* Socket.WebSocketConstructor
  const place = { ...options, baseUrl: options.baseUrl ?? defaultBaseUrl, create: options.create ?? false }
  const coordinator = Coordinator.make({ client, place, userToken, limit: limits.bytes })

  /** What the newest session was let in by: it may come back on another socket. */
  let newest: { readonly sessionId: string; readonly access: Session.Access } | undefined
  /** How often we have failed on an SFU since we last joined one; the newest failure last. */
  const failures = new Map<string, number>()

  const failed = (sfuId: string, { code, shouldRetry }: SfuJoinError): void => {
    // Refused for what we are, or for what we ask, it is no fault of the SFU's.
    if (!shouldRetry) return
    const count = code !== undefined && Session.anotherSfu.has(code) ? enough : (failures.get(sfuId) ?? 0) + 1
    failures.delete(sfuId)
    failures.set(sfuId, count)
  }

  const avoided = ({ reconnection }: Session.Entry): ReadonlyArray<string> => {
    const left = reconnection?.strategy === "Migrate" ? reconnection.fromSfuId : undefined
    const bad = Array.from(failures).filter(([, count]) => count >= enough).map(([sfuId]) => sfuId).toReversed()
    return Array.from(new Set(left === undefined ? bad : [left, ...bad]))
  }

  const enter = (entry: Session.Entry, access: Session.Access): Effect.Effect<SfuSession, SfuJoinError, Scope.Scope> =>
    Session.join({ access, limits, client, entry }).pipe(
      Effect.provideService(Socket.WebSocketConstructor, construct),
      Effect.tap(() =>
        Effect.sync(() => {
          failures.clear()
          newest = { sessionId: entry.sessionId, access }
        })
      ),
      Effect.tapError((error) =>
        Effect.sync(() => {
          if (access.sfuId !== undefined) failed(access.sfuId, error)
        })
      )
    )

  const joinAnew = (entry: Session.Entry): Effect.Effect<SfuSession, SfuJoinError, Scope.Scope> =>
    Effect.flatMap(Effect.suspend(() => coordinator.join(avoided(entry))), (access) => enter(entry, access))

  return SfuClient.of({
    join: Effect.fn("StreamCall.join")(function*(entry) {
      const { reconnection, sessionId } = entry
      if (reconnection?.strategy === "Fast" && newest?.sessionId === sessionId) {
        return yield* enter(entry, newest.access)
      }
      if (reconnection !== undefined) return yield* joinAnew(entry)
      for (let n = 1;; n++) {
        const joined = yield* Effect.result(joinAnew(entry))
        if (Result.isSuccess(joined)) return joined.success
        if (n === tries || !joined.failure.shouldRetry) return yield* joined.failure
        yield* Effect.logDebug(joined.failure.message)
        yield* BackOff.pause(n)
      }
    })
  })
})

const makeWithSecret = (options: StreamCallOptions) =>
  Effect.suspend(() => {
    args.nonEmpty("secret", Redacted.value(options.secret))
    args.nonEmpty("userId", options.userId)
    return make({ ...options, userToken: UserToken.mint(options) })
  })

/**
 * A client of the call that the options name, for an application that has its API secret.
 *
 * A first join is tried three times. An SFU that is full or goes down, or that failed twice, is not asked for again until
 * another has let us in. A join that reconnects is tried once: `Fast` with what the newest session was let in by, so one
 * layer is one stay in a call; `Rejoin` and `Migrate` by way of the coordinator.
 *
 * @example
 * ```ts
 * import { NodeHttpClient, NodeSocket } from "@effect/platform-node"
 * import { Layer, Redacted } from "effect"
 * import { StreamCall } from "effect-track-resolver/stream-sfu"
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
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: StreamCallOptions
): Layer.Layer<SfuClient, never, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, makeWithSecret(options))

/**
 * The same for an application that is given its user tokens.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerUserToken = (
  options: UserTokenOptions
): Layer.Layer<SfuClient, never, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, make(options))

/**
 * `STREAM_API_KEY`, `STREAM_API_SECRET`, `STREAM_CALL_TYPE`, `STREAM_CALL_ID`, `STREAM_USER_ID`; and, if they are there,
 * `STREAM_BASE_URL` and `STREAM_CREATE_CALL`.
 *
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
 * `layer` with options from `Config`, by default from the names of `config`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<StreamCallOptions> = config
): Layer.Layer<SfuClient, Config.ConfigError, HttpClient.HttpClient | Socket.WebSocketConstructor> =>
  Layer.effect(SfuClient, Effect.flatMap(Config.unwrap(options), makeWithSecret))
