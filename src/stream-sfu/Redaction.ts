/**
 * What a peer wrote, fit for an error or a log line: short, on one line, and without our secrets, which a peer may echo.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"

const longest = 200

export type Wording = (text: string) => string

/** As a peer may echo it that saw it in a URL, a header or a body. */
const spellings = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret.toWellFormed()),
  Base64.encode(secret).replace(/=+$/, ""),
  Base64Url.encode(secret),
  JSON.stringify(secret).slice(1, -1)
]

export const make = (...secrets: ReadonlyArray<Redacted.Redacted>): Wording => {
  const spelled = new Set(secrets.map(Redacted.value).filter((secret) => secret !== "").flatMap(spellings))
  // A secret that holds another goes first, or what is left of it would stay.
  const words = Array.from(spelled).toSorted((a, b) => b.length - a.length)
  return (text) => {
    // Before it is cut, or the cut might leave a part of one.
    const safe = words.reduce((rest, word) => rest.replaceAll(word, "<redacted>"), text)
    const line = safe.slice(0, longest + 1).replace(/\p{Cc}+/gu, " ")
    return line.length > longest ? `${line.slice(0, longest)}...` : line
  }
}
