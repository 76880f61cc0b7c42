import { Explore } from "effect-explore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { expect, it } from "vitest"

const program = Effect.gen(function*() {
  const answer = yield* Deferred.make<string>()
  const caller = yield* Effect.forkChild(Effect.timeoutOption(Deferred.await(answer), "10 seconds"))
  yield* Effect.yieldNow
  yield* Deferred.succeed(answer, "answer")
  return Option.getOrElse(yield* Fiber.join(caller), () => "timeout")
})

const results = (time: "idle" | "race") =>
  Explore.outcomes(program, { time }).outcomes.flatMap(({ exit }) => exit?._tag === "Success" ? [exit.value] : [])

it("a timeout may come before its answer if timers race", () => {
  expect(results("idle")).toEqual(["answer"])
  expect(results("race")).toEqual(["answer", "timeout"])
})
