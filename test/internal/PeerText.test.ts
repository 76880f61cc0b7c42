import { describe, expect, test } from "vitest"
import * as PeerText from "../../src/internal/PeerText.ts"

/** Each with how it is shown. */
const hostile: ReadonlyArray<readonly [what: string, text: string, shown: string]> = [
  ["a forged log line", "0\n[12:00:00.000] INFO (#1): paid", "0\\u{a}[12:00:00.000] INFO (#1): paid"],
  ["a carriage return", "a\rb", "a\\u{d}b"],
  ["an ANSI sequence that clears the terminal", "\u001b[2J\u001b[H", "\\u{1b}[2J\\u{1b}[H"],
  ["the same with C1", "\u009b2J", "\\u{9b}2J"],
  ["NUL, DEL and NEL", "\0\u007f\u0085", "\\u{0}\\u{7f}\\u{85}"],
  ["an override of the writing direction", "\u202egpj.exe\u202c", "\\u{202e}gpj.exe\\u{202c}"],
  ["isolates of the writing direction", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
  ["line and paragraph separators", "a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
  ["lone surrogates", "a\ud800b\udfff", "a\\u{d800}b\\u{dfff}"],
  ["invisible characters", "ad\u200bmin\ufeff\u{e0041}", "ad\\u{200b}min\\u{feff}\\u{e0041}"]
]

const harmless = ["", "alice", "Zoë Ångström", "愛", "👍🏽", "a b\u00a0c", "\\u{1b}", "<b>\"'&%00"]

describe("Words of a peer", () => {
  test.each(hostile)("%s is escaped", (_, text, shown) => {
    expect(PeerText.quote(text)).toBe(shown)
    expect(PeerText.quote(shown)).toBe(shown)
  })

  test.each(harmless)("%j stays as it is", (text) => {
    expect(PeerText.quote(text)).toBe(text)
  })

  test("a long text is cut, also if it becomes long by escapes, and never within an escape or a pair", () => {
    expect(PeerText.quote("x".repeat(201))).toBe(`${"x".repeat(200)}...`)
    expect(PeerText.quote("x".repeat(200))).toBe("x".repeat(200))
    expect(PeerText.quote("\n".repeat(100), 11)).toBe("\\u{a}\\u{a}...")
    expect(PeerText.quote("👍👍", 3)).toBe("👍...")
  })

  test("the cost of a text depends on the limit and not on the text", () => {
    let read = 0
    const endless = {
      *[Symbol.iterator]() {
        while (true) {
          read++
          yield "x"
        }
      }
    }
    expect(PeerText.quote(endless as unknown as string, 10)).toBe("xxxxxxxxxx...")
    expect(read).toBe(11)
  })

  test("JSON of plain data is quoted at every depth, and values that have JSON of their own are left", () => {
    const date = new Date(0)
    expect(PeerText.quoteAll({ a: ["\n", { b: "\u202e" }], n: 1, date, none: undefined }, 10)).toEqual({
      a: ["\\u{a}", { b: "\\u{202e}" }],
      n: 1,
      date,
      none: undefined
    })
  })

  test("JSON text is escaped and means the same", () => {
    const value = Object.fromEntries(hostile.map(([what, text]) => [what, text]))
    const escaped = PeerText.escapeJson(JSON.stringify(value))
    expect(escaped).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u)
    expect(JSON.parse(escaped)).toEqual(value)
  })
})
