/**
 * Tokens as JWTs (RFC 7519), signed by HS256: the SFU's own, with a secret that each makes for itself, so that there is no
 * table of them; and users', with the secret of their API key.
 */
import { createHmac, timingSafeEqual } from "node:crypto"

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

const signature = (secret: string, signed: string): Buffer => createHmac("sha256", secret).update(signed).digest()

const decode = (part: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(Buffer.from(part, "base64url").toString()))
  } catch {
    return {}
  }
}

/** `expiresAt` in milliseconds. */
export const issue = (secret: string, userId: string, expiresAt: number): string => {
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ user_id: userId, exp: expiresAt / 1_000 })}`
  return `${signed}.${signature(secret, signed).toString("base64url")}`
}

/** Whose it is; or it was, and has expired; or it is none of ours. */
export type Verdict =
  | { readonly _tag: "Valid"; readonly userId: string }
  | { readonly _tag: "Expired" }
  | { readonly _tag: "Unknown" }

const unknown: Verdict = { _tag: "Unknown" }

/** Without `exp` it never expires. */
export const judge = (secret: string, token: string, now: number): Verdict => {
  const [header, body, mac] = token.split(".")
  if (header === undefined || body === undefined || mac === undefined) return unknown
  const expected = signature(secret, `${header}.${body}`)
  const given = Buffer.from(mac, "base64url")
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return unknown
  const { exp, user_id: userId } = decode(body)
  if (decode(header)["alg"] !== "HS256" || typeof userId !== "string" || userId === "") return unknown
  if (exp === undefined) return { _tag: "Valid", userId }
  return typeof exp === "number" && now < exp * 1_000 ? { _tag: "Valid", userId } : { _tag: "Expired" }
}

/** Whose token it is; nothing, if it is none of ours or has expired. */
export const verify = (secret: string, token: string, now: number): string | undefined => {
  const verdict = judge(secret, token, now)
  return verdict._tag === "Valid" ? verdict.userId : undefined
}
