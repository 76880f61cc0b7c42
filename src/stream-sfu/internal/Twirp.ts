/**
 * Sends unary calls of Twirp (v7) with a protobuf body, and retries them (SFU protocol, section 12).
 *
 * An attempt has five seconds, the reading of the response included. After a transient failure there is a pause and
 * another attempt. A failure that a retry cannot change ends the call.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { SfuRequestError } from "../../edge/SfuClient.ts"
import * as BackOff from "../../internal/BackOff.ts"
import * as ErrorCode from "../wire/ErrorCode.ts"
import type { CallFailure, SignalCall } from "../wire/SignalCall.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Http from "./Http.ts"
import type { Redact } from "./Redaction.ts"
import * as TwirpError from "./TwirpError.ts"

const service = "stream.video.sfu.signal.SignalServer"

const attemptTimeout = "5 seconds"

export interface CallOptions<A> {
  /** Evaluated before each attempt, so that a retry can send a newer request. */
  readonly request: () => SignalCall<A>
  /** The largest number of attempts, the first included. */
  readonly attempts: number
  /** Completes when a retry no longer makes sense. Ends a pause at once, and does not interrupt an attempt. */
  readonly abortRetry?: Effect.Effect<void> | undefined
}

export interface Twirp {
  /** Succeeds with the decoded response. */
  readonly call: <A>(options: CallOptions<A>) => Effect.Effect<A, SfuRequestError>
}

interface FailedAttempt {
  readonly error: SfuRequestError
  readonly shouldRetry: boolean
}

export const make = (options: {
  readonly send: Http.Send
  /** Root of the Twirp service. */
  readonly url: string
  readonly token: Redacted.Redacted
  /** A longer response fails the call. */
  readonly maxResponseBytes: number
  readonly redact: Redact
}): Twirp => {
  const endpoint = Endpoint.twirp(options.url)
  const root = `${options.url.replace(/\/+$/, "")}/${service}`
  const ofTransport = TwirpError.ofTransport(endpoint)

  const post = Effect.fnUntraced(function*<A>({ body, decodeResponse, method }: SignalCall<A>) {
    const request = HttpClientRequest.post(`${root}/${method}`, {
      headers: { authorization: `Bearer ${Redacted.value(options.token)}` },
      body: HttpBody.uint8Array(body, "application/protobuf")
    })
    const response = yield* Effect.mapError(
      options.send(request),
      (error) => error._tag === "Redirected" ? TwirpError.redirected(endpoint) : ofTransport(error)
    )
    const responseBody = yield* Effect.mapError(
      Http.body(response, options.maxResponseBytes),
      (error) => error._tag === "TooLarge" ? TwirpError.tooLarge(error) : ofTransport(error)
    )
    if (response.status !== 200) {
      return yield* Effect.fail(TwirpError.ofResponse(endpoint, response.status, Http.text(responseBody)))
    }
    if (!Http.isProtobuf(response, responseBody)) return yield* Effect.fail(TwirpError.ofOtherServer(endpoint))
    return yield* Effect.fromResult(decodeResponse(responseBody))
  }, (effect) =>
    Effect.scoped(effect).pipe(Effect.timeoutOrElse({
      duration: attemptTimeout,
      orElse: () => Effect.fail(TwirpError.timedOut(endpoint, attemptTimeout))
    })))

  const attempt = Effect.fnUntraced(function*<A>(request: () => SignalCall<A>) {
    const attempts = (yield* Schedule.CurrentMetadata).attempt + 1
    const call = request()
    // Also a code may be a text of the SFU.
    const toFailedAttempt = ({ code, detail, shouldRetry }: CallFailure): FailedAttempt => ({
      error: new SfuRequestError({
        method: call.method,
        reason: ErrorCode.requestFailureReason(code, shouldRetry),
        code: typeof code === "string" ? options.redact.text(code) : code,
        detail: options.redact.text(detail),
        attempts
      }),
      shouldRetry
    })
    return yield* Effect.mapError(post(call), toFailedAttempt)
  })

  return {
    call: ({ abortRetry, attempts, request }) =>
      attempt(request).pipe(
        Effect.retry(BackOff.retryPolicy<FailedAttempt>({
          attempts,
          shouldRetry: ({ shouldRetry }) => shouldRetry,
          onRetry: ({ error }) => Effect.logDebug(error.message),
          abort: abortRetry
        })),
        Effect.mapBoth({ onFailure: ({ error }) => error, onSuccess: options.redact.data })
      )
  }
}
