/**
 * Each planted bug is found, and its mended twin is not. How soon, and what is told of it, stands in `planted/*.txt`.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { bystanders, planted } from "./planted.ts"

const strategies = [
  Explore.randomWalk(),
  Explore.randomWalk({ stay: 0.9 }),
  Explore.pct(),
  Explore.delayBounding(),
  Explore.portfolio()
]

const bugs = Object.entries(planted)

test.each(bugs)("%s: found, shrunk and told", async (name, { bug, fault }) => {
  const verdict = Explore.run(bug(false))
  expect(verdict).toMatchObject({ _tag: "Failed", failure: { _tag: fault }, isReproducible: true, isMinimal: true })
  await expect(`${Explore.format(verdict)}\n`).toMatchFileSnapshot(`planted/${name.replaceAll(" ", "-")}.txt`)
})

test.each(bugs)("%s: found by each strategy, among bystanders as well", (_, { bug, fault }) => {
  for (const strategy of strategies) {
    for (const others of [[], bystanders(2, 4)]) {
      expect(Explore.run(bug(false, others), { strategy, schedules: 2_000 }))
        .toMatchObject({ _tag: "Failed", failure: { _tag: fault } })
    }
  }
})

test.each(bugs)("%s: its mended twin stays silent", (_, { bug }) => {
  for (const strategy of strategies) {
    for (const time of ["idle", "race"] as const) {
      expect(Explore.run(bug(true), { strategy, time })).toMatchObject({ _tag: "Passed" })
    }
  }
})

test("a stock runtime shows hardly any of them", async () => {
  const found: Array<string> = []
  for (const [name, { bug, fault }] of bugs) {
    if (fault === "Deadlock") continue
    for (let time = 0; time < 100; time++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const exit = await Effect.runPromiseExit(bug(false))
      if (exit._tag === "Failure" && !found.includes(name)) found.push(name)
    }
  }
  expect(found).toEqual([])
})
