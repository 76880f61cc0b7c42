/**
 * What fails on a connection, and what follows: the connection is degraded, and then lost. Pure: no clock or fiber.
 *
 * All times are milliseconds of the `Clock`.
 */
import type { EdgeState } from "../EdgeState.ts"
import type { Request } from "./RequestPolicy.ts"

/** Why a connection is degraded. */
export type DegradedError = Extract<EdgeState, { readonly _tag: "Degraded" }>["error"]

interface Failing {
  /** The first error with the present reason. */
  readonly error: DegradedError
  /** When it began to fail. */
  readonly since: number
  /** Answers in a row that did not accept it. */
  readonly refusals: number
}

/** A media path. Each has a deadline of its own, which `SubscriberMedia` and the epoch of the publisher keep. */
export type Media = "Receiving" | "Sending"

export interface Health {
  /** What fails now, longest failing first. */
  readonly failing: ReadonlyMap<Request | Media, Failing>
  /** The requests that have succeeded at least once. */
  readonly succeeded: ReadonlySet<Request>
}

export const healthy: Health = { failing: new Map(), succeeded: new Set() }

/** After this number of answers in a row that do not accept a request, the connection is lost. */
const maxRefusals = 3

/** A connection that is degraded by a request for this time is lost. */
const degradedLimit = 20_000

export const onFailure = (
  health: Health,
  what: Request | Media,
  error: DegradedError,
  now: number
): Health => {
  const before = health.failing.get(what)
  const isSame = before !== undefined && reasonOf(before.error) === reasonOf(error)
  const failing = {
    error: isSame ? before.error : error,
    since: before?.since ?? now,
    refusals: (before?.refusals ?? 0) + (isUnreachable(error) ? 0 : 1)
  }
  return { ...health, failing: new Map(health.failing).set(what, failing) }
}

const reasonOf = (error: DegradedError): string => error._tag === "NegotiationError" ? error.step : error.reason

const isUnreachable = (error: DegradedError): boolean =>
  error._tag === "SfuRequestError" && error.reason === "Unreachable"

/** A success of any request shows that the SFU is reachable. */
export const onSuccess = (health: Health, request: Request): Health => ({
  failing: new Map(
    Array.from(health.failing).filter(([what, failing]) => what !== request && !isUnreachable(failing.error))
  ),
  succeeded: new Set(health.succeeded).add(request)
})

/** The media path is connected, or the request does not have to be repeated any more. */
export const onSettled = (health: Health, what: Request | Media): Health => {
  const failing = new Map(health.failing)
  failing.delete(what)
  return { ...health, failing }
}

/** Why the connection is degraded. `undefined`: it is not. */
export const degradation = ({ failing }: Health): DegradedError | undefined => {
  const [longest] = failing.values()
  return longest?.error
}

/** What failed: a kind of request, or every request, because of the network, the token or the session. */
export type FailedRequest = Request | "Every"

export interface Evidence {
  readonly failed: FailedRequest
  readonly since: number
  /** Whether such a request had succeeded on this connection. */
  readonly hadWorked: boolean
}

const ofEvery: ReadonlySet<string> = new Set(["Unreachable", "Unauthenticated", "SessionNotFound", "SignalLost"])

export const evidenceOf = (
  { failing, succeeded }: Health,
  request: Request,
  error: DegradedError,
  now: number
): Evidence => {
  const failed = ofEvery.has(reasonOf(error)) ? "Every" : request
  return {
    failed,
    since: failing.get(request)?.since ?? now,
    hadWorked: failed === "Every" ? succeeded.size > 0 : succeeded.has(request)
  }
}

/** Which failing request loses the connection first, and when; `undefined` if none is failing. */
export const nextLoss = (
  { failing }: Health
): { readonly request: Request; readonly error: DegradedError; readonly at: number } | undefined => {
  const losses = Array.from(failing).flatMap(([request, each]) => {
    if (request === "Receiving" || request === "Sending") return []
    const isRefused = each.refusals >= maxRefusals
    return [{ request, error: each.error, at: isRefused ? each.since : each.since + degradedLimit }]
  })
  return losses.toSorted((one, other) => one.at - other.at)[0]
}
