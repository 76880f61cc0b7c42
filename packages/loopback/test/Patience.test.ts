/**
 * How long a simulated participant waits for the SFU.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Patience from "../src/Patience.ts"

const wait = <A>(self: Effect.Effect<A>) =>
  Effect.forkChild(
    Patience.timeoutOrElse(self, { duration: "450 millis", orElse: () => Effect.succeed("late" as const) }),
    { startImmediately: true }
  )

describe("timeoutOrElse", () => {
  it.effect("ends after the duration, in whole ticks", () =>
    Effect.gen(function*() {
      const waiting = yield* wait(Effect.never)
      yield* TestClock.adjust("499 millis")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(waiting), "late")
    }))

  it.effect("returns what comes before", () =>
    Effect.gen(function*() {
      const waiting = yield* wait(Effect.as(Effect.sleep("400 millis"), "there" as const))
      yield* TestClock.adjust("400 millis")
      assert.strictEqual(yield* Fiber.join(waiting), "there")
    }))

  it.live("counts a pause of the process as one tick: what arrived meanwhile comes first", () =>
    Effect.gen(function*() {
      const arrived = Effect.callback<"there">((resume) => {
        // The immediates of a turn of the event loop run after its timers, as the reads of sockets do.
        setTimeout(() => setImmediate(() => resume(Effect.succeed("there"))), 400)
      })
      const waiting = yield* wait(arrived)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
      assert.strictEqual(yield* Fiber.join(waiting), "there")
    }))
})
