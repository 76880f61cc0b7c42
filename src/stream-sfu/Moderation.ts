/**
 * Moderates a call of Stream through its coordinator: mutes others, removes and blocks them, changes what they may
 * publish, and ends the call.
 *
 * The coordinator decides whether the user may do so; nothing is checked here but the form of the arguments. What a request
 * causes arrives as events of the SFU, at the moderator's edge as at everybody's.
 *
 * Paths, bodies, statuses and error codes are those of the vendor's public API documentation. Tested against servers of our
 * own, not against the vendor's cloud. Not documented there, and so not assumed: whether a user who is not in the call is an
 * error, how many users one request may name, and in which order the SFU sends the events.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Grants, SfuJoinError } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as PeerText from "../internal/PeerText.ts"
import type { TrackType } from "../Track.ts"
import * as CoordinatorClient from "./internal/CoordinatorClient.ts"
import * as Http from "./internal/Http.ts"
import * as Limits from "./internal/Limits.ts"
import * as ModerationRequest from "./internal/ModerationRequest.ts"
import * as ModerationResponse from "./internal/ModerationResponse.ts"
import * as UserToken from "./internal/UserToken.ts"
import * as StreamCall from "./StreamCall.ts"

/**
 * What a user may publish. `screenShare` includes the audio of a screen share.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type PublishPermission = keyof Grants

/**
 * The call. Options of `StreamCall` fit as they are.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ModerationOptions
  extends Pick<StreamCall.StreamCallOptions, "baseUrl" | "apiKey" | "callType" | "callId" | "userId" | "secret">
{
  /** In bytes, of the body of an answer. A longer one fails the request with `TooLarge`. Default 16,777,216 (16 MiB). */
  readonly maxFrameBytes?: number | undefined
}

/**
 * The call, for an application that receives user tokens from its own backend. Options of `StreamCall` fit as they are.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface UserTokenModerationOptions extends Omit<ModerationOptions, "userId" | "secret"> {
  /** Returns a user token. Runs for each request, and once more if the coordinator answers that the token has expired. */
  readonly userToken: StreamCall.UserTokenOptions["userToken"]
}

/** In characters, of a message. */
const longestDetail = 1_000

/**
 * A request to moderate was not carried out, or it is unknown whether it was.
 *
 * - `Invalid`: the arguments are wrong. Nothing was sent.
 * - `NotPermitted`: the coordinator says that the user may not do this.
 * - `NotFound`: the coordinator does not know the call or the user.
 * - `RateLimited`: too many requests. `retryAfter` is how long to wait, if the answer says so; at most one hour.
 * - `Unauthenticated`: the coordinator does not accept the user's token or the API key, or there was no token.
 * - `Refused`: the coordinator answered with another error.
 * - `Unreachable`: no connection, it broke, or a server before the coordinator is not available.
 * - `TimedOut`: no answer within 5 seconds.
 * - `TooLarge`: the answer is larger than `maxFrameBytes`.
 * - `Malformed`: the answer is not a coordinator's: a redirect, a page, or other JSON.
 *
 * After the last four, and after `Refused` with `shouldRetry`, the request may have been carried out. Repeating it is harmless
 * unless something has changed in between: a user who came back is removed again, a track that was published again is muted
 * again.
 *
 * `code` is the coordinator's error number. If `shouldRetry`, the same request can succeed later.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class ModerationError extends Schema.TaggedError<ModerationError>()("ModerationError", {
  request: Schema.Literals(["mute", "muteAll", "remove", "block", "unblock", "updatePermissions", "endCall"]),
  reason: Schema.Literals([
    "Invalid",
    "NotPermitted",
    "NotFound",
    "RateLimited",
    "Unauthenticated",
    "Refused",
    "Unreachable",
    "TimedOut",
    "TooLarge",
    "Malformed"
  ]),
  code: Schema.optional(Schema.Int),
  detail: Schema.String,
  shouldRetry: Schema.Boolean,
  retryAfter: Schema.optional(Schema.Duration)
}) {
  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`
    return `${this.request} ${this.reason}${code}: ${PeerText.quote(this.detail, longestDetail)}`
  }
}

type RequestName = ModerationError["request"]

const args = Arguments.forService("Moderation")

/** `userToken` failed: without a token there is no request. */
const ofTokenError = (request: RequestName, { code, detail, reason, shouldRetry }: SfuJoinError): ModerationError =>
  new ModerationError({
    request,
    reason: reason === "Refused" ? "Unauthenticated" : reason,
    ...(code === undefined ? {} : { code }),
    detail: `no user token: ${detail}`,
    shouldRetry
  })

