/**
 * A fiber that waits by asking again and again is no endless program: no schedule prefers it for ever.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import { describe, expect, test } from "vitest"

const countTo = (counter: Ref.Ref<number>, times: number) =>
  Effect.gen(function*() {
    for (let n = 0; n < times; n++) {
      yield* Ref.update(counter, (count) => count + 1)
      yield* Effect.yieldNow
    }
  })

const poll = (counter: Ref.Ref<number>, pause: Effect.Effect<void>) =>
  Effect.gen(function*() {
    while ((yield* Ref.get(counter)) < 6) yield* pause
  })

/** Two fibers count to three each. The others wait for the sum. */
const polling = (...pauses: ReadonlyArray<Effect.Effect<void>>) =>
  Effect.gen(function*() {
    const counter = yield* Ref.make(0)
    const others = pauses.map((pause) => poll(counter, pause))
    yield* Effect.all([...others, countTo(counter, 3), countTo(counter, 3)], { concurrency: "unbounded" })
  })

/** One fiber sleeps for an hour, and the other one waits for it. */
const pollingTime = Effect.gen(function*() {
  const counter = yield* Ref.make(0)
  const sleeper = Effect.andThen(Effect.sleep("1 hour"), Ref.set(counter, 6))
  yield* Effect.all([sleeper, poll(counter, Effect.yieldNow)], { concurrency: "unbounded" })
})

const programs: ReadonlyArray<readonly [name: string, Effect.Effect<void>]> = [
  ["that yields", polling(Effect.yieldNow)],
  ["that yields, beside another one", polling(Effect.yieldNow, Effect.yieldNow)],
  ["that sleeps", polling(Effect.sleep(1))],
  ["that does neither", polling(Effect.void)],
  ["that waits for a timer", pollingTime]
]

/** The most unfair strategy: it prefers the first of the fibers, which polls. */
const oldestFirst: Explore.Strategy = {
  name: "the oldest fiber first",
  begin: () => ({
    ...Explore.randomWalk().begin(),
    choose: ({ candidates }) => {
      const ids = candidates.map(({ id }) => id === 0 ? Infinity : id)
      return ids.indexOf(Math.min(...ids))
    }
  })
}

const strategies = [
  oldestFirst,
  Explore.portfolio(),
  Explore.pct(),
  Explore.randomWalk({ stay: 1 }),
  Explore.exhaustive()
]

describe.each(["idle", "race"] as const)("%s: no schedule is endless because of a fiber", (time) => {
  test.each(programs)("%s", (_, program) => {
    for (const strategy of strategies) {
      expect(Explore.run(program, { strategy, time, schedules: 50, maxSteps: 12_000 })).toMatchObject({
        _tag: "Passed"
      })
    }
  })
})

test.each([[4, "first,other"], [5, "other,first"]] as const)(
  "a fiber that yields %i times, beside one that is ready all the time: %s",
  (yields, expected) => {
    const program = Effect.suspend(() => {
      const order: Array<string> = []
      const write = (name: string, yields: number) =>
        Effect.gen(function*() {
          for (let n = 0; n < yields; n++) yield* Effect.yieldNow
          order.push(name)
        })
      const fibers = [write("first", yields), write("other", 1)]
      return Effect.map(Effect.all(fibers, { concurrency: 2 }), () => order.join())
    })
    const { outcomes } = Explore.outcomes(program, { strategy: oldestFirst, schedules: 1 })
    expect(outcomes.map(({ exit }) => exit)).toEqual([Exit.succeed(expected)])
  }
)

test("idle: a fiber may yield often before a timer fires", () => {
  const program = Effect.gen(function*() {
    const timer = yield* Effect.forkChild(Effect.sleep(1), { startImmediately: true })
    for (let n = 0; n < 99; n++) yield* Effect.yieldNow
    expect(timer.pollUnsafe()).toBeUndefined()
    yield* Fiber.join(timer)
  })
  expect(Explore.run(program)).toMatchObject({ _tag: "Passed" })
})

test("a program that a fiber polls can be exhausted", () => {
  const program = Effect.gen(function*() {
    const counter = yield* Ref.make(5)
    yield* Effect.all([poll(counter, Effect.yieldNow), countTo(counter, 1)], { concurrency: "unbounded" })
  })
  const verdict = Explore.run(program, { strategy: Explore.exhaustive(), schedules: Infinity, distinct: 20_000 })
  expect(verdict).toMatchObject({ _tag: "Passed", exhausted: { _tag: "All" } })
})

test("a schedule that no search can make fair has a short timeline and token", () => {
  const program = Effect.forEach(
    Array.from({ length: 5_000 }),
    () => Effect.forever(Effect.yieldNow),
    { concurrency: "unbounded" }
  )
  const verdict = Explore.run(program, { strategy: Explore.randomWalk() })
  expect(verdict).toMatchObject({ _tag: "Failed", failure: { _tag: "Endless" } })
  expect(Explore.format(verdict).length).toBeLessThan(200_000)
})
