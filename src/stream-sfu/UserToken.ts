/**
 * The token that says to the coordinator who we are: a JWT (RFC 7519), signed with the application's secret.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SignJWT } from "jose/jwt/sign"

/** In seconds. A clock that is behind ours by no more than this takes the token for valid. */
const skew = 5

/** In seconds. It is used once, and at once. */
const lifetime = 600

export const mint = Effect.fnUntraced(function*(options: {
  readonly userId: string
  readonly secret: Redacted.Redacted
}): Effect.fn.Return<Redacted.Redacted> {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
  const token = new SignJWT({ user_id: options.userId, iat: now - skew, exp: now + lifetime })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
  const key = new TextEncoder().encode(Redacted.value(options.secret))
  return Redacted.make(yield* Effect.promise(() => token.sign(key)))
})
