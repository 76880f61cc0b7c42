/**
 * Why a request body could not be read.
 */
import * as HttpServerError from "effect/http/HttpServerError"

export const isTooLarge = (error: unknown): boolean =>
  HttpServerError.isHttpServerError(error)
  && error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
