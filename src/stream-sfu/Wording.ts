/**
 * What a peer wrote, fit for an error or a log line: short, on one line, and without our token, which a peer may echo.
 */
import * as Redacted from "effect/Redacted"

const longest = 200

export type Wording = (text: string) => string

export const make = (token: Redacted.Redacted): Wording => (text) => {
  const secret = Redacted.value(token)
  // Before it is cut, or the cut might leave a part of it.
  const safe = secret === "" ? text : text.replaceAll(secret, "<redacted>")
  const line = safe.slice(0, longest + 1).replace(/\p{Cc}+/gu, " ")
  return line.length > longest ? `${line.slice(0, longest)}...` : line
}
