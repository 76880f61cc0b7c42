/**
 * Words of a peer for a log line, an error, a span or a metric. Pure.
 *
 * The rule: a text that came over a wire reaches none of these but through `quote`. It is then on one line, has no character
 * that a terminal or a reader of the log obeys instead of showing it, and is short. Secrets are masked earlier, where the
 * text comes in: only the client that has them knows them.
 */

/** In characters. */
const defaultLongest = 200

/**
 * Control characters (C0, DEL, C1), format characters (overrides of the writing direction, invisible characters), line and
 * paragraph separators, and surrogates that are not part of a pair.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

const escape = (character: string): string =>
  unsafe.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character

/**
 * The text with each unsafe character as `\u{1b}`, cut to `longest` characters and `...`. Its cost depends on `longest`, not
 * on the text.
 */
export const quote = (text: string, longest: number = defaultLongest): string => {
  let quoted = ""
  for (const character of text) {
    const safe = escape(character)
    if (quoted.length + safe.length > longest) return `${quoted}...`
    quoted += safe
  }
  return quoted
}

/** For `toJSON`: a copy of plain data in which every text is quoted. */
export const quoteAll = (value: unknown, longest?: number): unknown => {
  if (typeof value === "string") return quote(value, longest)
  if (Array.isArray(value)) return value.map((element: unknown) => quoteAll(element, longest))
  if (typeof value !== "object" || value === null || "toJSON" in value) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, quoteAll(field, longest)]))
}

/** JSON that means the same, with every unsafe character as `\u001b`. Its text may be of any length. */
export const escapeJson = (json: string): string =>
  json.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) =>
      Array.from({ length: character.length }, (_, n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, "0")}`)
        .join("")
  )
