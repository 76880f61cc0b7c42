/**
 * The tool against the runtime that it stands for: where nothing is chosen, all happens as on the stock scheduler; and
 * whatever is chosen, each task runs once.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { randomProgram } from "./programs.ts"

const seeds = Array.from({ length: 500 }, (_, seed) => seed)

test("the schedule without choices has the order of the stock runtime, in 500 random programs", async () => {
  const differ: Array<number> = []
  for (const seed of seeds) {
    const { log, program } = randomProgram(seed)
    // oxlint-disable-next-line no-await-in-loop -- one after the other: they would disturb each other's order
    await Effect.runPromise(program)
    const stock = log.splice(0)
    const verdict = Explore.run(program, { strategy: Explore.delayBounding({ atMost: 0 }) })
    expect(verdict).toMatchObject({ _tag: "Passed", schedules: 1, exhausted: { _tag: "Delays", atMost: 0 } })
    if (log.join() !== stock.join()) differ.push(seed)
  }
  expect(differ).toEqual([])
})

test("no task is lost or run twice, whatever is chosen", () => {
  for (const seed of seeds.slice(0, 100)) {
    const { log, program } = randomProgram(seed)
    const ends = Effect.map(program, () => {
      const lines = log.splice(0)
      return lines.filter((line) => line.endsWith(" ends")).sort()
    })
    const verdict = Explore.run(ends, {
      schedules: 100,
      satisfies: (exit) => exit._tag === "Success" && exit.value.join() === "a ends,b ends,c ends,d ends,e ends,f ends"
    })
    expect(verdict).toMatchObject({ _tag: "Passed" })
  }
})
