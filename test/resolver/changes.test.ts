/**
 * The stream of changes: standing bindings first, then every change, in order; a slow listener fails, and is not skipped.
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

const line = (change: BindingChange): string =>
  change._tag === "Bound"
    ? `${change.binding.key.userId} ${change.binding.key.sessionId} has ${change.binding.trackId}`
    : `${change.key.userId} ${change.key.sessionId} has no more ${change.trackId}: ${change.why}`

withResolver(
  "a new subscriber hears the standing bindings first, then every change, Unbound before Bound",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      const heard = yield* begin(Stream.runCollect(Stream.take(resolver.changes, 10)))
      yield* resolver.register(exact("t2", camera(alice)))
      yield* resolver.resolve(camera(aliceAgain))
      yield* resolver.register(exact("t2", camera(bob)))
      yield* resolver.resolve(camera(bob))
      yield* resolver.retire("t2")
      yield* resolver.register(anonymous("t3"))
      yield* resolver.resolve(camera(bob))
      yield* resolver.cancel(bob)
      assert.deepStrictEqual((yield* Fiber.join(heard)).map(line), [
        "alice a1 has t1",
        "alice a1 has no more t1: Superseded",
        "alice a1 has t2",
        "alice a1 has no more t2: Migrated",
        "alice a2 has t2",
        "alice a2 has no more t2: Contradicted",
        "bob b1 has t2",
        "bob b1 has no more t2: Retired",
        "bob b1 has t3",
        "bob b1 has no more t3: Left"
      ])
    })
)

withResolver(
  "a listener more than 1,024 changes behind hears those, fails, and can begin again",
  (resolver) =>
    Effect.gen(function*() {
      const heard: Array<string> = []
      const slow = yield* begin(Effect.flip(Stream.runForEach(resolver.changes, (change) =>
        Effect.andThen(
          Effect.sleep(heard.length === 0 ? "1 second" : 0),
          Effect.sync(() => heard.push(line(change)))
        ))))
      const people = crowd(2_000)
      for (const key of people) {
        yield* resolver.register(exact(key.userId, key))
        yield* resolver.resolve(key)
      }
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(slow), new LaggedError({ behind: 1_024 }))
      assert.isAtLeast(heard.length, 1_024)
      assert.deepStrictEqual(
        heard,
        people.slice(0, heard.length).map(({ sessionId, userId }) => `${userId} ${sessionId} has ${userId}`)
      )
      const again = yield* Stream.runCollect(Stream.take(resolver.changes, 2_000))
      assert.strictEqual(again.length, 2_000)
    })
)

withResolver(
  "a listener that goes away leaves nothing behind, and one that never pulls harms nobody",
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
