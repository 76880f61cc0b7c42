/**
 * The requests of clients on their way to the SFU, and the failures that a test injects.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type { ReconnectStrategy } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Traffic from "./Traffic.ts"
import type { Match, RuleOptions } from "./Traffic.ts"

/**
 * A Twirp method of the SFU.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type Method =
  | "SetPublisher"
  | "SendAnswer"
  | "IceTrickle"
  | "UpdateSubscriptions"
  | "UpdateMuteStates"
  | "IceRestart"

/**
 * A request of moderation to the coordinator.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type ModerationMethod =
  | "CoordinatorMuteUsers"
  | "CoordinatorKickUser"
  | "CoordinatorBlockUser"
  | "CoordinatorUnblockUser"
  | "CoordinatorUpdatePermissions"
  | "CoordinatorEndCall"

/**
 * A request to the coordinator: the join, the query of the call, the first message on its WebSocket, or moderation.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type CoordinatorMethod = "CoordinatorJoin" | "CoordinatorGetCall" | "CoordinatorConnect" | ModerationMethod

/**
 * An error code of Twirp, for a failure of the transport.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type TwirpCode = keyof typeof statusOf

/** The HTTP status of each Twirp error code, by the Twirp specification, version 7. */
export const statusOf = {
  canceled: 408,
  unknown: 500,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 408,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  dataloss: 500
} as const

/**
 * How a request fails. `Sfu`: an ordinary response with an error. `Transport`: a Twirp error; for a join request the socket
 * is destroyed. `Coordinator`: a REST error with the coordinator's own code. `Http`: this status with an HTML body, as from a
 * wrong URL or a proxy; for a join request the socket is destroyed. `Disconnect`: the TCP connection
 * is destroyed without a response.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type Failure =
  | {
    readonly _tag: "Sfu"
    readonly code: number
    readonly message: string
    readonly shouldRetry?: boolean | undefined
    /** Of a failed join request. Default `Unspecified`. */
    readonly strategy?: ReconnectStrategy | undefined
  }
  | { readonly _tag: "Transport"; readonly code: TwirpCode; readonly message: string }
  | {
    readonly _tag: "Coordinator"
    readonly status: number
    readonly code: number
    readonly message: string
    readonly unrecoverable?: boolean | undefined
    /** More headers of the response, such as `retry-after`. */
    readonly headers?: { readonly [name: string]: string } | undefined
  }
  | { readonly _tag: "Http"; readonly status: number; readonly body?: string | undefined }
  | { readonly _tag: "Disconnect" }

/**
 * A request that is not processed yet.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** The session of the client. Empty for requests to the coordinator. */
  readonly from: string
  /** The user of the client. */
  readonly fromUser: string
  /** A Twirp method, the join request on the socket, or a request to the coordinator. */
  readonly method: Method | "JoinRequest" | CoordinatorMethod
  /** Once this is completed, the request is processed. */
  readonly admitted: Deferred.Deferred<void>
}

export interface InjectedFailure {
  readonly failure: Failure
  /** Whether the request is processed before it fails, as when a response is lost. */
  readonly carriedOut: boolean
}

export interface Requests {
  /** Waits until the request may be processed. Returns the failure that a test has injected for it. */
  readonly admit: (request: Omit<Request, "admitted">) => Effect.Effect<InjectedFailure | undefined>
  readonly faults: Traffic.Faults<Request>
  readonly fail: (
    match: Match<Request>,
    failure: Failure,
    options?: RuleOptions & { readonly carriedOut?: boolean | undefined }
  ) => Effect.Effect<void, never, Scope.Scope>
}

interface Rule extends InjectedFailure {
  readonly matches: (request: Request) => boolean
  left: number
}

export const make: Effect.Effect<Requests, never, Scope.Scope> = Effect.map(
  Traffic.make<Request>(({ admitted }) => {
    Deferred.doneUnsafe(admitted, Effect.void)
  }),
  ({ faults, pass }) => {
    const rules = new Set<Rule>()
    const failureOf = (request: Request): InjectedFailure | undefined => {
      for (const rule of rules) {
        if (!rule.matches(request)) continue
        if (--rule.left === 0) rules.delete(rule)
        return rule
      }
      return undefined
    }
    return {
      admit: (received) =>
        Effect.suspend(() => {
          const request: Request = { ...received, admitted: Deferred.makeUnsafe() }
          pass(request)
          return Effect.map(Deferred.await(request.admitted), () => failureOf(request))
        }),
      faults,
      fail: (match, failure, { carriedOut = false, times = Infinity } = {}) =>
        Effect.asVoid(Effect.acquireRelease(
          Effect.sync(() => {
            const rule: Rule = { matches: Traffic.matcher(match), failure, carriedOut, left: times }
            rules.add(rule)
            return rule
          }),
          (rule) => Effect.sync(() => rules.delete(rule))
        ))
    }
  }
)
