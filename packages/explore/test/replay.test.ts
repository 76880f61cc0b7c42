/**
 * A token identifies the path of one schedule: it replays it, and it is a regression test.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { assert, describe, expect, test } from "vitest"
import { planted } from "./support/planted.ts"
import { writers } from "./support/writers.ts"

const lostUpdate = planted["lost update"].program(false)

test("an exploration gives the same verdict each time", () => {
  const verdict = Explore.run(lostUpdate)
  expect(verdict).toMatchObject({ token: "x1-3", schedules: 10, preemptions: 1, delays: 1 })
  expect(Explore.run(lostUpdate)).toEqual(verdict)
})

test("a token replays the failing schedule with its timeline", () => {
  const verdict = Explore.run(lostUpdate)
  const replay = Explore.replay(lostUpdate, "x1-3")
  expect(replay).toMatchObject({ failure: { _tag: "Assertion" }, isStale: false })
  expect(replay.timeline).toBe(verdict._tag === "Failed" && verdict.timeline)
})

test("the token x1 is the schedule of the stock runtime", () => {
  expect(Explore.replay(lostUpdate, "x1").failure).toBeUndefined()
})

test("the token of each outcome replays it, with racing timers as well", () => {
  const { outcomes } = Explore.outcomes(writers(3, 2), { strategy: Explore.randomWalk(), time: "race", schedules: 500 })
  expect(outcomes.length).toBeGreaterThan(50)
  for (const { exit, token } of outcomes) {
    expect(token).toMatch(/^x1r/)
    expect(Explore.replay(writers(3, 2), token).exit).toEqual(exit)
  }
})

test("a token whose path no longer exists is stale", () => {
  expect(Explore.replay(writers(2, 1), "x1-zz").isStale).toBe(true)
  expect(Explore.replay(lostUpdate, "x1-3.9").isStale).toBe(true)
})

describe("regressions", () => {
  test("run first, in order, and are counted", () => {
    expect(Explore.run(lostUpdate, { regressions: ["x1", "x1-3"] })).toMatchObject({ schedules: 2, token: "x1-3" })
  })

  test("run in the time mode of their token", () => {
    const now = Effect.timeoutOption(Effect.yieldNow, 1)
    expect(Explore.run(now, { regressions: ["x1r-0"], schedules: 0 })).toMatchObject({ _tag: "Passed", stale: [] })
  })

  test("are reported if stale", () => {
    const verdict = Explore.run(writers(2, 1), { regressions: ["x1-zz", "x1"] })
    expect(verdict).toMatchObject({ _tag: "Passed", stale: ["x1-zz"] })
    expect(Explore.format(verdict)).toContain("stale: the path of x1-zz no longer exists")
  })
})

test("a failure that the same path does not repeat is reported as not reproducible", () => {
  let runs = 0
  const verdict = Explore.run(Effect.sync(() => assert.notStrictEqual(++runs, 1)))
  expect(verdict).toMatchObject({ _tag: "Failed", isReproducible: false })
  expect(Explore.format(verdict)).toContain("something besides its path")
})

describe("shrinking", () => {
  /** Fails with one message in the stock order, and with another one in every other order. */
  const twoFailures = Effect.map(writers(2, 2), (log) => assert.strictEqual(log === "0011" ? "" : "other", "same"))

  test("keeps the failure: it does not end at a simpler schedule with another one", () => {
    const search = Explore.delayBounding().begin()
    const skippingStock: Explore.Strategy = { name: "skip", begin: () => ({ ...search, choose: () => 1 }) }
    const verdict = Explore.run(twoFailures, { strategy: skippingStock, schedules: 1 })
    expect(verdict).toMatchObject({ _tag: "Failed", failure: { error: { actual: "other" } } })
    expect(Explore.replay(twoFailures, "x1").failure).toMatchObject({ error: { actual: "" } })
  })

  test("reduces a random schedule to one preemption and one delay, and shows that it is minimal", () => {
    const verdict = Explore.run(lostUpdate, { strategy: Explore.randomWalk({ seed: 5 }) })
    expect(verdict).toMatchObject({ token: "x1-3", preemptions: 1, delays: 1, isMinimal: true })
  })
})
