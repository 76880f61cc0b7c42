/**
 * The stream of changes: first the present bindings, then every change in order. A slow subscriber fails; it misses no change
 * silently.
 */
import { assert } from "@effect/vitest"
import { LaggedError } from "effect-track-resolver"
import type { BindingChange } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, anonymous, bob, camera, crowd, exact } from "../support/people.ts"
import { begin, withResolver } from "../support/resolver.ts"

const format = (change: BindingChange): string =>
  change._tag === "Bound"
    ? `${change.binding.key.userId} ${change.binding.key.sessionId} has ${change.binding.trackId}`
    : `${change.key.userId} ${change.key.sessionId} lost ${change.trackId}: ${change.why}`

withResolver(
  "a new subscriber receives the present bindings first, then every change, Unbound before Bound",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      const received = yield* begin(Stream.runCollect(Stream.take(resolver.changes, 10)))
      yield* resolver.register(exact("t2", camera(alice)))
      yield* resolver.resolve(camera(aliceAgain))
      yield* resolver.register(exact("t2", camera(bob)))
      yield* resolver.resolve(camera(bob))
      yield* resolver.retire("t2")
      yield* resolver.register(anonymous("t3"))
      yield* resolver.resolve(camera(bob))
      yield* resolver.cancel(bob)
      assert.deepStrictEqual((yield* Fiber.join(received)).map(format), [
        "alice a1 has t1",
        "alice a1 lost t1: Superseded",
        "alice a1 has t2",
        "alice a1 lost t2: Migrated",
        "alice a2 has t2",
        "alice a2 lost t2: Contradicted",
        "bob b1 has t2",
        "bob b1 lost t2: Retired",
        "bob b1 has t3",
        "bob b1 lost t3: Left"
      ])
    })
)

withResolver(
  "a subscriber that is more than 16,384 changes behind receives those, fails, and can subscribe again",
  (resolver) =>
    Effect.gen(function*() {
      const received: Array<string> = []
      const slow = yield* begin(Effect.flip(Stream.runForEach(resolver.changes, (change) =>
        Effect.andThen(
          Effect.sleep(received.length === 0 ? "1 second" : 0),
          Effect.sync(() => received.push(format(change)))
        ))))
      const people = crowd(20_000)
      for (const key of people) {
        yield* resolver.register(exact(key.userId, key))
        yield* resolver.resolve(key)
      }
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(slow), new LaggedError({ behind: 16_384 }))
      assert.isAtLeast(received.length, 16_384)
      assert.deepStrictEqual(
        received,
        people.slice(0, received.length).map(({ sessionId, userId }) => `${userId} ${sessionId} has ${userId}`)
      )
      const again = yield* Stream.runCollect(Stream.take(resolver.changes, 20_000))
      assert.strictEqual(again.length, 20_000)
    })
)

withResolver(
  "a subscriber that never pulls delays no one, and can be interrupted",
  (resolver) =>
    Effect.gen(function*() {
      const pull = yield* begin(Effect.scoped(Effect.andThen(Stream.toPull(resolver.changes), Effect.never)))
      for (const key of crowd(3_000)) {
        yield* resolver.register(exact(key.userId, key))
        assert.strictEqual(yield* resolver.resolve(key), key.userId)
      }
      yield* Fiber.interrupt(pull)
      assert.strictEqual((yield* resolver.sizes).bound, 3_000)
    })
)
