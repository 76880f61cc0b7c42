/**
 * Explores a module of Effect itself. In effect 4.1.0 `PartitionedSemaphore.withPermits` loses its permits if it is
 * interrupted between acquiring them and installing their release. That needs one preemption at this point. The runtime
 * preempts a fiber about once in 2,048 operations, so the fault is rare.
 *
 * A token repeats the schedule: `Explore.replay(leak, "x1-6")`, for example in a debugger.
 */
import { Explore } from "effect-explore"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as PartitionedSemaphore from "effect/PartitionedSemaphore"

export const leak = Effect.gen(function*() {
  const permits = yield* PartitionedSemaphore.make<string>({ permits: 2 })
  const holder = permits.withPermits("alice", 2)(Effect.never)
  const caller = yield* Effect.forkChild(Explore.named("caller")(holder))
  yield* Effect.yieldNow
  yield* Fiber.interrupt(caller)
  return yield* permits.available
})

export const main = Effect.gen(function*() {
  const verdict = Explore.run(leak, { satisfies: (exit) => exit._tag === "Success" && exit.value === 2 })
  yield* Console.log(Explore.format(verdict))
})
