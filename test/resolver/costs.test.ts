/**
 * What a resolve costs, in counts that are the same on every machine: the fibers that it starts, the timers that it sets,
 * and the tasks that it gives to the scheduler, each of which is a turn of the event loop or a part of one. A change that
 * makes every resolve dearer shows here, and a benchmark on a busy machine does not show it.
 */
import { TrackResolver } from "effect-track-resolver"
import type { ResolveError } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { CountingScheduler, nextFiberId } from "../support/counts.ts"
import { alice, camera, exact } from "../support/people.ts"
import { begin } from "../support/resolver.ts"

interface Counts {
  readonly fibers: number
  readonly timers: number
  readonly tasks: number
}

/** What `body` costs. Its timers never fire. */
const costOf = (body: (resolver: TrackResolver["Service"], count: Counter) => Effect.Effect<unknown, ResolveError>) => {
  const scheduler = new CountingScheduler()
  let timers = 0
  const count: Counter = (effect) =>
    Effect.gen(function*() {
      const before = { fiber: yield* nextFiberId, timers, tasks: scheduler.tasks }
      yield* effect
      return {
        timers: timers - before.timers,
        tasks: scheduler.tasks - before.tasks,
        fibers: (yield* nextFiberId) - before.fiber - 1
      }
    })
  return Effect.gen(function*() {
    const clock = yield* Clock.Clock
    const counting: Clock.Clock = Object.create(clock, {
      sleep: {
        value: () =>
          Effect.suspend(() => {
            timers++
            return Effect.never
          })
      }
    })
    const program = Effect.flatMap(
      TrackResolver.make({ pendingTimeToLive: Infinity }),
      (resolver) => body(resolver, count)
    )
    return yield* Effect.provideService(Effect.scoped(program), Clock.Clock, counting)
  }).pipe(Effect.provideService(Scheduler.Scheduler, scheduler), Effect.runPromise)
}

type Counter = <E>(effect: Effect.Effect<unknown, E>) => Effect.Effect<Counts, E>

const resolve = (resolver: TrackResolver["Service"]) => resolver.resolve(camera(alice))
const register = (resolver: TrackResolver["Service"]) => resolver.register(exact("t1", camera(alice)))

describe("what a resolve costs", () => {
  test("nothing if the answer is known", async () => {
    const cost = costOf((resolver, count) => Effect.andThen(register(resolver), count(resolve(resolver))))
    expect(await cost).toEqual({ fibers: 0, timers: 0, tasks: 0 })
  })

  // The caller's own fiber, and the two of `Effect.timeout`: one waits for the answer, one for the deadline.
  test("three fibers and a timer if it waits, and no task: the register answers it", async () => {
    const cost = costOf((resolver, count) =>
      count(Effect.gen(function*() {
        const waiting = yield* begin(resolve(resolver))
        yield* register(resolver)
        expect(waiting.pollUnsafe()).toBeDefined()
      }))
    )
    expect(await cost).toEqual({ fibers: 3, timers: 1, tasks: 0 })
  })

  test("a duplicate: the same, and one task that passes the permit on", async () => {
    const duplicates = (size: number) =>
      costOf((resolver, count) =>
        count(Effect.gen(function*() {
          const waiting = yield* Effect.forEach(Array.from({ length: size }), () => begin(resolve(resolver)))
          yield* register(resolver)
          yield* Effect.forEach(waiting, Fiber.await)
        }))
      )
    const [one, eleven] = [await duplicates(1), await duplicates(11)]
    expect(one).toEqual({ fibers: 3, timers: 1, tasks: 0 })
    expect(eleven).toEqual({ fibers: 33, timers: 11, tasks: 10 })
  })
})

/** In a process of its own: nothing else allocates there, and no compiler removes allocations. */
const allocations = async (): Promise<{ readonly known: number; readonly waiting: number; readonly floor: number }> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "--conditions=effect-track-resolver:source",
    "--no-opt",
    "--no-maglev",
    "--no-sparkplug",
    "--min-semi-space-size=128",
    "--max-semi-space-size=128",
    "test/resolver/allocations.ts"
  ])
  return JSON.parse(stdout)
}

// Now 3.1 and 0.16 of it. Half as much again fails.
test("bytes allocated: at most 4 times those of a Deferred with Effect.timeout; a fifth if the answer is known", async () => {
  const { floor, known, waiting } = await allocations()
  expect(waiting / floor).toBeLessThan(4)
  expect(known / floor).toBeLessThan(0.2)
})
