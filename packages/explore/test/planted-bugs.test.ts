/**
 * Each planted bug is found by each strategy, and its fixed version passes. `planted/*.txt` are the reports.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { bystanders, planted } from "./support/planted.ts"

const strategies = [
  Explore.randomWalk(),
  Explore.randomWalk({ stay: 0.9 }),
  Explore.pct(),
  Explore.delayBounding(),
  Explore.portfolio()
]

const bugs = Object.entries(planted)

describe.each(bugs)("%s", (name, { failure, program }) => {
  test("is found and shrunk to the fewest preemptions", async () => {
    const verdict = Explore.run(program(false))
    expect(verdict).toMatchObject({
      _tag: "Failed",
      failure: { _tag: failure },
      isReproducible: true,
      isMinimal: true
    })
    await expect(`${Explore.format(verdict)}\n`).toMatchFileSnapshot(`planted/${name.replaceAll(" ", "-")}.txt`)
  })

  test("is found by each strategy, alone and among bystanders", () => {
    for (const strategy of strategies) {
      for (const others of [[], bystanders(2, 4)]) {
        expect(Explore.run(program(false, others), { strategy, schedules: 2_000 }))
          .toMatchObject({ _tag: "Failed", failure: { _tag: failure } })
      }
    }
  })

  test("passes when it is fixed, with each strategy and both time modes", () => {
    for (const strategy of strategies) {
      for (const time of ["idle", "race"] as const) {
        expect(Explore.run(program(true), { strategy, time })).toMatchObject({ _tag: "Passed" })
      }
    }
  })
})

test("a hundred runs on the stock runtime find none of them", async () => {
  const found: Array<string> = []
  for (const [name, { failure, program }] of bugs) {
    if (failure === "Deadlock") continue
    for (let time = 0; time < 100; time++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const exit = await Effect.runPromiseExit(program(false))
      if (exit._tag === "Failure" && !found.includes(name)) found.push(name)
    }
  }
  expect(found).toEqual([])
})
