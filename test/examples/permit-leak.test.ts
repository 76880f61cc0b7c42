/**
 * A leak in effect 4.1.0, found by exploration: the example tells of it, and the stock runtime has it as well. Should this
 * go red with a newer effect, it is mended there.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as PartitionedSemaphore from "effect/PartitionedSemaphore"
import { expect, test } from "vitest"
import { leak } from "../../examples/08-permit-leak.ts"

test("PartitionedSemaphore.withPermits loses its permits, on the path of the token", () => {
  expect(Explore.replay(leak, "x1")).toMatchObject({ exit: { value: 2 } })
  expect(Explore.replay(leak, "x1-6")).toMatchObject({ exit: { value: 0 }, isStale: false })
})

test("and on the stock runtime, where a fiber happens to use up its turn at that place", async () => {
  const available = (operations: number) =>
    Effect.gen(function*() {
      const permits = yield* PartitionedSemaphore.make<string>({ permits: 2 })
      const caller = yield* Effect.forkChild(Effect.gen(function*() {
        for (let operation = 0; operation < operations; operation++) yield* Effect.sync(() => operation)
        return yield* permits.withPermits("alice", 2)(Effect.never)
      }))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(caller)
      return yield* permits.available
    })
  const left = await Promise.all(
    Array.from({ length: 2_100 }, (_, operations) => Effect.runPromise(available(operations)))
  )
  expect(left.filter((permits) => permits !== 2)).toEqual([0])
})
