/**
 * What clients ask, of whatever kind: on its way to being carried out, and how a test may fail it.
 *
 * @since 0.1.0
 */
import type { ReconnectStrategy } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Traffic from "./Traffic.ts"
import type { Match, RuleOptions } from "./Traffic.ts"

/**
 * A request of Twirp's.
 *
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
 * Twirp's codes for what went wrong on the way.
 *
 * @category models
 * @since 0.1.0
 */
export type TwirpCode = keyof typeof statuses

export const statuses = {
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
 * How a request is failed: by the SFU, in an ordinary answer; by the transport; or by the coordinator, whose codes are its
 * own. A join over the socket that the transport fails is a socket that is cut.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure =
  | {
    readonly _tag: "Sfu"
    readonly code: number
    readonly message: string
    readonly shouldRetry?: boolean | undefined
    /** What a client whose join is refused is told to do. Default: nothing. */
    readonly strategy?: ReconnectStrategy | undefined
  }
  | { readonly _tag: "Transport"; readonly code: TwirpCode; readonly message: string }
  | {
    readonly _tag: "Coordinator"
    readonly status: number
    readonly code: number
    readonly message: string
    readonly unrecoverable?: boolean | undefined
  }

/**
 * A request that waits to be dealt with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** The session that asks, and its user. Whoever asks the coordinator has no session yet. */
  readonly from: string
  readonly fromUser: string
  /** A method of Twirp's, the join request over the socket, or the join at the coordinator. */
  readonly method: Method | "JoinRequest" | "CoordinatorJoin"
  /** Done once the request may go on. */
  readonly admitted: Deferred.Deferred<void>
}

export interface Refusal {
  readonly failure: Failure
  /** Whether the request is carried out before it is failed. */
  readonly carriedOut: boolean
}

export interface Requests {
  /** Waits until the request may be dealt with; and how it is to fail, if it is. */
  readonly admit: (request: Omit<Request, "admitted">) => Effect.Effect<Refusal | undefined>
  readonly faults: Traffic.Faults<Request>
  readonly refuse: (
    match: Match<Request>,
    failure: Failure,
    options?: RuleOptions & { readonly carriedOut?: boolean | undefined }
  ) => Effect.Effect<void, never, Scope.Scope>
}

interface Rule extends Refusal {
  readonly matches: (request: Request) => boolean
  left: number
}

export const make: Effect.Effect<Requests, never, Scope.Scope> = Effect.map(
  Traffic.make<Request>(({ admitted }) => {
    Deferred.doneUnsafe(admitted, Effect.void)
  }),
  ({ faults, pass }) => {
    const rules = new Set<Rule>()
    const refusalOf = (request: Request): Refusal | undefined => {
      for (const rule of rules) {
        if (!rule.matches(request)) continue
        if (--rule.left === 0) rules.delete(rule)
        return rule
      }
      return undefined
    }
    return {
      admit: (asked) =>
        Effect.suspend(() => {
          const request: Request = { ...asked, admitted: Deferred.makeUnsafe() }
          pass(request)
          return Effect.map(Deferred.await(request.admitted), () => refusalOf(request))
        }),
      faults,
      refuse: (match, failure, { carriedOut = false, times = Infinity } = {}) =>
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
