/**
 * SFU tokens: a JWT (RFC 7519) signed with a secret that each SFU makes for itself, so that there is no table of them.
 */
import { createHmac, timingSafeEqual } from "node:crypto"

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

const signature = (secret: string, signed: string): Buffer => createHmac("sha256", secret).update(signed).digest()

/** `expiresAt` in milliseconds. */
export const issue = (secret: string, userId: string, expiresAt: number): string => {
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ user_id: userId, exp: expiresAt / 1_000 })}`
  return `${signed}.${signature(secret, signed).toString("base64url")}`
}

/** Whose token it is; nothing, if it is none of ours or has expired. */
export const verify = (secret: string, token: string, now: number): string | undefined => {
  const [header, body, mac] = token.split(".")
  if (header === undefined || body === undefined || mac === undefined) return undefined
  const expected = signature(secret, `${header}.${body}`)
  const given = Buffer.from(mac, "base64url")
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const claims: { readonly user_id: string; readonly exp: number } = JSON.parse(
    Buffer.from(body, "base64url").toString()
  )
  return now < claims.exp * 1_000 ? claims.user_id : undefined
}
