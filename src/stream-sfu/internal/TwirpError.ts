/**
 * Classifies the failures of a Twirp call that are not an answer of the SFU: an error response of Twirp or of a proxy, a
 * broken connection, a timeout.
 */
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { CallFailure } from "../wire/SignalCall.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Evidence from "./Evidence.ts"
import * as Http from "./Http.ts"

export const timedOut = (endpoint: Endpoint.Endpoint, time: string): CallFailure => ({
  code: "deadline_exceeded",
  detail: Endpoint.silent(endpoint, time),
  shouldRetry: true
})

export const tooLarge = ({ detail }: Http.TooLarge): CallFailure => ({ code: "too_large", detail, shouldRetry: false })

export const redirected = (endpoint: Endpoint.Endpoint): CallFailure => ({
  code: "unknown",
  detail: Endpoint.redirected(endpoint),
  shouldRetry: false
})

/** For a successful response that is not of Twirp. */
export const ofOtherServer = (endpoint: Endpoint.Endpoint): CallFailure => ({
  code: "bad_route",
  detail: Endpoint.wrongBody(endpoint),
  shouldRetry: false
})

/** The code for a response of a proxy, or for one whose body is not a Twirp error. */
const codeOfStatus = (status: number): string => {
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

const decodeBody = Schema.decodeUnknownResult(Schema.fromJsonString(
  Schema.Struct({ code: Schema.NonEmptyString, msg: Schema.optional(Schema.String) })
))

/** For a response whose status is not 200. Only the SFU itself answers with a Twirp error. */
export const ofResponse = (endpoint: Endpoint.Endpoint, status: number, body: string): CallFailure => {
  const shouldRetry = Http.isTransient(status)
  const wrongStatus = Endpoint.wrongStatus(endpoint, status)
  const decoded = decodeBody(body)
  if (Result.isFailure(decoded)) return { code: codeOfStatus(status), detail: wrongStatus, shouldRetry }
  const { code, msg = "" } = decoded.success
  // A Twirp server answers, but it does not have this service at this root.
  return { code, detail: code === "bad_route" ? `${msg || code}: ${wrongStatus}` : msg, shouldRetry }
}

/** For a request without a complete response. */
export const ofTransport =
  (endpoint: Endpoint.Endpoint) => ({ reason }: HttpClientError.HttpClientError): CallFailure => {
    switch (reason._tag) {
      case "TransportError":
      case "DecodeError":
      case "EmptyBodyError":
        return { code: "unavailable", detail: Endpoint.failed(endpoint, Evidence.ofCause(reason)), shouldRetry: true }
      case "StatusCodeError":
        return {
          code: codeOfStatus(reason.response.status),
          detail: Endpoint.wrongStatus(endpoint, reason.response.status),
          shouldRetry: Http.isTransient(reason.response.status)
        }
      case "EncodeError":
      case "InvalidUrlError":
        return {
          code: "malformed",
          detail: Endpoint.invalid(endpoint) ?? "the request cannot be encoded",
          shouldRetry: false
        }
    }
  }
