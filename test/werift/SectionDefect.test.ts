/**
 * Why an m-line cannot be used, in words that are safe to log.
 */
import { describe, expect, test } from "vitest"
import * as SectionDefect from "../../src/werift/internal/SectionDefect.ts"
import * as SectionParser from "../../src/werift/internal/SectionParser.ts"

const receives = () => true

describe("the media type of a rejected m-line", () => {
  test.each([["in use", 9], ["ended", 0]] as const)("is escaped and cut: %s", (_, port) => {
    const reasonOf = (kind: string): string | undefined => {
      const [parsed = ""] = SectionParser.make().parse([[`m=${kind} ${port} X 1`, "a=mid:0"]])
      return port === 0 ? SectionDefect.ofEnded(parsed) : SectionDefect.of(parsed, receives)
    }
    expect(reasonOf("text")).toBe("media type text")
    expect(reasonOf("a\u001b[2Jb")).not.toContain("\u001b")
    expect(reasonOf("x".repeat(100))).toBe(`media type ${"x".repeat(32)}...`)
  })
})
