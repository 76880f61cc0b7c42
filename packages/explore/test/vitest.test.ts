/**
 * `it.explore` as a user writes it.
 */
import { Explore } from "effect-explore"
import { it } from "effect-explore/vitest"
import * as Effect from "effect/Effect"
import { expect, it as vitestIt } from "vitest"
import { planted } from "./support/planted.ts"

const { program } = planted["lost update"]

it.explore("passes if no schedule fails", () => program(true))

it.explore.fails("fails if a schedule fails", () => program(false))

it.explore.fails("fails at a regression", () => program(false), { regressions: ["x1-3"], schedules: 0 })

it.explore("runs as many schedules as its options say", () => program(false), { schedules: 1 })

it.explore.fails("fails if the time limit is reached", () => program(true), { timeLimit: 0 })

it.explore.skip("can be skipped", () => Effect.never)

it("is Vitest's it otherwise, and Vitest's own stays as it was", ({ task }) => {
  expect(task.name).toContain("Vitest's it")
  expect(vitestIt).not.toHaveProperty("explore")
  expect(Explore.run(program(true))).toMatchObject({ exhausted: { _tag: "All" } })
})
