/**
 * The laws of publishing under every schedule with at most one delay, and under 300 schedules of every other strategy.
 */
import { Explore } from "effect-explore"
import { expect, test } from "vitest"
import { laws } from "./laws.ts"

for (const { law, program } of laws) {
  test(`Publishing: ${law}`, () => {
    const strategy = Explore.delayBounding({ atMost: 1 })
    expect(Explore.format(Explore.run(program, { strategy, schedules: Infinity })))
      .toMatch(/^passed: .*every schedule of at most 1 delay$/)
    expect(Explore.format(Explore.run(program, { schedules: 300 }))).toMatch(/^passed/)
  })
}
