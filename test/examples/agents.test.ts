/**
 * What the programs of `examples/agents` take for granted: names of files, and the language of the stand-ins.
 */
import { describe, expect, test } from "vitest"
import * as FileNames from "../../examples/agents/FileNames.ts"
import * as Reports from "../../examples/agents/Reports.ts"
import * as Words from "../../examples/agents/standIn/Words.ts"

describe("a name of a file", () => {
  const nameOf = (wanted: string) => FileNames.make()("key", wanted)

  test.each([
    ["../../etc/passwd", "-etc-passwd"],
    ["..", "-"],
    ["C:\\con|?*", "C-con-"],
    ["a\u0000b\nc", "a-b-c"],
    ["", "unnamed"],
    ["Zoë 😀", "Zoë-"]
  ])("made from %j names no other folder", (wanted, name) => {
    expect(nameOf(wanted)).toBe(name)
  })

  test("is short enough for any file system", () => {
    expect(nameOf("😀é".repeat(1_000)).length).toBeLessThanOrEqual(40)
    expect(Buffer.byteLength(nameOf("漢".repeat(1_000)))).toBeLessThanOrEqual(200)
  })

  test("is the same for a key, and never that of another key", () => {
    const nameOf = FileNames.make()
    const names = [["1", "Alice"], ["2", "alice"], ["3", "Alice-2"], ["4", "Alice"], ["5", "ＡＬＩＣＥ"]] as const
    const first = names.map(([key, wanted]) => nameOf(key, wanted))
    expect(first).toEqual(["Alice", "alice-2", "Alice-2-2", "Alice-3", "ＡＬＩＣＥ-4"])
    expect(names.map(([key]) => nameOf(key, "renamed"))).toEqual(first)
  })
})

test("a printed name steers no terminal", () => {
  expect(Reports.printable("Al\u001b[2Jice\n\u202e")).toBe("Al?[2Jice??")
})

describe("the language of the stand-ins", () => {
  const text = "hello please red congratulations blue"

  test.each([16_000, 24_000, 48_000])("is recognised at %i samples a second", (sampleRate) => {
    expect(Words.recognise(Words.say(text, sampleRate), sampleRate)).toBe(text)
  })

  test("is recognised if a packet of 20 ms is lost", () => {
    const samples = Words.say(text, 16_000)
    for (let at = 0; at + 320 <= samples.length; at += 320) {
      expect(Words.recognise(Int16Array.from(samples).fill(0, at, at + 320), 16_000)).toBe(text)
    }
  })

  test("has a part of a word, but no click and no silence", () => {
    const word = Words.say("congratulations", 16_000)
    expect(Words.recognise(word.subarray(0, word.length / 2), 16_000)).toBe("congratulations")
    expect(Words.recognise(word.subarray(0, 800), 16_000)).toBe("")
    expect(Words.recognise(new Int16Array(16_000), 16_000)).toBe("")
  })
})
