import { it } from "effect-explore/vitest"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { expect } from "vitest"

const program = Effect.gen(function*() {
  const counter = yield* Ref.make(0)
  const increment = Ref.update(counter, (n) => n + 1)
  yield* Effect.all([increment, increment], { concurrency: 2 })
  expect(yield* Ref.get(counter)).toBe(2)
})

it.explore("two increments are two", () => program)

it.explore("the schedule that failed in the past passes", () => program, { regressions: ["x1-3"] })
