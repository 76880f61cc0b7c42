/**
 * A story for each thing that the Python resolver, which this one replaces, gets wrong. Each was seen there.
 */
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import {
  alice,
  aliceAgain,
  anonymous,
  bob,
  camera,
  crowd,
  exact,
  microphone,
  screen,
  screenAudio
} from "../support/people.ts"
import { begin, nothing, withResolver } from "../support/resolver.ts"

withResolver(
  "a queued duplicate ends with the leave, and takes nobody's anonymous track afterwards",
  (resolver) =>
    Effect.gen(function*() {
      const errors = yield* Effect.forEach([1, 2, 3], () => begin(Effect.flip(resolver.resolve(camera(alice)))))
      yield* resolver.cancel(alice)
      assert.deepStrictEqual(
        errors.map((error) => error.pollUnsafe()?._tag),
        ["Success", "Success", "Success"]
      )
      for (const { _tag } of yield* Fiber.joinAll(errors)) assert.strictEqual(_tag, "ParticipantLeftError")
      yield* resolver.register(anonymous("of bob"))
      assert.strictEqual(yield* resolver.resolve(camera(bob)), "of bob")
    })
)

withResolver(
  "a lock that is held or waited for is never evicted, however many keys there are",
  (resolver) =>
    Effect.gen(function*() {
      const [first, second] = yield* Effect.forEach([1, 2], () => begin(resolver.resolve(camera(alice))))
      yield* Effect.forEach(crowd(5_000), (key) => begin(Effect.exit(resolver.resolve(key))), { discard: true })
      assert.deepInclude(yield* resolver.sizes, { waiting: 5_001, locks: 5_001, fibers: 5_002 })
      const third = yield* begin(resolver.resolve(camera(alice)))
      assert.deepInclude(yield* resolver.sizes, { waiting: 5_001, locks: 5_001, fibers: 5_003 })
      yield* resolver.register(exact("t1", camera(alice)))
      assert.deepStrictEqual(yield* Fiber.joinAll([first!, second!, third]), ["t1", "t1", "t1"])
    })
)

withResolver(
  "camera and screen share never swap, nor do microphone and screen audio",
  (resolver) =>
    Effect.gen(function*() {
      const keys = [camera, screen, microphone, screenAudio].map((of) => of(alice))
      const answers = yield* Effect.forEach(keys, (key) => begin(resolver.resolve(key)))
      for (const key of keys.toReversed()) yield* resolver.register(exact(`the ${key.trackType}`, key))
      assert.deepStrictEqual(
        yield* Fiber.joinAll(answers),
        ["the Video", "the ScreenShare", "the Audio", "the ScreenShareAudio"]
      )
    })
)

withResolver(
  "a second device does not take the first one's live track, where sessions migrate only after a leave",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("phone", camera(alice)))
      yield* resolver.resolve(camera(alice))
      const laptop = yield* begin(resolver.resolve(camera(aliceAgain)))
      assert.isUndefined(laptop.pollUnsafe())
      yield* resolver.register(exact("laptop", camera(aliceAgain)))
      assert.strictEqual(yield* Fiber.join(laptop), "laptop")
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "phone")
    }),
  { sessionMigration: "afterLeave" }
)

withResolver(
  "a track that is published again, or whose owner comes back, is the live one",
  (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("first", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.unpublish(camera(alice))
      yield* resolver.register(exact("second", camera(alice)))
      assert.strictEqual(yield* resolver.resolve(camera(alice)), "second")
      yield* resolver.cancel(alice)
      const answer = yield* begin(resolver.resolve(camera(alice)))
      assert.isUndefined(answer.pollUnsafe())
      yield* resolver.register(exact("third", camera(alice)))
      assert.strictEqual(yield* Fiber.join(answer), "third")
    })
)

withResolver(
  "a track that is unpublished while it is being resolved does not appear",
  (resolver) =>
    Effect.gen(function*() {
      const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
      assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
      assert.strictEqual((yield* Fiber.join(error))._tag, "TrackUnpublishedError")
      yield* resolver.register(exact("late", camera(alice)))
      assert.deepStrictEqual(yield* resolver.binding(camera(alice)), Option.none())
    })
)

withResolver(
  "the deadline counts from the call, queueing included, in time that passed",
  (resolver) =>
    Effect.gen(function*() {
      const began = yield* Clock.currentTimeMillis
      const ends = yield* Effect.forEach(
        [10_000, 300, 400],
        (timeout) =>
          begin(Effect.exit(resolver.resolve(camera(alice), { timeout })).pipe(Effect.andThen(Clock.currentTimeMillis)))
      )
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual((yield* Fiber.joinAll(ends)).map((end) => end - began), [10_000, 300, 400])
    })
)

withResolver("of two that wait, an anonymous track is given to neither", (resolver) =>
  Effect.gen(function*() {
    const [hers, his] = yield* Effect.forEach([alice, bob], (who) => begin(resolver.resolve(camera(who))))
    yield* resolver.register(anonymous("of bob"))
    assert.deepStrictEqual([hers!.pollUnsafe(), his!.pollUnsafe()], [undefined, undefined])
    yield* resolver.register({ trackId: "of bob", kind: "video", participant: bob })
    assert.strictEqual(yield* Fiber.join(his!), "of bob")
    assert.isUndefined(hers!.pollUnsafe())
  }))

withResolver("nothing is left of 10,000 people who came and went", (resolver) =>
  Effect.gen(function*() {
    for (const key of crowd(10_000)) {
      yield* resolver.register(exact(`of ${key.userId}`, key))
      yield* resolver.resolve(key)
      yield* resolver.cancel(key)
    }
    yield* TestClock.adjust("60 seconds")
    assert.deepStrictEqual(yield* resolver.sizes, nothing)
  }))

withResolver("a duplicate of an announcement is no news", (resolver) =>
  Effect.gen(function*() {
    const heard = yield* begin(Stream.runCollect(Stream.interruptWhen(resolver.changes, Effect.sleep("1 second"))))
    for (let times = 0; times < 3; times++) {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
    }
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual((yield* Fiber.join(heard)).map(({ _tag }) => _tag), ["Bound"])
  }))

withResolver(
  "an agent that connects anew resolves to the new connection's tracks",
  (resolver) =>
    Effect.gen(function*() {
      for (const connection of ["first", "second"]) {
        yield* resolver.register(exact(connection, camera(alice)))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), connection)
        assert.deepStrictEqual(yield* resolver.retire(connection), Option.some(camera(alice)))
      }
    })
)

withResolver("a timeout is short enough to log, whatever is pending", (resolver) =>
  Effect.gen(function*() {
    for (let n = 0; n < 5_000; n++) yield* resolver.register(anonymous(`t${n}`))
    const error = yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 }))
    assert.isBelow(error.message.length, 400)
    assert.deepInclude(error, { _tag: "TrackTimeoutError", omitted: 4_992 })
  }))
