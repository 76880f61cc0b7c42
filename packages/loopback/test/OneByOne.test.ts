/**
 * Single messages of a socket that reads all that have arrived.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as OneByOne from "../src/OneByOne.ts"

describe("messages, one by one", () => {
  it.effect("are all of a read, in their order, however many it has", () =>
    Effect.gen(function*() {
      // More than a call takes as arguments.
      const size = 130_000
      let reads = 0
      const read = Effect.sync(() => {
        const first = size * reads++
        return Array.from({ length: size }, (_, n) => first + n)
      })
      const next = OneByOne.make(read)
      let message = -1
      for (let n = 0; n < size + 1; n++) {
        const before = message
        message = yield* next
        if (message !== before + 1) assert.fail(`${message} after ${before}`)
      }
      assert.strictEqual(reads, 2)
    }))

  it.effect("stay for the next caller after an interruption", () =>
    Effect.gen(function*() {
      const reads = yield* Queue.unbounded<ReadonlyArray<string>>()
      const next = OneByOne.make(Queue.take(reads))
      const waiting = yield* Effect.forkChild(next, { startImmediately: true })
      yield* Fiber.interrupt(waiting)
      yield* Queue.offer(reads, ["a", "b"])
      assert.deepStrictEqual([yield* next, yield* next], ["a", "b"])
    }))
})
