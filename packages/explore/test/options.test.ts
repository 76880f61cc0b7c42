/**
 * The limits of an exploration, and the checks of its arguments.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { assert, describe, expect, test } from "vitest"
import { planted } from "./support/planted.ts"
import { writers } from "./support/writers.ts"

test("an exploration whose time limit is reached is incomplete, which is no pass", () => {
  const verdict = Explore.run(writers(3, 2), { timeLimit: 0 })
  expect(verdict).toEqual({ _tag: "Incomplete", schedules: 0, distinct: 0, exhausted: undefined })
  expect(Explore.format(verdict)).toBe("incomplete, the time limit ended it: 0 schedules, 0 distinct")
})

test("progress is reported every thousand schedules", () => {
  const reported: Array<number> = []
  Explore.run(writers(3, 3), { schedules: 2_500, onProgress: ({ schedules }) => reported.push(schedules) })
  expect(reported).toEqual([1_000, 2_000])
})

test("an exploration ends after the given number of distinct schedules", () => {
  const verdict = Explore.run(writers(3, 3), { schedules: Infinity, distinct: 2_500 })
  expect(verdict).toMatchObject({ _tag: "Passed", distinct: 2_500 })
})

test("check is run as an effect, and its error has the report and the cause", async () => {
  const lostUpdate = planted["lost update"].program(false)
  expect(await Effect.runPromise(Explore.check(writers(2, 1)))).toMatchObject({ _tag: "Passed" })
  const error = await Effect.runPromise(Effect.flip(Explore.check(lostUpdate)))
  assert.strictEqual(error._tag, "ExploreError")
  assert.include(error.message, "x1-3")
  assert.include(error.message, "yield* Ref.set(viewers, n + 1)   packages/explore/test/support/planted.ts")
  assert.instanceOf(error.cause, Error)
  const late = await Effect.runPromise(Effect.flip(Explore.check(writers(2, 1), { timeLimit: 0 })))
  assert.include(late.message, "incomplete")
})

describe("an invalid argument", () => {
  const run = (options: Explore.Options) => () => Explore.run(Effect.void, options)
  const invalid: ReadonlyArray<readonly [message: string, () => unknown]> = [
    ["Explore.run: schedules must be an integer of at least 0, or Infinity, got -1", run({ schedules: -1 })],
    ["Explore.run: distinct must be an integer of at least 0, or Infinity, got 0.5", run({ distinct: 0.5 })],
    ["Explore.run: maxSteps must be an integer of at least 1, got 0", run({ maxSteps: 0 })],
    ["Explore.run: time must be \"idle\" or \"race\", got \"fast\"", run({ time: "fast" as "idle" })],
    ["Explore.run: timeLimit must be a duration of at least 0, got -1", run({ timeLimit: -1 })],
    ["Explore.run: timeLimit must be a duration of at least 0, got NaN", run({ timeLimit: NaN })],
    ["Explore.run: timeLimit must be a duration of at least 0, got {}", run({ timeLimit: {} })],
    ["Explore.run: a regression must be a token such as \"x1-3\", got \"y1-3\"", run({ regressions: ["y1-3"] })],
    [
      "Explore.outcomes: schedules must be an integer of at least 0, or Infinity, got NaN",
      () => Explore.outcomes(Effect.void, { schedules: NaN })
    ],
    ["Explore.replay: token must be a token such as \"x1-3\", got \"\"", () => Explore.replay(Effect.void, "")],
    ["Explore.replay: maxSteps must be an integer", () => Explore.replay(Effect.void, "x1", { maxSteps: Infinity })],
    ["Explore.randomWalk: seed must be an integer, got 0.5", () => Explore.randomWalk({ seed: 0.5 })],
    ["Explore.randomWalk: stay must be a number from 0 to 1, got 2", () => Explore.randomWalk({ stay: 2 })],
    ["Explore.pct: depth must be an integer of at least 1, got 0", () => Explore.pct({ depth: 0 })],
    [
      "Explore.delayBounding: atMost must be an integer of at least 0, or Infinity, got -1",
      () => Explore.delayBounding({ atMost: -1 })
    ],
    [
      "Explore.exhaustive: preemptions must be an integer of at least 0, or Infinity, got -1",
      () => Explore.exhaustive({ preemptions: -1 })
    ],
    ["Explore.portfolio: seed must be an integer, got NaN", () => Explore.portfolio({ seed: NaN })]
  ]
  test.each(invalid)("%s", (message, call) => {
    expect(call).toThrow(message)
  })
})
