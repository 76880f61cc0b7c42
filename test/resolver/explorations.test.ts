/**
 * The laws of waiting under every schedule with one delay, and under 1,000 schedules of each strategy. `npm run explore` runs
 * more.
 */
import { Explore } from "effect-explore"
import { expect, test } from "vitest"
import { laws } from "./explorations.ts"

for (const { law, program } of laws) {
  for (const time of ["idle", "race"] as const) {
    test(`Law ${law} (${time})`, () => {
      const strategy = Explore.delayBounding({ atMost: 1 })
      const verdict = Explore.run(program(time), { strategy, time, schedules: Infinity })
      expect(Explore.format(verdict)).toMatch(/^passed: .*every schedule of at most 1 delay$/)
      expect(Explore.format(Explore.run(program(time), { time }))).toMatch(/^passed/)
    })
  }
}
