/**
 * Signs user tokens: JWTs (RFC 7519) with which a user authenticates to the coordinator (SFU protocol, section 3).
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SignJWT } from "jose/jwt/sign"

/** In seconds. The token is valid for a coordinator whose clock is behind ours by at most this many seconds. */
const clockSkew = 5

/** In seconds. Each token is used once, at once. */
const lifetime = 600

export const sign = Effect.fnUntraced(function*(options: {
  readonly userId: string
  readonly secret: Redacted.Redacted
}): Effect.fn.Return<Redacted.Redacted> {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const token = new SignJWT({ user_id: options.userId, iat: now - clockSkew, exp: now + lifetime })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
  const key = new TextEncoder().encode(Redacted.value(options.secret))
  return Redacted.make(yield* Effect.promise(() => token.sign(key)))
})
