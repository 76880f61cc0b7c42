/**
 * JSON Web Tokens (RFC 7519) with HS256: for an SFU, signed with a secret of each server, and for a user at the
 * coordinator, signed with the secret of the API key.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { JWTExpired } from "jose/errors"
import { SignJWT } from "jose/jwt/sign"
import { jwtVerify } from "jose/jwt/verify"

const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret)

/** Expires after `timeToLive`, in whole seconds, rounded down. */
export const issue = Effect.fnUntraced(function*(secret: string, userId: string, timeToLive: Duration.Input) {
  const expiresAt = (yield* Clock.currentTimeMillis) + Duration.toMillis(timeToLive)
  const token = new SignJWT({ user_id: userId, exp: Math.floor(expiresAt / 1_000) })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
  return yield* Effect.promise(() => token.sign(keyOf(secret)))
})

/** `Unknown`: not signed with the secret, not by HS256, or without a user id. */
export type Verdict =
  | { readonly _tag: "Valid"; readonly userId: string }
  | { readonly _tag: "Expired" }
  | { readonly _tag: "Unknown" }

const unknown: Verdict = { _tag: "Unknown" }

/** A token without `exp` never expires. */
export const verify = Effect.fnUntraced(function*(secret: string, token: string): Effect.fn.Return<Verdict> {
  const currentDate = new Date(yield* Clock.currentTimeMillis)
  const verified = Effect.tryPromise({
    try: () => jwtVerify<{ readonly user_id?: unknown }>(token, keyOf(secret), { algorithms: ["HS256"], currentDate }),
    catch: (error): Verdict => error instanceof JWTExpired ? { _tag: "Expired" } : unknown
  })
  return yield* Effect.match(verified, {
    onFailure: (verdict) => verdict,
    onSuccess: ({ payload: { user_id: userId } }): Verdict =>
      typeof userId === "string" && userId !== "" ? { _tag: "Valid", userId } : unknown
  })
})

/** The user id of a valid token; undefined for any other. */
export const userOf = (secret: string, token: string): Effect.Effect<string | undefined> =>
  Effect.map(verify(secret, token), (verdict) => verdict._tag === "Valid" ? verdict.userId : undefined)
