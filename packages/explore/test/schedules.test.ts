/**
 * Which schedules a strategy runs, and what it reports as exhausted.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect, test } from "vitest"
import { writers } from "./support/writers.ts"

describe("exhaustive", () => {
  test.each([[2, 1, 2], [2, 2, 6], [2, 3, 20], [2, 4, 70], [3, 1, 6]])(
    "%i fibers of %i steps have all %i interleavings, and no other",
    (fibers, steps, interleavings) => {
      const { exhausted, outcomes } = Explore.outcomes(writers(fibers, steps), {
        strategy: Explore.exhaustive(),
        schedules: Infinity
      })
      expect(outcomes.length).toBe(interleavings)
      expect(exhausted).toEqual({ _tag: "All" })
    }
  )

  test("runs no schedule twice", () => {
    const verdict = Explore.run(writers(2, 3), { strategy: Explore.exhaustive(), schedules: Infinity })
    expect(verdict).toMatchObject({ _tag: "Passed", schedules: 923, distinct: 923, exhausted: { _tag: "All" } })
  })

  test("delay bounding without a bound runs the same schedules", () => {
    const verdict = Explore.run(writers(2, 3), { strategy: Explore.delayBounding(), schedules: Infinity })
    expect(verdict).toMatchObject({ _tag: "Passed", distinct: 923, exhausted: { _tag: "All" } })
  })
})

describe("exhausted", () => {
  const exhausted = (strategy: Explore.Strategy, schedules = 1_000) => {
    const verdict = Explore.run(writers(3, 2), { strategy, schedules })
    return verdict._tag === "Passed" ? verdict.exhausted : verdict
  }

  test("is the bound of delay bounding when it has run every schedule within it", () => {
    expect(exhausted(Explore.delayBounding({ atMost: 2 }))).toEqual({ _tag: "Delays", atMost: 2 })
  })

  test("is the last completed bound when the schedules are used up", () => {
    const oneDelay = Explore.run(writers(3, 2), { strategy: Explore.delayBounding({ atMost: 1 }), schedules: Infinity })
    expect(exhausted(Explore.delayBounding(), oneDelay.schedules)).toEqual({ _tag: "Delays", atMost: 0 })
    expect(exhausted(Explore.delayBounding(), oneDelay.schedules + 1)).toEqual({ _tag: "Delays", atMost: 1 })
  })

  test("is the number of preemptions of a bounded exhaustive search", () => {
    expect(exhausted(Explore.exhaustive({ preemptions: 2 }))).toEqual({ _tag: "Preemptions", atMost: 2 })
  })

  test("is undefined for a search that has not ended, and for random strategies", () => {
    expect(exhausted(Explore.exhaustive())).toBeUndefined()
    expect(exhausted(Explore.randomWalk())).toBeUndefined()
    expect(exhausted(Explore.pct())).toBeUndefined()
  })

  test("is undefined for a program that does something else on the same path", () => {
    let runs = 0
    const program = () => writers(2 + runs++ % 2, 1)
    const changing = Explore.outcomes(Effect.suspend(program), { strategy: Explore.delayBounding({ atMost: 1 }) })
    expect(changing.exhausted).toBeUndefined()
  })

  test("a pass without it says that it proves nothing", () => {
    const verdict = Explore.run(writers(3, 2), { strategy: Explore.pct() })
    expect(Explore.format(verdict)).toMatch(/^passed, which proves nothing: 1000 schedules, \d+ distinct$/)
  })
})

test("the same strategy runs the same schedules", () => {
  const options = { strategy: Explore.portfolio({ seed: 3 }), schedules: 200 }
  expect(Explore.outcomes(writers(3, 2), options)).toEqual(Explore.outcomes(writers(3, 2), options))
})

describe("seven fibers in reverse order", () => {
  /** Each fiber runs `before` and then writes its number. */
  const orderOf = (before: (n: number) => Effect.Effect<void> | undefined) =>
    Effect.suspend(() => {
      const order: Array<number> = []
      const fibers = Array.from({ length: 7 }, (_, n) => {
        const write = Effect.sync(() => void order.push(n))
        const first = before(n)
        return first === undefined ? write : Effect.andThen(first, write)
      })
      return Effect.map(Effect.all(fibers, { concurrency: "unbounded" }), () => order.join(""))
    })
  const strategy = Explore.exhaustive()

  test("fibers of one primitive end in the step of their parent", () => {
    const program = orderOf(() => undefined)
    expect(Explore.outcomes(program, { strategy }).outcomes.map(({ exit }) => exit)).toEqual([Exit.succeed("0123456")])
    expect(Explore.format(Explore.run(program, { strategy }))).toBe(
      "passed: 1 schedule, 1 distinct; every schedule: there is one, because no step has more than one candidate"
    )
  })

  test("fibers that sleep for different times end in the order of their timers, unless timers race", () => {
    const program = orderOf((n) => Effect.sleep(7 - n))
    const idle = Explore.outcomes(program, { schedules: 200 })
    expect(idle.outcomes.map(({ exit }) => exit)).toEqual([Exit.succeed("6543210")])
    expect(Explore.outcomes(program, { time: "race", schedules: 200 }).outcomes.length).toBeGreaterThan(1)
  })

  test("fibers that yield first end in reverse order, too", () => {
    const begin = () => ({ ...Explore.exhaustive().begin(), choose: (point: Explore.ChoicePoint) => reversed(point) })
    const reversed = ({ candidates, canContinue }: Explore.ChoicePoint) => canContinue ? 0 : candidates.length - 1
    const { outcomes } = Explore.outcomes(orderOf(() => Effect.yieldNow), {
      strategy: { name: "the newest fiber first", begin },
      schedules: 1
    })
    expect(outcomes.map(({ exit }) => exit)).toEqual([Exit.succeed("6543210")])
  })
})
