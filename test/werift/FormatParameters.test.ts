/**
 * The parameters of `a=fmtp` lines, which an SFU writes as it likes.
 */
import { describe, expect, test } from "vitest"
import * as FormatParameters from "../../src/werift/internal/FormatParameters.ts"

describe("The format parameters of a codec", () => {
  test.each([
    ["minptime=10;useinbandfec=1", { minptime: "10", useinbandfec: "1" }],
    [" profile-level-id=42e01f ; Packetization-Mode = 1 ", { "profile-level-id": "42e01f", "packetization-mode": "1" }],
    ["sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==", { "sprop-parameter-sets": "Z0IACpZTBYmI,aMljiA==" }],
    ["0-15", { "0-15": "" }],
    ["111/111", { "111/111": "" }],
    ["a=1;A=2;b", { a: "1", b: "" }],
    ["=1;;;a=", { a: "" }],
    ["", {}],
    [undefined, {}]
  ])("%s", (text, parameters) => {
    expect(FormatParameters.parse(text)).toEqual(parameters)
  })

  test("of more than 64, the first 64 are kept, and a name of Object's prototype is a name like others", () => {
    const text = Array.from({ length: 100 }, (_, n) => `p${n}=${n}`).join(";")
    expect(Object.keys(FormatParameters.parse(text))).toHaveLength(64)
    const hostile = FormatParameters.parse("__proto__=1;constructor=2")
    expect(Object.entries(hostile)).toEqual([["__proto__", "1"], ["constructor", "2"]])
    expect(Object.getPrototypeOf(hostile)).toBe(Object.prototype)
  })
})