const reasonOf = (reason: CoordinatorClient.CoordinatorFailure["reason"]): ModerationError["reason"] => {
  switch (reason) {
    case "Redirected":
      return "Malformed"
    case "InvalidToken":
      return "Unauthenticated"
    default:
      return reason
  }
}

const ofFailure = (
  request: RequestName,
  { detail, reason, shouldRetry }: CoordinatorClient.CoordinatorFailure
): ModerationError => new ModerationError({ request, reason: reasonOf(reason), detail, shouldRetry })

const make = Effect.fnUntraced(function*(
  options: UserTokenModerationOptions,
  secrets: ReadonlyArray<Redacted.Redacted> = []
) {
  args.effect("userToken", args.object("options", options).userToken)
  Arguments.optional(args.text)("baseUrl", options.baseUrl)
  const client = CoordinatorClient.make({
    ...options,
    service: "Moderation",
    send: yield* Http.make(yield* HttpClient.HttpClient),
    secrets,
    baseUrl: options.baseUrl ?? CoordinatorClient.defaultBaseUrl,
    maxResponseBytes: Limits.make(args, { maxFrameBytes: options.maxFrameBytes }).maxBytes
  })

  const sendOnce = Effect.fnUntraced(function*(name: RequestName, { body, path }: ModerationRequest.Request) {
    const answer = yield* Effect.mapError(
      client.post(path, body),
      (error) => error._tag === "CoordinatorFailure" ? ofFailure(name, error) : ofTokenError(name, error)
    )
    const decoded = ModerationResponse.decode(answer, yield* Clock.currentTimeMillis)
    yield* Effect.mapError(
      Effect.fromResult(decoded),
      (refusal) => new ModerationError({ request: name, ...refusal })
    )
  })

  /** The request, once more if the token has expired. */
  const send = (name: RequestName, checked: ModerationRequest.Checked): Effect.Effect<void, ModerationError> => {
    if (Result.isFailure(checked)) {
      return Effect.fail(
        new ModerationError({ request: name, reason: "Invalid", detail: checked.failure, shouldRetry: false })
      )
    }
    const once = sendOnce(name, checked.success)
    return Effect.catchIf(once, ({ code }) => code === CoordinatorClient.tokenExpired, () => once)
  }

  return Moderation.of({
    mute: Effect.fn("Moderation.mute")((options) => send("mute", ModerationRequest.mute(options))),
    muteAll: Effect.fn("Moderation.muteAll")((trackTypes) => send("muteAll", ModerationRequest.muteAll(trackTypes))),
    remove: Effect.fn("Moderation.remove")((userId) => send("remove", ModerationRequest.remove(userId))),
    block: Effect.fn("Moderation.block")((userId) => send("block", ModerationRequest.block(userId))),
    unblock: Effect.fn("Moderation.unblock")((userId) => send("unblock", ModerationRequest.unblock(userId))),
    updatePermissions: Effect.fn("Moderation.updatePermissions")((options) =>
      send("updatePermissions", ModerationRequest.updatePermissions(options))
    ),
    endCall: Effect.withSpan(Effect.suspend(() => send("endCall", ModerationRequest.endCall)), "Moderation.endCall")
  })
})

