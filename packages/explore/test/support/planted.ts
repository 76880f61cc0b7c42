/**
 * Programs with a bug that shows in some interleavings only, each with a fixed version.
 */
import { Explore } from "effect-explore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import * as Semaphore from "effect/Semaphore"
import { assert } from "vitest"

export interface PlantedBug {
  /** `others` run at the same time in fibers of their own. */
  readonly program: (isFixed: boolean, others?: ReadonlyArray<Effect.Effect<unknown>>) => Effect.Effect<void>
  readonly failure: Explore.Failure["_tag"]
}

/** Runs each effect in its own fiber, under its name. */
const together = (
  fibers: { readonly [name: string]: Effect.Effect<unknown> },
  others: ReadonlyArray<Effect.Effect<unknown>> = []
) =>
  Effect.all([...Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), ...others], {
    concurrency: "unbounded",
    discard: true
  })

/** Fibers that take part in no bug: they only add schedules. */
export const bystanders = (fibers: number, steps: number): ReadonlyArray<Effect.Effect<unknown>> =>
  Array.from({ length: fibers }, () =>
    Effect.gen(function*() {
      const own = yield* Ref.make(0)
      for (let step = 0; step < steps; step++) yield* Ref.update(own, (n) => n + 1)
    }))

const lostUpdate: PlantedBug["program"] = (isFixed, others) =>
  Effect.gen(function*() {
    const viewers = yield* Ref.make(0)
    const join = isFixed
      ? Ref.update(viewers, (n) => n + 1)
      : Effect.gen(function*() {
        const n = yield* Ref.get(viewers)
        yield* Ref.set(viewers, n + 1)
      })
    yield* together({ alice: join, bob: join }, others)
    assert.strictEqual(yield* Ref.get(viewers), 2)
  })

interface Lock {
  readonly semaphore: Semaphore.Semaphore
  isHeld: boolean
  users: number
}

const evictedLock: PlantedBug["program"] = (isFixed, others) =>
  Effect.gen(function*() {
    const locks = new Map<string, Lock>()
    const withLock = (key: string, use: Effect.Effect<void>) =>
      Effect.suspend(() => {
        const lock = locks.get(key) ?? { semaphore: Semaphore.makeUnsafe(1), isHeld: false, users: 0 }
        locks.set(key, lock)
        lock.users++
        const held = Effect.acquireUseRelease(
          Effect.sync(() => void (lock.isHeld = true)),
          () => use,
          () => Effect.sync(() => void (lock.isHeld = false))
        )
        return Effect.ensuring(lock.semaphore.withPermit(held), Effect.sync(() => void lock.users--))
      })
    const evict = Effect.sync(() => {
      for (const [key, { isHeld, users }] of locks) {
        // A lock that is not held may have a user: the next holder has been woken but has not run.
        if (isFixed ? users === 0 : !isHeld) locks.delete(key)
      }
    })
    let inside = 0
    const critical = Effect.gen(function*() {
      yield* Effect.sync(() => assert.strictEqual(++inside, 1, "fibers inside the critical section"))
      yield* Effect.yieldNow
      yield* Effect.sync(() => void inside--)
    })
    const resolve = withLock("alice's camera", critical)
    yield* together({ first: resolve, second: resolve, evictor: Effect.andThen(evict, resolve) }, others)
  })

const missedWaiters: PlantedBug["program"] = (isFixed, others) =>
  Effect.gen(function*() {
    const permit = yield* Semaphore.make(1)
    const waiting = new Set<Deferred.Deferred<void>>()
    let hasLeft = false
    const wait = Effect.suspend(() => {
      if (isFixed && hasLeft) return Effect.void
      const answer = Deferred.makeUnsafe<void>()
      waiting.add(answer)
      return Deferred.await(answer)
    })
    const resolve = permit.withPermit(wait)
    const leave = Effect.gen(function*() {
      yield* Effect.sync(() => void (hasLeft = true))
      // Bug: a caller that is queued for the permit is not in `waiting` yet.
      for (const answer of waiting) yield* Deferred.succeed(answer, undefined)
    })
    // The leave comes after both calls.
    const calls = Effect.all([resolve, resolve].map((call) => Effect.forkChild(call, { startImmediately: true })))
    yield* together({ alice: Effect.flatMap(calls, (fibers) => Effect.andThen(leave, Fiber.joinAll(fibers))) }, others)
  })

