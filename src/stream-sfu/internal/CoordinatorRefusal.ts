/**
 * What the coordinator says about a request that it refuses. Pure.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Answer } from "./CoordinatorClient.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Http from "./Http.ts"

export const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

const Body = Schema.fromJsonString(Schema.Struct({
  code: nullish(Schema.Int),
  message: nullish(Schema.String),
  unrecoverable: nullish(Schema.Boolean)
}))

const decodeBody = Schema.decodeUnknownResult(Body)

export interface CoordinatorRefusal {
  /** The coordinator's error number. */
  readonly code?: number
  readonly detail: string
  readonly shouldRetry: boolean
}

/** A body of another kind says nothing: then there is no code, and the status decides. */
export const of = ({ body, endpoint, redact, status }: Answer): CoordinatorRefusal => {
  const { code, message, unrecoverable } = Result.getOrElse(decodeBody(body), (): typeof Body.Type => ({}))
  return {
    ...(typeof code === "number" ? { code } : {}),
    detail: message ? `the coordinator: ${redact.text(message)}` : Endpoint.wrongStatus(endpoint, status),
    shouldRetry: unrecoverable !== true && Http.isTransient(status)
  }
}
