/**
 * The twelve cases of the original specification, under their original names.
 */
import { assert } from "@effect/vitest"
import { ParticipantLeftError, TrackTimeoutError } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"
import { alice, anonymous, camera, exact } from "../support/people.ts"
import { begin, withResolver } from "../support/resolver.ts"

withResolver("known track reuse", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
    const binding = yield* resolver.binding(camera(alice))
    yield* TestClock.adjust("1 second")
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
    assert.deepStrictEqual(yield* resolver.binding(camera(alice)), binding)
  }))

withResolver("session migration", (resolver) =>
  Effect.gen(function*() {
    const [old, next] = ["s_old", "s_new"].map((sessionId) => camera({ userId: "u1", sessionId }))
    yield* resolver.register(exact("t1", old!))
    yield* resolver.resolve(old!)
    assert.strictEqual(yield* resolver.resolve(next!), "t1")
    assert.deepStrictEqual(yield* resolver.unpublish(old!), Option.none())
    assert.deepStrictEqual(yield* resolver.unpublish(next!), Option.some("t1"))
  }))

withResolver("pending arrives first", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
    assert.strictEqual((yield* resolver.sizes).pending, 0)
  }))

withResolver("track published arrives first", (resolver) =>
  Effect.gen(function*() {
    const answer = yield* begin(resolver.resolve(camera(alice)))
    assert.isUndefined(answer.pollUnsafe())
    yield* resolver.register(exact("t1", camera(alice)))
    assert.strictEqual(yield* Fiber.join(answer), "t1")
  }))

withResolver("anonymous fallback success", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(anonymous("t1"))
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
    assert.strictEqual(Option.getOrThrow(yield* resolver.binding(camera(alice))).evidence, "Anonymous")
  }))

withResolver("anonymous fallback ambiguous", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(anonymous("t1"))
    yield* resolver.register(anonymous("t2"))
    const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
    yield* TestClock.adjust("10 seconds")
    assert.deepInclude(yield* Fiber.join(error), {
      _tag: "TrackTimeoutError",
      candidates: [{ trackId: "t1", why: "NotTheOnlyTrack" }, { trackId: "t2", why: "NotTheOnlyTrack" }]
    })
    assert.strictEqual((yield* resolver.sizes).pending, 2)
  }))

withResolver("timeout no pending", (resolver) =>
  Effect.gen(function*() {
    const error = yield* begin(Effect.flip(resolver.resolve(camera(alice), { timeout: "300 millis" })))
    yield* TestClock.adjust("299 millis")
    assert.isUndefined(error.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    const timeout = yield* Fiber.join(error)
    assert.instanceOf(timeout, TrackTimeoutError)
    assert.strictEqual(timeout.message, "alice/a1 Video: no track within 300ms; no track came near")
  }))

withResolver("cancel during resolve", (resolver) =>
  Effect.gen(function*() {
    const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
    yield* resolver.cancel(alice)
    assert.deepStrictEqual(yield* Fiber.join(error), new ParticipantLeftError({ participant: alice }))
  }))

withResolver("stale pending is evicted", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(anonymous("stale"))
    yield* TestClock.adjust("60 seconds")
    yield* resolver.register(anonymous("fresh"))
    assert.strictEqual(yield* resolver.resolve(camera(alice)), "fresh")
  }))

withResolver("concurrent resolves serialized", (resolver) =>
  Effect.gen(function*() {
    const answers = yield* Effect.forEach([1, 2, 3], () => begin(resolver.resolve(camera(alice))))
    assert.deepInclude(yield* resolver.sizes, { waiting: 1, locks: 1, scopes: 1, fibers: 3 })
    yield* resolver.register(exact("t1", camera(alice)))
    assert.deepStrictEqual(yield* Fiber.joinAll(answers), ["t1", "t1", "t1"])
    assert.deepInclude(yield* resolver.sizes, { waiting: 0, locks: 0, scopes: 0, fibers: 0, timers: 0 })
  }))

withResolver("cancel drops named pending", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.register(exact("t1", camera(alice)))
    yield* resolver.cancel(alice)
    assert.instanceOf(yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 })), TrackTimeoutError)
    assert.deepStrictEqual((yield* resolver.snapshot).pending, [])
  }))

withResolver("cancel before resolve is noop", (resolver) =>
  Effect.gen(function*() {
    yield* resolver.cancel(alice)
    const answer = yield* begin(resolver.resolve(camera(alice)))
    yield* resolver.register(exact("t1", camera(alice)))
    assert.strictEqual(yield* Fiber.join(answer), "t1")
  }))
