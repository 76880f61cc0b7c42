/**
 * One unary call of Twirp (v7) with a protobuf body: how it is sent, how it fails, and when it is worth repeating.
 *
 * An attempt has five seconds, reading the answer included. What may pass is repeated, after a pause that is drawn from a
 * range which grows; what will not change by asking again is not.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { SfuRequestError } from "../edge/SfuClient.ts"
import * as BackOff from "../internal/BackOff.ts"
import * as ErrorCode from "./ErrorCode.ts"
import * as Http from "./Http.ts"
import type * as Wording from "./Redaction.ts"
import type * as Wire from "./Wire.ts"

const service = "stream.video.sfu.signal.SignalServer"

export interface Twirp {
  /** What the answer holds. */
  readonly call: <A>(options: {
    /** Asked before each attempt, so that a repetition may send something newer. */
    readonly request: () => Wire.Call<A>
    readonly attempts: number
    /** Completes once repeating has lost its point, which ends a pause at once, and no attempt. */
    readonly pointless?: Effect.Effect<void> | undefined
  }) => Effect.Effect<A, SfuRequestError>
}

type Failure = Wire.Refusal

/** For an answer that a proxy gave, or whose body is none of Twirp's. */
const codeOf = (status: number): string => {
  switch (status) {
    case 401:
      return "unauthenticated"
    case 403:
      return "permission_denied"
    case 404:
      return "bad_route"
    case 408:
      return "deadline_exceeded"
    case 429:
      return "resource_exhausted"
    case 502:
    case 503:
    case 504:
      return "unavailable"
    default:
      return "unknown"
  }
}

const TwirpError = Schema.fromJsonString(
  Schema.Struct({ code: Schema.NonEmptyString, msg: Schema.optional(Schema.String) })
)

const decodeTwirpError = Schema.decodeUnknownResult(TwirpError)

const refusedByServer = (status: number, body: string): Failure => {
  const decoded = decodeTwirpError(body)
  return Result.isSuccess(decoded)
    ? { code: decoded.success.code, detail: decoded.success.msg ?? "", shouldRetry: Http.mayPass(status) }
    : { code: codeOf(status), detail: `HTTP ${status}`, shouldRetry: Http.mayPass(status) }
}

const brokenOff = ({ reason }: HttpClientError.HttpClientError): Failure => {
  switch (reason._tag) {
    case "TransportError":
    case "DecodeError":
    case "EmptyBodyError":
      return { code: "unavailable", detail: "the connection could not be made, or broke", shouldRetry: true }
    case "StatusCodeError":
      return {
        code: codeOf(reason.response.status),
        detail: reason.message,
        shouldRetry: Http.mayPass(reason.response.status)
      }
    case "EncodeError":
    case "InvalidUrlError":
      return { code: "malformed", detail: "the request could not be sent as it is", shouldRetry: false }
  }
}

/** `url` is Twirp's root. An answer longer than `limit` is not read to its end. */
export const make = (options: {
  readonly client: HttpClient.HttpClient
  readonly url: string
  readonly token: Redacted.Redacted
  readonly limit: number
  readonly wording: Wording.Wording
}): Twirp => {
  const root = `${options.url.replace(/\/+$/, "")}/${service}`
  // Ties the connection to the scope of the attempt: an answer that is not read to its end would hold it.
  const client = HttpClient.withScope(options.client)

  const attempt = Effect.fnUntraced(function*<A>(call: Wire.Call<A>) {
    const response = yield* client.execute(HttpClientRequest.post(`${root}/${call.method}`, {
      headers: { authorization: `Bearer ${Redacted.value(options.token)}` },
      body: HttpBody.uint8Array(call.body, "application/protobuf")
    })).pipe(Effect.mapError(brokenOff))
    const body = yield* Effect.mapError(
      Http.body(response, options.limit),
      (error): Failure =>
        error === "TooLong" ? { code: "internal", detail: "too long an answer", shouldRetry: false } : brokenOff(error)
    )
    if (response.status !== 200) return yield* Effect.fail(refusedByServer(response.status, Http.text(body)))
    return yield* Effect.fromResult(call.answer(body))
  }, (effect) =>
    Effect.scoped(effect).pipe(Effect.timeoutOrElse({
      duration: "5 seconds",
      orElse: () =>
        Effect.fail<Failure>({ code: "deadline_exceeded", detail: "no answer in 5 seconds", shouldRetry: true })
    })))

  return {
    call: Effect.fnUntraced(function*({ attempts, pointless, request }) {
      for (let n = 1;; n++) {
        const call = request()
        const done = yield* Effect.result(attempt(call))
        if (Result.isSuccess(done)) return done.success
        const { code, detail, shouldRetry } = done.failure
        const error = new SfuRequestError({
          method: call.method,
          reason: typeof code === "string" ? "Failed" : code === ErrorCode.signalLost ? "SignalLost" : "Refused",
          code,
          detail: options.wording(detail),
          attempts: n
        })
        if (!shouldRetry || n >= attempts) return yield* error
        yield* Effect.logDebug(error.message)
        const again = yield* Effect.raceFirst(
          Effect.as(pointless ?? Effect.never, false),
          Effect.as(BackOff.pause(n), true)
        )
        if (!again) return yield* error
      }
    })
  }
}
