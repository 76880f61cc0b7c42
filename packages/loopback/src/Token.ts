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

/** `Unknown`: not signed with the secret, not by HS256, or without a user id. */
export type Verdict =
  | { readonly _tag: "Valid"; readonly userId: string }
  | { readonly _tag: "Expired" }
  | { readonly _tag: "Unknown" }

/** Issues and verifies the tokens of one secret. */
export interface Tokens {
  /** Expires after `timeToLive`, in whole seconds, rounded down. */
  readonly issue: (userId: string, timeToLive: Duration.Input) => Effect.Effect<string>
  /** Only `expire` ends a token without `exp`. */
  readonly verify: (token: string) => Effect.Effect<Verdict>
  /** Ends each token of the user that was issued before. */
  readonly expire: (userId: string) => void
}

const unknown: Verdict = { _tag: "Unknown" }

const isId = (value: unknown): value is string => typeof value === "string" && value !== ""

export const make = (secret: string): Tokens => {
  const key = new TextEncoder().encode(secret)
  let issued = 0
  /** By user id: a token whose `jti` is this number or a smaller one has expired. */
  const expired = new Map<string, number>()

  const verdictOf = ({ jti = 0, user_id: userId }: { readonly jti?: unknown; readonly user_id?: unknown }): Verdict => {
    if (!isId(userId)) return unknown
    return Number(jti) <= (expired.get(userId) ?? -1) ? { _tag: "Expired" } : { _tag: "Valid", userId }
  }

  return {
    issue: Effect.fnUntraced(function*(userId, timeToLive) {
      const expiresAt = (yield* Clock.currentTimeMillis) + Duration.toMillis(timeToLive)
      const token = new SignJWT({ user_id: userId, jti: String(++issued), exp: Math.floor(expiresAt / 1_000) })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      return yield* Effect.promise(() => token.sign(key))
    }),
    verify: Effect.fnUntraced(function*(token) {
      const currentDate = new Date(yield* Clock.currentTimeMillis)
      const verified = Effect.tryPromise({
        try: () => jwtVerify<{ readonly user_id?: unknown }>(token, key, { algorithms: ["HS256"], currentDate }),
        catch: (error): Verdict => error instanceof JWTExpired ? { _tag: "Expired" } : unknown
      })
      return yield* Effect.match(verified, {
        onFailure: (verdict) => verdict,
        onSuccess: ({ payload }) => verdictOf(payload)
      })
    }),
    expire: (userId) => void expired.set(userId, issued)
  }
}
