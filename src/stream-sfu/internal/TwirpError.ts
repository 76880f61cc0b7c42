/**
 * Classifies the failures of a Twirp call that are not an answer of the SFU: an error response of Twirp or of a proxy, a
 * broken connection, a timeout.
 */
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { CallFailure } from "../wire/SignalCall.ts"
import * as Http from "./Http.ts"

export const timedOut: CallFailure = { code: "deadline_exceeded", detail: "no answer in 5 seconds", shouldRetry: true }

export const tooLong: CallFailure = { code: "internal", detail: "the answer is too long", shouldRetry: false }

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

/** For a response whose status is not 200. */
export const ofResponse = (status: number, body: string): CallFailure => {
  const shouldRetry = Http.isTransient(status)
  const decoded = decodeBody(body)
  return Result.isSuccess(decoded)
    ? { code: decoded.success.code, detail: decoded.success.msg ?? "", shouldRetry }
    : { code: codeOfStatus(status), detail: `HTTP ${status}`, shouldRetry }
}

/** For a request without a complete response. */
export const ofTransport = ({ reason }: HttpClientError.HttpClientError): CallFailure => {
  switch (reason._tag) {
    case "TransportError":
    case "DecodeError":
    case "EmptyBodyError":
      return { code: "unavailable", detail: "no connection, or a broken one", shouldRetry: true }
    case "StatusCodeError":
      return {
        code: codeOfStatus(reason.response.status),
        detail: reason.message,
        shouldRetry: Http.isTransient(reason.response.status)
      }
    case "EncodeError":
    case "InvalidUrlError":
      return { code: "malformed", detail: "the request cannot be encoded, or its URL is invalid", shouldRetry: false }
  }
}
