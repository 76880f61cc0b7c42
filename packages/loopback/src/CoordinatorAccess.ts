/**
 * Access to the coordinator: the API key, a user's token, and the failures that a test injects.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { ProtocolFailure } from "./RawResponse.ts"
import * as RawResponse from "./RawResponse.ts"
import * as Requests from "./Requests.ts"
import type { Tokens } from "./Token.ts"

export interface CoordinatorAccess {
  readonly apiKey: string
  /** Of users, for the coordinator. */
  readonly userTokens: Tokens
  readonly requests: Requests.Requests
}

export class CoordinatorError extends Data.TaggedError("CoordinatorError")<{
  readonly status: number
  readonly code: number
  readonly message: string
  readonly unrecoverable?: boolean | undefined
  readonly headers?: { readonly [name: string]: string } | undefined
  /** The response in place of the error. */
  readonly raw?: RawResponse.RawFailure | undefined
}> {}

export const refused = (status: number, code: number, message: string): CoordinatorError =>
  new CoordinatorError({ status, code, message })

const injected = (failure: ProtocolFailure): CoordinatorError => {
  switch (failure._tag) {
    case "Coordinator":
      return new CoordinatorError(failure)
    case "Transport":
      return refused(Requests.statusOf[failure.code], -1, failure.message)
    case "Sfu":
      return refused(400, failure.code, failure.message)
  }
}

export const checkApiKey = (
  access: CoordinatorAccess,
  apiKey: string | ReadonlyArray<string> | undefined
): Effect.Effect<void, CoordinatorError> =>
  apiKey === access.apiKey ? Effect.void : Effect.fail(refused(401, 2, "the API key is unknown"))

/** Returns the user id. `authorization` is the token itself, without `Bearer`. */
export const authenticate = Effect.fnUntraced(function*({ userTokens }: CoordinatorAccess, authorization: string) {
  const verdict = yield* userTokens.verify(authorization)
  switch (verdict._tag) {
    case "Valid":
      return verdict.userId
    case "Expired":
      return yield* refused(401, 40, "the token has expired")
    case "Unknown":
      return yield* refused(401, 5, "the token is not signed for this API key")
  }
})

/** Waits until the request may be processed, and processes it or fails as a test has injected it. */
export const process = Effect.fnUntraced(function*<A, R>(
  { requests }: CoordinatorAccess,
  userId: string,
  method: Requests.CoordinatorMethod,
  run: Effect.Effect<A, CoordinatorError, R>
): Effect.fn.Return<A, CoordinatorError, R> {
  const { carriedOut = false, failure } = (yield* requests.admit({ from: "", fromUser: userId, method })) ?? {}
  if (failure === undefined) return yield* run
  if (carriedOut) yield* run
  if (!RawResponse.isRaw(failure)) return yield* injected(failure)
  return yield* new CoordinatorError({ status: 503, code: -1, message: "", raw: failure })
})
