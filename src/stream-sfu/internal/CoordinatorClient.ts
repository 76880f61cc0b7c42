/**
 * Sends requests about one call to Stream's coordinator (SFU protocol, section 3): a POST with the API key and the user's
 * token.
 *
 * The rule for every request: no redirect is followed, an answer has a deadline and a maximum size, an id is one segment of
 * the path, the token is in no error, and a secret that the answer echoes can be masked. Nothing is retried here.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type { SfuJoinError } from "../../edge/SfuClient.ts"
import * as Arguments from "../../internal/Arguments.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Evidence from "./Evidence.ts"
import * as Http from "./Http.ts"
import * as Redaction from "./Redaction.ts"

/**
 * There was no answer that can be read.
 *
 * - `Unreachable`: no connection, or it broke.
 * - `TimedOut`: not in time.
 * - `TooLarge`: longer than the limit.
 * - `Redirected`: the HTTP client has followed a redirect.
 * - `InvalidToken`: the user's token cannot be a header, so nothing was sent.
 */
export class CoordinatorFailure extends Data.TaggedError("CoordinatorFailure")<{
  readonly reason: "Unreachable" | "TimedOut" | "TooLarge" | "Redirected" | "InvalidToken"
  readonly detail: string
  readonly shouldRetry: boolean
}> {}

/** A response with any status. */
export interface Answer {
  readonly endpoint: Endpoint.Endpoint
  readonly status: number
  readonly headers: Headers.Headers
  readonly body: string
  /** The user's token, which the coordinator may echo, and others. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
  /** Removes the secrets. */
  readonly redact: Redaction.Redact
}

export interface CoordinatorClient {
  /** Sends a POST to `path`, relative to the call, with a JSON body if there is one. Fails with the error of `userToken`, too. */
  readonly post: (path: string, body?: object) => Effect.Effect<Answer, CoordinatorFailure | SfuJoinError>
}

/** A coordinator, a call, and a user. */
export interface CoordinatorOptions {
  /** The public service, for messages about wrong options. */
  readonly service: string
  readonly send: Http.Send
  readonly baseUrl: string
  readonly apiKey: string
  readonly callType: string
  readonly callId: string
  readonly userToken: Effect.Effect<Redacted.Redacted, SfuJoinError>
  /** Besides the user's token. They are masked in what the coordinator and the SFU send. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
  /** A longer response fails the request. */
  readonly maxResponseBytes: number
}

export const defaultBaseUrl = "https://video.stream-io-api.com/video"

/** The coordinator's error code for a token that has expired. A request may be sent once more, with another token. */
export const tokenExpired = 40

/** Name and version, for `X-Stream-Client`. */
const clientName = "effect-track-resolver-0.1.0"

const responseTimeout = "5 seconds"

/** Omits the cause: it may contain the request, and with it the token. */
const unreachable = (endpoint: Endpoint.Endpoint) => ({ reason }: HttpClientError.HttpClientError) =>
  new CoordinatorFailure({
    reason: "Unreachable",
    detail: Endpoint.failed(endpoint, Evidence.ofCause(reason)),
    shouldRetry: reason._tag !== "InvalidUrlError"
  })

const timedOut = (endpoint: Endpoint.Endpoint) =>
  new CoordinatorFailure({
    reason: "TimedOut",
    detail: Endpoint.silent(endpoint, responseTimeout),
    shouldRetry: true
  })

export const make = (options: CoordinatorOptions): CoordinatorClient => {
  const { apiKey, baseUrl, callId, callType, service } = options
  Arguments.forService(service).nonEmpty("apiKey", apiKey)

  /** One segment of a URL's path. An empty name, "." and ".." would change the path. */
  const pathSegment = (argument: string, value: string): string => {
    if (value !== "" && value !== "." && value !== "..") return encodeURIComponent(value)
    throw Arguments.error(service, argument, "a name other than \"\", \".\" and \"..\"", value)
  }

  const endpoint = Endpoint.coordinator(baseUrl)
  const call = `call/${pathSegment("callType", callType)}/${pathSegment("callId", callId)}`
  const root = `${baseUrl.replace(/\/+$/, "")}/${call}`

  const requestOf = (path: string, token: string, body: object | undefined) =>
    HttpClientRequest.post(`${root}/${path}`, {
      urlParams: { api_key: apiKey },
      headers: {
        authorization: token,
        "stream-auth-type": "jwt",
        "x-stream-client": clientName
      },
      ...(body === undefined ? {} : { body: HttpBody.jsonUnsafe(body) })
    })

  const send = (request: HttpClientRequest.HttpClientRequest) =>
    options.send(request).pipe(
      Effect.flatMap((response) =>
        Effect.map(Http.body(response, options.maxResponseBytes), (body) => ({
          status: response.status,
          headers: response.headers,
          body: Http.text(body)
        }))
      ),
      Effect.mapError((error) => {
        switch (error._tag) {
          case "TooLarge":
            return new CoordinatorFailure({
              reason: "TooLarge",
              detail: `the coordinator: ${error.detail}`,
              shouldRetry: false
            })
          case "Redirected":
            return new CoordinatorFailure({
              reason: "Redirected",
              detail: Endpoint.redirected(endpoint),
              shouldRetry: false
            })
          case "HttpClientError":
            return unreachable(endpoint)(error)
        }
      }),
      Effect.scoped,
      Effect.timeoutOrElse({ duration: responseTimeout, orElse: () => Effect.fail(timedOut(endpoint)) })
    )

  return {
    post: Effect.fnUntraced(function*(path, body) {
      const invalid = Endpoint.invalid(endpoint)
      if (invalid !== undefined) {
        return yield* new CoordinatorFailure({ reason: "Unreachable", detail: invalid, shouldRetry: false })
      }
      const token = yield* options.userToken
      if (!Http.isToken(Redacted.value(token))) {
        return yield* new CoordinatorFailure({
          reason: "InvalidToken",
          detail: "the user's token cannot be a header",
          shouldRetry: false
        })
      }
      const response = yield* send(requestOf(path, Redacted.value(token), body))
      const secrets = [token, ...options.secrets]
      return { endpoint, ...response, secrets, redact: Redaction.make(...secrets) }
    })
  }
}
