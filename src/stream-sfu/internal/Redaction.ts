/**
 * Makes a text of a peer safe for an error or a log line: short, on one line, and without our secrets, which a peer may
 * echo.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"

/** In characters. */
const maxLength = 200

export type Redact = (text: string) => string

/** The forms in which a peer receives a secret, and so may echo it: in a URL, in a header, in a JSON body. */
const encodings = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret.toWellFormed()),
  Base64.encode(secret).replace(/=+$/, ""),
  Base64Url.encode(secret),
  JSON.stringify(secret).slice(1, -1)
]

export const make = (...secrets: ReadonlyArray<Redacted.Redacted>): Redact => {
  const encoded = new Set(secrets.map(Redacted.value).filter((secret) => secret !== "").flatMap(encodings))
  // Longest first: a secret may contain another one, and the rest of it has to be removed as well.
  const forbidden = Array.from(encoded).toSorted((a, b) => b.length - a.length)
  return (text) => {
    // Before the text is shortened, because the cut could leave a part of a secret.
    const safe = forbidden.reduce((rest, secret) => rest.replaceAll(secret, "<redacted>"), text)
    const line = safe.slice(0, maxLength + 1).replace(/\p{Cc}+/gu, " ")
    return line.length > maxLength ? `${line.slice(0, maxLength)}...` : line
  }
}