const lostWakeUp: PlantedBug["program"] = (isFixed, others) =>
  Effect.gen(function*() {
    const tracks: Array<string> = []
    const waiters: Array<Deferred.Deferred<string>> = []
    const enqueue = (answer: Deferred.Deferred<string>) =>
      Effect.sync(() => {
        const [track] = tracks
        if (isFixed && track !== undefined) Deferred.doneUnsafe(answer, Effect.succeed(track))
        else waiters.push(answer)
      })
    const resolve = Effect.gen(function*() {
      const known = yield* Effect.sync(() => tracks[0])
      if (known !== undefined) return known
      const answer = yield* Deferred.make<string>()
      yield* enqueue(answer)
      return yield* Deferred.await(answer)
    })
    const register = Effect.gen(function*() {
      yield* Effect.sync(() => void tracks.push("t1"))
      for (const answer of waiters.splice(0)) yield* Deferred.succeed(answer, "t1")
    })
    yield* together({ resolve, register }, others)
  })

const nestedWakeUp: PlantedBug["program"] = (isFixed, others) =>
  Effect.gen(function*() {
    let isHeld = false
    const queue: Array<Deferred.Deferred<void>> = []
    const acquire = Effect.suspend(() => {
      if (!isHeld) {
        isHeld = true
        return Effect.void
      }
      const turn = Deferred.makeUnsafe<void>()
      queue.push(turn)
      return Effect.andThen(Deferred.await(turn), Effect.sync(() => void (isHeld = true)))
    })
    const release = Effect.sync(() => {
      const next = queue.shift()
      if (next === undefined) isHeld = false
      else {
        Deferred.doneUnsafe(next, Effect.void)
        // Bug: the next holder may already have run inside `doneUnsafe`. This releases its lock.
        if (!isFixed) isHeld = false
      }
    })
    let inside = 0
    const use = Effect.gen(function*() {
      yield* acquire
      yield* Effect.sync(() => assert.strictEqual(++inside, 1, "fibers inside the critical section"))
      yield* Effect.yieldNow
      yield* Effect.sync(() => void inside--)
      yield* release
    })
    yield* together({ alice: use, bob: use, carol: use }, others)
  })

const droppedTrack: PlantedBug["program"] = (isFixed, others) =>
  Effect.gen(function*() {
    const pending = ["t1"]
    const bound = new Map<string, string>()
    const take = Effect.sync(() => pending.shift())
    const bind = (track: string | undefined) => Effect.sync(() => void bound.set("alice's camera", track!))
    const takeAndBind = Effect.flatMap(take, bind)
    const caller = yield* Effect.forkChild(
      Explore.named("caller")(isFixed ? Effect.uninterruptible(takeAndBind) : takeAndBind)
    )
    yield* together({ hangUp: Effect.andThen(Effect.yieldNow, Fiber.interrupt(caller)) }, others)
    yield* Fiber.await(caller)
    assert.strictEqual(pending.length + bound.size, 1, "pending and bound tracks")
  })

export const planted = {
  "lost update": { program: lostUpdate, failure: "Assertion" },
  "lock evicted while a fiber waits for it": { program: evictedLock, failure: "Assertion" },
  "leave misses a queued waiter": { program: missedWaiters, failure: "Deadlock" },
  "lost wake-up between check and wait": { program: lostWakeUp, failure: "Deadlock" },
  "nested wake-up inside a release": { program: nestedWakeUp, failure: "Assertion" },
  "track dropped by an interruption between take and bind": { program: droppedTrack, failure: "Assertion" }
} satisfies { readonly [name: string]: PlantedBug }
