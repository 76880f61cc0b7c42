/**
 * Prints the bytes that a resolve allocates: one that waits and is answered, and one whose answer is known. As a measure,
 * what `Deferred` with `Effect.timeout` allocates. `costs.test.ts` runs it without a compiler that removes allocations, and
 * with so much new space that no garbage is collected, so the numbers are nearly the same in each run.
 */
import { TrackResolver } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { alice, camera, exact, keyOf } from "../support/people.ts"

const times = 500

const begin = <A, E>(effect: Effect.Effect<A, E>) => Effect.forkChild(effect, { startImmediately: true })

const bytesOf = <E>(effect: (n: number) => Effect.Effect<unknown, E>) =>
  Effect.gen(function*() {
    const samples: Array<number> = []
    for (let round = 0; round < 5; round++) {
      const before = process.memoryUsage().heapUsed
      for (let n = 0; n < times; n++) yield* effect(n)
      samples.push((process.memoryUsage().heapUsed - before) / times)
    }
    return samples.toSorted((a, b) => a - b)[2]!
  })

const main = Effect.gen(function*() {
  const resolver = yield* TrackResolver.make()
  yield* resolver.register(exact("t1", camera(alice)))

  const known = yield* bytesOf(() => resolver.resolve(camera(alice)))
  const waiting = yield* bytesOf((n) =>
    Effect.gen(function*() {
      const key = keyOf({ userId: `user${n}`, sessionId: `session${n}` }, "Video")
      const caller = yield* begin(resolver.resolve(key))
      yield* resolver.register(exact(`track${n}`, key))
      yield* Fiber.join(caller)
      yield* resolver.retire(`track${n}`)
    })
  )
  const floor = yield* bytesOf((n) =>
    Effect.gen(function*() {
      const answer = Deferred.makeUnsafe<number>()
      const caller = yield* begin(Effect.timeout(Deferred.await(answer), "10 seconds"))
      yield* Deferred.succeed(answer, n)
      yield* Fiber.join(caller)
    })
  )
  return { known, waiting, floor }
})

process.stdout.write(`${JSON.stringify(await Effect.runPromise(Effect.scoped(main)))}\n`)
