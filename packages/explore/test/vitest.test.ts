/**
 * `it.explore` as its users see it.
 */
import { Explore } from "effect-explore"
import { it } from "effect-explore/vitest"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import { planted } from "./planted.ts"

const { bug } = planted["an update that is lost between get and set"]!

it.explore("a program that is right", () => bug(true))

it.explore.fails("a program that is wrong", () => bug(false))

it.explore.fails("a regression", () => bug(false), { regressions: ["x1-3"], schedules: 0 })

it.explore("without the regression", () => bug(false), { schedules: 1 })

it.explore.fails("out of time", () => bug(true), { timeLimit: 0 })

it.explore.skip("not now", () => Effect.never)

it("is vitest's it", () => {
  expect(Explore.run(bug(true))).toMatchObject({ exhausted: { _tag: "All" } })
})
