/**
 * Waiting until a condition holds for a value that changes.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Condition from "../src/Condition.ts"

describe("waitUntil", () => {
  it.effect("returns the current value if the condition holds", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Condition.make(() => 7).waitUntil((value) => value > 6), 7)
    }))

  it.effect("waits for the first notify at which the condition holds", () =>
    Effect.gen(function*() {
      let value = 0
      const condition = Condition.make(() => value)
      const waiting = yield* Effect.forkChild(condition.waitUntil((value) => value >= 2), { startImmediately: true })
      for (value = 1; value <= 3; value++) condition.notify()
      assert.strictEqual(yield* Fiber.join(waiting), 2)
    }))

  it.effect("checks an interrupted waiter no more", () =>
    Effect.gen(function*() {
      let checks = 0
      const condition = Condition.make(() => 0)
      const never = condition.waitUntil(() => {
        checks++
        return false
      })
      yield* Fiber.interrupt(yield* Effect.forkChild(never, { startImmediately: true }))
      condition.notify()
      assert.strictEqual(checks, 1)
    }))
})
