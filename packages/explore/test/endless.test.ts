/**
 * A program that never ends reaches the limit of steps, whatever its fibers do.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import { PreventSchedulerYield } from "effect/Scheduler"
import * as Tracer from "effect/Tracer"
import { describe, expect, test } from "vitest"

/** A loop in one generator: apart from `step`, it evaluates no primitive. */
const forEver = (step: Effect.Effect<unknown>) =>
  Effect.gen(function*() {
    while (true) yield* step
  })

describe("a loop that never ends has not ended after maxSteps", () => {
  const ownTracer = Effect.withTracer(Tracer.make({ span: (options) => new Tracer.NativeSpan(options) }))
  const never = (step: Effect.Effect<unknown>): Effect.Effect<unknown> => forEver(step)
  const programs: ReadonlyArray<readonly [name: string, Effect.Effect<unknown>]> = [
    ["yields", never(Effect.yieldNow)],
    ["steps without a yield", never(Effect.sync(() => {}))],
    ["sleeps", never(Effect.sleep(1))],
    ["forks", never(Effect.forkChild(Effect.void))],
    ["fibers that yield", Effect.all([never(Effect.yieldNow), never(Effect.yieldNow)], { concurrency: 2 })],
    ["yields under the program's own tracer", ownTracer(never(Effect.yieldNow))],
    ["steps under the program's own tracer", ownTracer(never(Effect.sync(() => {})))],
    ["sleeps under the program's own tracer", ownTracer(never(Effect.sleep(1)))],
    [
      "yields under the program's own tracer, without the scheduler's yields",
      Effect.provideService(ownTracer(never(Effect.yieldNow)), PreventSchedulerYield, true)
    ]
  ]
  test.each(programs)("%s", (_, program) => {
    const verdict = Explore.run(program, { maxSteps: 500 })
    expect(verdict).toMatchObject({ _tag: "Failed", failure: { _tag: "Endless", steps: 500 } })
  })
})

test("a loop that the program leaves behind is a leak", () => {
  const verdict = Explore.run(Effect.forkDetach(forEver(Effect.yieldNow)), { maxSteps: 500 })
  expect(verdict).toMatchObject({ _tag: "Failed", failure: { _tag: "Leak", fibers: ["fiber 1"] } })
})

test("a program of exactly maxSteps steps ends", () => {
  const program = Effect.gen(function*() {
    for (let n = 0; n < 10; n++) yield* Effect.yieldNow
  })
  const { steps } = Explore.replay(program, "x1")
  expect(Explore.run(program, { maxSteps: steps })).toMatchObject({ _tag: "Passed" })
  expect(Explore.run(program, { maxSteps: steps - 1 })).toMatchObject({ failure: { _tag: "Endless" } })
})
