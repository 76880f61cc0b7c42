import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"

const fiber = Effect.andThen(Effect.yieldNow, Effect.yieldNow)
const program = Effect.all([fiber, fiber, fiber], { concurrency: 3 })

it("every schedule with at most two delays passes", () => {
  const strategy = Explore.delayBounding({ atMost: 2 })
  const verdict = Explore.run(program, { strategy, schedules: Infinity })
  expect(verdict).toMatchObject({ _tag: "Passed", exhausted: { _tag: "Delays", atMost: 2 } })
})
