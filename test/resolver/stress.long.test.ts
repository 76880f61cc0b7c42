/**
 * 10,000 resolves at once, and chains of 10,000 wake-ups. Completing a `Deferred` runs its waiter inside the call; a few
 * hundred nested calls hang or abort the Node process. So no wake-up may nest in another.
 */
import { assert } from "@effect/vitest"
import type { TrackId, TrackKey, TrackResolver } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { alice, aliceAgain, camera, crowd, exact, keyOf } from "../support/people.ts"
import { begin, nothing, withResolver } from "../support/resolver.ts"

const many = 10_000

type Resolver = TrackResolver["Service"]

const people = crowd(many)

withResolver("one track answers 10,000 duplicates of one key", (resolver) =>
  Effect.gen(function*() {
    const answers = yield* Effect.forEach(people, () => begin(resolver.resolve(camera(alice))))
    assert.deepInclude(yield* resolver.sizes, { waiting: 1, locks: 1, scopes: 1, fibers: many })
    yield* resolver.register(exact("t1", camera(alice)))
    assert.deepStrictEqual(new Set(yield* Fiber.joinAll(answers)), new Set(["t1"]))
    assert.deepStrictEqual(yield* resolver.sizes, { ...nothing, bound: 1 })
  }))

withResolver("one leave ends 10,000 resolves", (resolver) =>
  Effect.gen(function*() {
    const types = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"] as const
    const errors = yield* Effect.forEach(
      people,
      (_, n) => begin(Effect.flip(resolver.resolve(keyOf(alice, types[n % 4]!))))
    )
    const other = yield* begin(resolver.resolve(camera(aliceAgain)))
    yield* resolver.cancel(alice)
    assert.isTrue(errors.every((error) => error.pollUnsafe() !== undefined))
    const tags = (yield* Fiber.joinAll(errors)).map(({ _tag }) => _tag)
    assert.deepStrictEqual(new Set(tags), new Set(["ParticipantLeftError"]))
    assert.isUndefined(other.pollUnsafe())
    assert.deepInclude(yield* resolver.sizes, { waiting: 1, locks: 1, scopes: 1, fibers: 1, timers: 1 })
  }))

withResolver(
  "a chain of 10,000 resolves: each answer registers the track of the next one",
  (resolver) =>
    Effect.gen(function*() {
      const register = (n: number) => n < many ? resolver.register(exact(`t${n}`, people[n]!)) : Effect.void
      const answers = yield* Effect.forEach(
        people,
        (key, n) => begin(Effect.tap(resolver.resolve(key), () => register(n + 1)))
      )
      yield* register(0)
      assert.deepStrictEqual(yield* Fiber.joinAll(answers), people.map((_, n): TrackId => `t${n}`))
      assert.deepStrictEqual(yield* resolver.sizes, { ...nothing, bound: many })
    })
)

/** Each caller that is ended ends the next one, registers its own track and resolves again. */
const endAndRetry = (resolver: Resolver, end: (key: TrackKey) => Effect.Effect<unknown>) =>
  Effect.gen(function*() {
    const retry = (key: TrackKey, n: number) =>
      Effect.gen(function*() {
        if (n + 1 < many) yield* end(people[n + 1]!)
        yield* resolver.register(exact(key.userId, key))
        return yield* resolver.resolve(key)
      })
    const answers = yield* Effect.forEach(people, (key, n) =>
      begin(Effect.catch(resolver.resolve(key), () => retry(key, n))))
    assert.deepInclude(yield* resolver.sizes, { waiting: many, locks: many, scopes: many, fibers: many })
    yield* end(people[0]!)
    assert.deepStrictEqual(
      yield* Fiber.joinAll(answers),
      people.map(({ userId }) =>
        userId
      )
    )
    assert.deepStrictEqual(yield* resolver.sizes, { ...nothing, bound: many })
  })

withResolver(
  "a chain of 10,000 resolves: each is ended by a leave, cancels the next one and resolves again",
  (resolver) => endAndRetry(resolver, resolver.cancel)
)

withResolver(
  "a chain of 10,000 resolves: each is ended by an unpublish, unpublishes the next one and resolves again",
  (resolver) => endAndRetry(resolver, resolver.unpublish)
)

withResolver(
  "a chain of 4,000 resolves: each is interrupted and interrupts the next one",
  (resolver) =>
    Effect.gen(function*() {
      const fibers: Array<Fiber.Fiber<TrackId, unknown>> = []
      const some = people.slice(0, 4_000)
      const interrupt = (n: number) => Effect.sync(() => fibers[n]?.interruptUnsafe())
      for (const [n, key] of some.entries()) {
        fibers.push(
          yield* begin(Effect.onInterrupt(resolver.resolve(key, { timeout: Infinity }), () => interrupt(n + 1)))
        )
      }
      yield* interrupt(0)
      const exits = yield* Effect.forEach(fibers, Fiber.await)
      assert.isTrue(exits.every((exit) => Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)))
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
    })
)

/** The event loop gets its turns: a fiber that the caller never ends is one among others. */
withResolver(
  "a caller that resolves again for ever, without a pause, does not keep unpublish from returning",
  (resolver) =>
    Effect.gen(function*() {
      const again = Effect.exit(resolver.resolve(camera(alice), { timeout: 0 }))
      const restless = yield* begin(
        Effect.catch(resolver.resolve(camera(alice)), () => Effect.forever(again, { disableYield: true }))
      )
      yield* resolver.unpublish(camera(alice))
      yield* Fiber.interrupt(restless)
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
    })
)
