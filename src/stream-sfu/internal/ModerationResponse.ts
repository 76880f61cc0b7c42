/**
 * What the coordinator's answer to a request of moderation means. Pure.
 *
 * The rule: only the coordinator's own words count. A status without the coordinator's error body is that of another
 * server, such as a proxy or a login page, so it says nothing about the user's grants. A success without the
 * coordinator's JSON object is none.
 */
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Answer } from "./CoordinatorClient.ts"
import * as CoordinatorRefusal from "./CoordinatorRefusal.ts"
import { nullish } from "./CoordinatorRefusal.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Http from "./Http.ts"

export interface Refusal extends CoordinatorRefusal.CoordinatorRefusal {
  readonly reason:
    | "NotPermitted"
    | "NotFound"
    | "RateLimited"
    | "Unauthenticated"
    | "Refused"
    | "Unreachable"
    | "Malformed"
  readonly retryAfter?: Duration.Duration
}

/** Every answer of the public API has a duration; a coordinator of one's own may omit it. */
const decodeSuccess = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Struct({ duration: nullish(Schema.String) }))
)

/** By the table of the vendor's public documentation, in which each status has one error code. */
const reasonOf = (status: number): Refusal["reason"] => {
  switch (status) {
    case 401:
      return "Unauthenticated"
    case 403:
      return "NotPermitted"
    case 404:
      return "NotFound"
    case 429:
      return "RateLimited"
    default:
      return "Refused"
  }
}

/** A longer wait is a faulty header, or none that a program waits for. */
const longestWait = Duration.hours(1)

/** A number of at most 15 digits. */
const numberOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined

/**
 * When a request may be sent again, in milliseconds from `now`: `Retry-After` in seconds (RFC 9110, section 10.2.3), or the
 * vendor's `X-RateLimit-Reset`. That the latter is a Unix time in seconds is not verified: the public documentation calls it
 * a date.
 */
const retryAfterOf = ({ headers }: Answer, now: number): Duration.Duration | undefined => {
  const seconds = numberOf(headers["retry-after"])
  const reset = numberOf(headers["x-ratelimit-reset"])
  const millis = seconds !== undefined ? seconds * 1_000 : reset !== undefined ? reset * 1_000 - now : -1
  return millis < 0 || millis > Duration.toMillis(longestWait) ? undefined : Duration.millis(millis)
}

/** An answer of another server. */
const ofOther = ({ endpoint, status }: Answer): Refusal => ({
  reason: status === 429 ? "RateLimited" : Http.isTransient(status) ? "Unreachable" : "Malformed",
  detail: Endpoint.wrongStatus(endpoint, status),
  shouldRetry: Http.isTransient(status)
})

const refusalOf = (answer: Answer): Refusal => {
  const refusal = CoordinatorRefusal.of(answer)
  return refusal.code === undefined || answer.status < 400
    ? ofOther(answer)
    : { reason: reasonOf(answer.status), ...refusal }
}

/** `now` in milliseconds of Unix time. */
export const decode = (answer: Answer, now: number): Result.Result<void, Refusal> => {
  const { body, endpoint, status } = answer
  if (status >= 200 && status <= 299) {
    return decodeSuccess(body).pipe(
      Result.map(() => undefined),
      // Without the issue: it may quote the body, and with it a secret.
      Result.mapError(() => ({ reason: "Malformed", detail: Endpoint.wrongBody(endpoint), shouldRetry: false }))
    )
  }
  const refusal = refusalOf(answer)
  const retryAfter = refusal.reason === "RateLimited" ? retryAfterOf(answer, now) : undefined
  return Result.fail(retryAfter === undefined ? refusal : { ...refusal, retryAfter })
}
