/**
 * The controlled runtime compared with Effect's own: choice 0 is what the stock scheduler does, and every schedule runs
 * each task once.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { randomProgram } from "./support/randomProgram.ts"

const seeds = Array.from({ length: 500 }, (_, seed) => seed)

test("the schedule without delays has the order of the stock runtime, in 500 random programs", async () => {
  const different: Array<number> = []
  for (const seed of seeds) {
    const { log, program } = randomProgram(seed)
    // oxlint-disable-next-line no-await-in-loop -- concurrent programs would change each other's order
    await Effect.runPromise(program)
    const stock = log.splice(0)
    const verdict = Explore.run(program, { strategy: Explore.delayBounding({ atMost: 0 }) })
    expect(verdict).toMatchObject({ _tag: "Passed", schedules: 1, exhausted: { _tag: "Delays", atMost: 0 } })
    if (log.join() !== stock.join()) different.push(seed)
  }
  expect(different).toEqual([])
})

test("every schedule runs each task once", () => {
  for (const seed of seeds.slice(0, 100)) {
    const { log, program } = randomProgram(seed)
    const ends = Effect.map(program, () => {
      const entries = log.splice(0)
      return entries.filter((entry) => entry.endsWith(" ends")).sort()
    })
    const verdict = Explore.run(ends, {
      schedules: 100,
      satisfies: (exit) => exit._tag === "Success" && exit.value.join() === "a ends,b ends,c ends,d ends,e ends,f ends"
    })
    expect(verdict).toMatchObject({ _tag: "Passed" })
  }
})
