/**
 * Sends unary calls of Twirp (v7) with a protobuf body, and retries them (SFU protocol, section 12).
 *
 * An attempt has five seconds, the reading of the response included. After a transient failure there is a pause and
 * another attempt. A failure that a retry cannot change ends the call.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { SfuRequestError } from "../../edge/SfuClient.ts"
import * as BackOff from "../../internal/BackOff.ts"
import * as ErrorCode from "../wire/ErrorCode.ts"
import type { CallFailure, SignalCall } from "../wire/SignalCall.ts"
import * as Http from "./Http.ts"
import type { Redact } from "./Redaction.ts"
import * as TwirpError from "./TwirpError.ts"

const service = "stream.video.sfu.signal.SignalServer"

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
  readonly client: HttpClient.HttpClient
  /** Root of the Twirp service. */
  readonly url: string
  readonly token: Redacted.Redacted
  /** A longer response fails the call. */
  readonly maxResponseBytes: number
  readonly redact: Redact
}): Twirp => {
  const root = `${options.url.replace(/\/+$/, "")}/${service}`
  // Closes the connection with the scope of the attempt. A response that is not read to its end would keep it open.
  const client = HttpClient.withScope(options.client)

  const post = Effect.fnUntraced(function*<A>({ body, decodeResponse, method }: SignalCall<A>) {
    const request = HttpClientRequest.post(`${root}/${method}`, {
      headers: { authorization: `Bearer ${Redacted.value(options.token)}` },
      body: HttpBody.uint8Array(body, "application/protobuf")
    })
    const response = yield* Effect.mapError(client.execute(request), TwirpError.ofTransport)
    const responseBody = yield* Effect.mapError(
      Http.body(response, options.maxResponseBytes),
      (error) => error === "TooLong" ? TwirpError.tooLong : TwirpError.ofTransport(error)
    )
    if (response.status !== 200) {
      return yield* Effect.fail(TwirpError.ofResponse(response.status, Http.text(responseBody)))
    }
    return yield* Effect.fromResult(decodeResponse(responseBody))
  }, (effect) =>
    Effect.scoped(effect).pipe(Effect.timeoutOrElse({
      duration: "5 seconds",
      orElse: () => Effect.fail(TwirpError.timedOut)
    })))

  const attempt = Effect.fnUntraced(function*<A>(request: () => SignalCall<A>) {
    const attempts = (yield* Schedule.CurrentMetadata).attempt + 1
    const call = request()
    const toFailedAttempt = ({ code, detail, shouldRetry }: CallFailure): FailedAttempt => ({
      error: new SfuRequestError({
        method: call.method,
        reason: ErrorCode.requestFailureReason(code),
        code,
        detail: options.redact(detail),
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
        Effect.mapError(({ error }) => error)
      )
  }
}
