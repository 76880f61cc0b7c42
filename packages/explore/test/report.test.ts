/**
 * The size of a report, and values that it cannot print as JSON.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { assert, describe, expect, test } from "vitest"

describe("a report is bounded", () => {
  test("5,000 fibers that wait", () => {
    const fork = Effect.forkChild(Effect.never, { startImmediately: true })
    const program = Effect.andThen(Effect.all(Array.from({ length: 5_000 }, () => fork)), Effect.never)
    const verdict = Explore.run(program, { maxSteps: 100_000 })
    assert(verdict._tag === "Failed")
    const report = Explore.format(verdict)
    expect(verdict.failure._tag).toBe("Deadlock")
    expect(report).toMatch(/not shown: \d+ rows, \d+ fibers/)
    expect(report.length).toBeLessThan(200_000)
  })

  test("many rows of one fiber", () => {
    const program = Effect.gen(function*() {
      for (let n = 0; n < 1_000; n++) {
        yield* Effect.yieldNow
        yield* Effect.sync(() => n)
      }
      return yield* Effect.never
    })
    const report = Explore.format(Explore.run(program, { maxSteps: 100_000 }))
    expect(report).toMatch(/not shown: \d+ rows, 0 fibers/)
    expect(report.split("\n").length).toBeLessThan(500)
  })

  test("5,000 fibers that are left behind", () => {
    const fork = Effect.forkDetach(Effect.never, { startImmediately: true })
    const verdict = Explore.run(Effect.all(Array.from({ length: 5_000 }, () => fork)), { maxSteps: 100_000 })
    assert(verdict._tag === "Failed" && verdict.failure._tag === "Leak")
    expect(verdict.failure.fibers).toHaveLength(5_000)
    expect(Explore.format(verdict)).toMatch(/^leaves behind: fibers fiber 1, .*, fiber 20 and 4980 more\n/)
  })

  test("a value that JSON does not have", () => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    expect(Explore.format(Explore.run(Effect.fail(1n)))).toMatch(/^fails with 1\n/)
    expect(Explore.format(Explore.run(Effect.fail(circular)))).toMatch(/^fails with \[object Object\]\n/)
    expect(Explore.outcomes(Effect.succeed(1n)).outcomes).toHaveLength(1)
  })

  test("a token with more choices than any schedule has", () => {
    expect(() => Explore.replay(Effect.void, "x1-zzzzzzzzzz")).toThrow(TypeError)
  })
})
