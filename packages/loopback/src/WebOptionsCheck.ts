/**
 * Checks the options of the page's access. A wrong one is a mistake in the test. Pure.
 */
import * as Redacted from "effect/Redacted"
import * as WebAccess from "./WebAccess.ts"

/** In characters of base64url: 128 bits. */
const shortestSecret = 22

export interface WebOptions {
  readonly allowedOrigins?: ReadonlyArray<string> | undefined
  readonly pageSecret?: Redacted.Redacted | undefined
}

const isSecret = (value: unknown): boolean => {
  const secret = Redacted.isRedacted(value) ? Redacted.value(value) : undefined
  return typeof secret === "string" && secret.length >= shortestSecret && /^[\w-]+$/.test(secret)
}

/** Throws a `TypeError` that names the option. A secret is not part of it. */
export const check = ({ allowedOrigins, pageSecret }: WebOptions): void => {
  const areOrigins = allowedOrigins === undefined
    || (Array.isArray(allowedOrigins) && allowedOrigins.every(WebAccess.isOrigin))
  if (!areOrigins) {
    throw new TypeError(
      `LoopbackSfu: allowedOrigins must be origins such as "http://localhost:5173", got ${
        JSON.stringify(allowedOrigins)
      }`
    )
  }
  if (pageSecret !== undefined && !isSecret(pageSecret)) {
    throw new TypeError(
      `LoopbackSfu: pageSecret must be a Redacted of at least ${shortestSecret} characters of base64url`
    )
  }
}
