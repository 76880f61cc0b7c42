/**
 * The two time modes: when timers fire.
 */
import { Explore } from "effect-explore"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { describe, expect, test } from "vitest"

const resultsOf = (program: Effect.Effect<string>, time: "idle" | "race") =>
  Explore.outcomes(program, { time, strategy: Explore.randomWalk(), schedules: 500 }).outcomes
    .map(({ exit }) => exit !== undefined && Exit.isSuccess(exit) ? exit.value : "none")
    .sort()

describe("a timeout of 10 seconds and a result at once", () => {
  const program = Effect.gen(function*() {
    const answer = yield* Deferred.make<string>()
    const caller = yield* Effect.forkChild(Effect.timeoutOption(Deferred.await(answer), "10 seconds"))
    yield* Effect.yieldNow
    yield* Deferred.succeed(answer, "result")
    return Option.getOrElse(yield* Fiber.join(caller), () => "timeout")
  })

  test("idle: the timer fires only if nothing else can run", () => {
    expect(resultsOf(program, "idle")).toEqual(["result"])
  })

  test("race: the timer may fire before the result", () => {
    expect(resultsOf(program, "race")).toEqual(["result", "timeout"])
  })
})

describe.each(["idle", "race"] as const)("%s", (time) => {
  test("timers that are due at the same time fire in any order", () => {
    const program = Effect.suspend(() => {
      const log: Array<string> = []
      const sleeper = (name: string) => Effect.andThen(Effect.sleep("1 hour"), Effect.sync(() => log.push(name)))
      return Effect.map(Effect.all(["a", "b", "c"].map(sleeper), { concurrency: "unbounded" }), () => log.join(""))
    })
    expect(resultsOf(program, time)).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"])
  })
})

test("idle: timers fire in the order in which they are due, and set the clock", () => {
  const sleeper = (millis: number) => Effect.andThen(Effect.sleep(millis), Clock.currentTimeMillis)
  const program = Effect.map(Effect.all([sleeper(20), sleeper(10)], { concurrency: "unbounded" }), String)
  expect(resultsOf(program, "idle")).toEqual(["20,10"])
})
