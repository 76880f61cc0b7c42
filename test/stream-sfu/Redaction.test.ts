import * as Redacted from "effect/Redacted"
import { describe, expect, test } from "vitest"
import * as Redaction from "../../src/stream-sfu/internal/Redaction.ts"

/** Base64url of it differs from its base64 and from its percent-encoding. */
const token = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiYWxpY2Ui.SflKxw\"RJS+MeK/F2QT4fwpMeJf36"

const redact = Redaction.make(Redacted.make(token), Redacted.make("pass"), Redacted.make(""))

const forms: ReadonlyArray<readonly [string, string]> = [
  ["as it is", token],
  ["percent-encoded", encodeURIComponent(token)],
  ["in base64", Buffer.from(token).toString("base64")],
  ["in base64url", Buffer.from(token).toString("base64url")],
  ["in JSON", JSON.stringify(token).slice(1, -1)]
]

describe("A secret", () => {
  test.each(forms)("%s is masked in data, at every depth and place of a text", (_, form) => {
    for (let before = 0; before < 17; before++) {
      const text = (middle: string) => `${"a".repeat(before)}${middle}z`
      expect(redact.data({ a: [{ b: text(form) }] })).toEqual({ a: [{ b: text("<redacted>") }] })
      expect(redact.text(text(form))).toBe(text("<redacted>"))
    }
  })

  test.each(forms)("of which 16 characters stand in a text is masked there: %s", (_, form) => {
    for (let from = 0; from + 16 <= form.length - 2; from++) {
      const part = `<${form.slice(from, from + 16)}>`
      expect(redact.data(part)).not.toContain(form.slice(from + 4, from + 12))
    }
  })

  test("in base64 has no 16 characters in common with its base64url, and is masked", () => {
    const tildes = Redaction.make(Redacted.make("~".repeat(24)))
    expect(tildes.data(`a${"fn5+".repeat(8)}z`)).toBe("a<redacted>z")
    expect(tildes.data(`a${"fn5-".repeat(8)}z`)).toBe("a<redacted>z")
  })

  test("that is shorter than 16 characters may be a word: it stays in data, and is masked in a text for the log", () => {
    expect(redact.data("a=ice-pwd:pass")).toBe("a=ice-pwd:pass")
    expect(redact.text("wrong password: pass")).toBe("wrong <redacted>word: <redacted>")
  })

  test("is masked before the text is cut, and in each place", () => {
    const shown = redact.text(`${"x".repeat(195)}${token}`)
    expect(shown).toBe(`${"x".repeat(195)}<reda...`)
    expect(redact.data(`${token}${token} ${token}`)).toBe("<redacted><redacted> <redacted>")
  })

  test("of a repetitive form costs no more than another one", () => {
    const repetitive = Redaction.make(Redacted.make("a".repeat(100_000)))
    expect(repetitive.data("a".repeat(1_000_000))).toMatch(/^(<redacted>)+a{0,15}$/)
  })
})

describe("What has no secret", () => {
  test("is the same object, unchanged", () => {
    const event = { _tag: "SubscriberOffer", sdp: "v=0\r\na=mid:\u001b[2J\r\n", ids: ["a", { b: null }], n: 1 }
    expect(redact.data(event)).toBe(event)
  })
})
