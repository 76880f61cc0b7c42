/**
 * The secret in the address of the page. The page sends it with its request for a token, and no other way leads to one: a
 * program or a page that knows only the port cannot join the call.
 *
 * It is the fragment of the address. A browser sends no fragment, so it is in no request line, log or `Referer`.
 */
import * as Redacted from "effect/Redacted"
import { createHash, randomBytes, timingSafeEqual } from "node:crypto"

export const random = (): Redacted.Redacted => Redacted.make(randomBytes(32).toString("base64url"))

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

/** Whether a request's `Authorization` is `Bearer` and the secret. The time does not depend on where the two differ. */
export const matches = (secret: Redacted.Redacted, authorization: string): boolean =>
  timingSafeEqual(digest(authorization), digest(`Bearer ${Redacted.value(secret)}`))