const makeWithSecret = (options: ModerationOptions) =>
  Effect.suspend(() => {
    args.nonEmpty("secret", Redacted.value(args.redacted("secret", args.object("options", options).secret)))
    args.nonEmpty("userId", options.userId)
    return make({ ...options, userToken: UserToken.sign(options) }, [options.secret])
  })

/**
 * Moderates one call as one user, who does not have to be in the call.
 *
 * A request succeeds once the coordinator has accepted it. Nothing is sent again, but a request whose token has expired is
 * sent once more with another one. Requests are independent: two that run at the same time may be carried out in any order.
 *
 * @example
 * ```ts
 * import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
 * import { Moderation } from "effect-track-resolver/stream-sfu"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const program = Effect.gen(function*() {
 *   const moderation = yield* Moderation
 *   yield* moderation.mute({ userIds: ["bob"], trackTypes: ["Audio"] })
 * }).pipe(
 *   Effect.catchTag("ModerationError", (error) =>
 *     error.reason === "NotPermitted" ? Effect.log("not a moderator") : Effect.fail(error))
 * )
 *
 * const Moderator = Moderation.layer({
 *   apiKey: "...",
 *   secret: Redacted.make("..."),
 *   callType: "default",
 *   callId: "standup",
 *   userId: "agent"
 * }).pipe(Layer.provide(NodeHttpClient.layerUndici))
 * ```
 *
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class Moderation extends Context.Service<Moderation, {
  /**
   * Mutes tracks of these users, in all their sessions. The SFU unpublishes the tracks, and each user may publish them
   * again. At most 1,000 users, each with an id of at most 1,024 characters.
   */
  readonly mute: (options: {
    readonly userIds: ReadonlyArray<string>
    readonly trackTypes: ReadonlyArray<TrackType>
  }) => Effect.Effect<void, ModerationError>
  /** `mute` for every other user in the call. */
  readonly muteAll: (trackTypes: ReadonlyArray<TrackType>) => Effect.Effect<void, ModerationError>
  /** Removes a user from the call. The user may join again. */
  readonly remove: (userId: string) => Effect.Effect<void, ModerationError>
  /** Removes a user from the call, and refuses each join until `unblock`. */
  readonly block: (userId: string) => Effect.Effect<void, ModerationError>
  readonly unblock: (userId: string) => Effect.Effect<void, ModerationError>
  /**
   * Grants and revokes permissions to publish, at least one. The SFU unpublishes tracks whose permission is revoked. The
   * other permissions stay.
   */
  readonly updatePermissions: (options: {
    readonly userId: string
    readonly grant?: ReadonlyArray<PublishPermission> | undefined
    readonly revoke?: ReadonlyArray<PublishPermission> | undefined
  }) => Effect.Effect<void, ModerationError>
  /** Ends the call for everybody, the moderator included. */
  readonly endCall: Effect.Effect<void, ModerationError>
}>()("effect-track-resolver/stream-sfu/Moderation") {
  /**
   * For an application that has its API secret: the layer signs the user tokens. It dies with a `TypeError` if an option is
   * empty, or if `callType` or `callId` is "." or "..".
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layer = (options: ModerationOptions): Layer.Layer<Moderation, never, HttpClient.HttpClient> =>
    Layer.effect(Moderation, makeWithSecret(options))

  /**
   * For an application that receives user tokens instead of signing them.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layerUserToken = (
    options: UserTokenModerationOptions
  ): Layer.Layer<Moderation, never, HttpClient.HttpClient> => Layer.effect(Moderation, make(options))

  /**
   * `layer` with options from `Config`. The default is `StreamCall.config`.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layerConfig = (
    options: Config.Wrap<ModerationOptions> = StreamCall.config
  ): Layer.Layer<Moderation, Config.ConfigError, HttpClient.HttpClient> =>
    Layer.effect(Moderation, Effect.flatMap(Config.unwrap(options), makeWithSecret))
}
