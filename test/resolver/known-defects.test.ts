/**
 * One test for each defect of the Python resolver that this library replaces. Each defect was reproduced there; the comment
 * above a test describes it.
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

/** A queued duplicate survives `cancel`, waits for its full timeout, and can take the anonymous track of another user. */
withResolver(
  "a queued duplicate ends with the leave, and takes no other user's anonymous track",
  (resolver) =>
    Effect.gen(function*() {
      const errors = yield* Effect.forEach([1, 2, 3], () => begin(Effect.flip(resolver.resolve(camera(alice)))))
      yield* resolver.cancel(alice)
      assert.deepStrictEqual(
        errors.map((error) => error.pollUnsafe()?._tag),
        ["Success", "Success", "Success"]
      )
      for (const { _tag } of yield* Fiber.joinAll(errors)) assert.strictEqual(_tag, "ParticipantLeftError")
      yield* resolver.register(anonymous("t1"))
      assert.strictEqual(yield* resolver.resolve(camera(bob)), "t1")
    })
)

/** Locks are evicted while callers wait for them, so two resolves of one key run concurrently. */
withResolver(
  "a lock in use is not evicted, with 5,000 other keys",
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

/** Two tracks of one kind swap: camera and screen share, microphone and screen audio. */
withResolver(
  "camera and screen share do not swap, nor do microphone and screen audio",
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

/** A second device of a user takes the live track of the first device. */
withResolver(
  "a second device does not take the live track of the first one",
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

/** After a republish or a rejoin, `resolve` returns the track that has ended. */
withResolver(
  "after a republish or a rejoin, resolve returns the new track",
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

/** A track that is unpublished while its resolve waits is bound and announced anyway. */
withResolver(
  "a track that is unpublished while its resolve waits is not bound later",
  (resolver) =>
    Effect.gen(function*() {
      const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
      assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
      assert.strictEqual((yield* Fiber.join(error))._tag, "TrackUnpublishedError")
      yield* resolver.register(exact("late", camera(alice)))
      assert.deepStrictEqual(yield* resolver.binding(camera(alice)), Option.none())
    })
)

/** The timeout excludes queueing and counts sleeps: a timeout of 0.3 s lasted 3.1 s. */
withResolver(
  "the deadline counts from the call, queueing included, by the clock",
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

/** With two waiting keys, an anonymous track is given to the wrong one. */
withResolver("an anonymous track binds to neither of two waiting keys", (resolver) =>
  Effect.gen(function*() {
    const [ofAlice, ofBob] = yield* Effect.forEach([alice, bob], (who) => begin(resolver.resolve(camera(who))))
    yield* resolver.register(anonymous("t1"))
    assert.deepStrictEqual([ofAlice!.pollUnsafe(), ofBob!.pollUnsafe()], [undefined, undefined])
    yield* resolver.register({ trackId: "t1", kind: "video", participant: bob })
    assert.strictEqual(yield* Fiber.join(ofBob!), "t1")
    assert.isUndefined(ofAlice!.pollUnsafe())
  }))

/** The maps only grow: 10,000 entries after 10,000 participants joined and left. */
withResolver("nothing is left after 10,000 participants joined and left", (resolver) =>
  Effect.gen(function*() {
    for (const key of crowd(10_000)) {
      yield* resolver.register(exact(`of ${key.userId}`, key))
      yield* resolver.resolve(key)
      yield* resolver.cancel(key)
    }
    yield* TestClock.adjust("60 seconds")
    assert.deepStrictEqual(yield* resolver.sizes, nothing)
  }))

/** Each duplicate announcement of a track is announced to the application again. */
withResolver("a duplicate announcement changes nothing", (resolver) =>
  Effect.gen(function*() {
    const changes = yield* begin(Stream.runCollect(Stream.interruptWhen(resolver.changes, Effect.sleep("1 second"))))
    for (let times = 0; times < 3; times++) {
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
    }
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual((yield* Fiber.join(changes)).map(({ _tag }) => _tag), ["Bound"])
  }))

/** After a reconnection, the agent keeps the track ids of the closed connection. */
withResolver(
  "after a reconnection of the agent, resolve returns the tracks of the new connection",
  (resolver) =>
    Effect.gen(function*() {
      for (const connection of ["first", "second"]) {
        yield* resolver.register(exact(connection, camera(alice)))
        assert.strictEqual(yield* resolver.resolve(camera(alice)), connection)
        assert.deepStrictEqual(yield* resolver.retire(connection), Option.some(camera(alice)))
      }
    })
)

/** The text of a timeout lists every pending track: 556 kB with 5,000 tracks. */
withResolver("a timeout is short enough to log, with 5,000 pending tracks", (resolver) =>
  Effect.gen(function*() {
    for (let n = 0; n < 5_000; n++) yield* resolver.register(anonymous(`t${n}`))
    const error = yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 }))
    assert.isBelow(error.message.length, 400)
    assert.deepInclude(error, { _tag: "TrackTimeoutError", omitted: 4_992 })
  }))
