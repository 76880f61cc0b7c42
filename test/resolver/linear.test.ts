/**
 * The cost of duplicates, in executions of blocks of the resolver and of Effect's semaphore: linear in their number.
 */
import { TrackResolver } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { expect, test } from "vitest"
import { startCounting } from "../support/executions.ts"
import { alice, camera, exact } from "../support/people.ts"
import { begin } from "../support/resolver.ts"

const executions = await startCounting((url) => /src\/resolver\/|\/effect\/dist\/Semaphore/.test(url))

/** Each second duplicate is interrupted while it waits, a track answers the others. */
const duplicates = (size: number) =>
  Effect.scoped(Effect.gen(function*() {
    const resolver = yield* TrackResolver.make()
    const callers = yield* Effect.forEach(
      Array.from({ length: size }),
      () => begin(resolver.resolve(camera(alice)))
    )
    for (let n = 0; n < size; n += 2) yield* Fiber.interrupt(callers[n]!)
    yield* resolver.register(exact("t1", camera(alice)))
    yield* Effect.forEach(callers, Fiber.await)
  }))

test("each duplicate costs the same, however many there are", async () => {
  const count = (size: number) => executions.count(() => Effect.runPromise(duplicates(size)))
  const few = await count(100)
  const some = await count(200)
  const many = await count(400)
  executions.stop()
  expect(some - few).toBeGreaterThan(100)
  expect((many - some) / (some - few)).toBeLessThan(2.2)
})
