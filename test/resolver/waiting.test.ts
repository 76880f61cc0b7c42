/**
 * The laws about waiting and how it ends, one example for each sentence: 2, 6, 9, 10, 11, 12, 14 and 15.
 */
import { assert, describe, it } from "@effect/vitest"
import { ParticipantLeftError, TrackResolver, TrackTimeoutError, TrackUnpublishedError } from "effect-track-resolver"
import type { ResolveError, TrackResolverOptions } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, aliceAgain, anonymous, bob, camera, exact, microphone, screen } from "../support/people.ts"
import { begin, nothing, withResolver } from "../support/resolver.ts"

describe("Law 2: every resolve ends exactly once", () => {
  withResolver("the deadline counts from the call, queueing included", (resolver) =>
    Effect.gen(function*() {
      yield* begin(Effect.exit(resolver.resolve(camera(alice), { timeout: "10 seconds" })))
      yield* TestClock.adjust("1 second")
      const queued = yield* begin(Effect.flip(resolver.resolve(camera(alice), { timeout: "2 seconds" })))
      yield* TestClock.adjust("1999 millis")
      assert.isUndefined(queued.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        yield* Fiber.join(queued),
        new TrackTimeoutError({ key: camera(alice), timeout: Duration.seconds(2), candidates: [], omitted: 0 })
      )
    }))

  withResolver(
    "at the deadline a resolve looks once more, and a timeout consumes no track",
    (resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(anonymous("t1"))
        yield* resolver.register(anonymous("t2"))
        const [holder, queued] = yield* Effect.forEach(
          ["2 seconds", "1 second"] as const,
          (timeout) => begin(Effect.exit(resolver.resolve(camera(alice), { timeout })))
        )
        yield* TestClock.adjust("1 second")
        assert.isTrue(Exit.isFailure(yield* Fiber.join(queued!)))
        assert.deepInclude(yield* resolver.sizes, { pending: 2, waiting: 1 })
        yield* TestClock.adjust("1 second")
        assert.isTrue(Exit.isFailure(yield* Fiber.join(holder!)))
        assert.deepInclude(yield* resolver.sizes, { ...nothing, pending: 2, timers: 1 })
      })
  )

  withResolver("a timeout of 0 looks once, and Infinity sets no deadline", (resolver) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(resolver.resolve(camera(alice), { timeout: 0 }))
      assert.strictEqual(error._tag, "TrackTimeoutError")
      const patient = yield* begin(resolver.resolve(camera(alice), { timeout: Infinity }))
      assert.deepInclude(yield* resolver.sizes, { ...nothing, waiting: 1, locks: 1, scopes: 1, fibers: 1 })
      yield* TestClock.adjust("365 days")
      yield* resolver.register(exact("t1", camera(alice)))
      assert.strictEqual(yield* Fiber.join(patient), "t1")
      assert.strictEqual(yield* resolver.resolve(camera(alice), { timeout: 0 }), "t1")
    }))
})

describe("Law 6: duplicates are one", () => {
  withResolver(
    "each duplicate keeps its own deadline, and a timeout of one does not affect the others",
    (resolver) =>
      Effect.gen(function*() {
        const answers = yield* Effect.forEach(
          [1, 3, 2],
          (seconds) => begin(Effect.exit(resolver.resolve(camera(alice), { timeout: Duration.seconds(seconds) })))
        )
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(answers.map((answer) => answer.pollUnsafe() === undefined), [false, true, false])
        assert.deepStrictEqual((yield* resolver.snapshot).waiting, [{ key: camera(alice), callers: 1 }])
        yield* resolver.register(exact("t1", camera(alice)))
        assert.deepStrictEqual(yield* Fiber.join(answers[1]!), Exit.succeed("t1"))
      })
  )

  withResolver("a queued duplicate still waits after a retire", (resolver) =>
    Effect.gen(function*() {
      const [holder, queued] = yield* Effect.forEach([1, 2], () => begin(resolver.resolve(camera(alice))))
      // The holder's answer and the retire come before the queued one gets the permit.
      yield* begin(Effect.andThen(resolver.register(exact("t1", camera(alice))), resolver.retire("t1")))
      assert.strictEqual(yield* Fiber.join(holder!), "t1")
      yield* TestClock.adjust(0)
      assert.isUndefined(queued!.pollUnsafe())
      assert.deepStrictEqual((yield* resolver.snapshot).waiting, [{ key: camera(alice), callers: 1 }])
      yield* resolver.register(exact("t2", camera(alice)))
      assert.strictEqual(yield* Fiber.join(queued!), "t2")
    }))

  withResolver(
    "a queued duplicate ends by an unpublish or a leave that comes before its permit",
    (resolver) =>
      Effect.gen(function*() {
        for (
          const [overtake, tag] of [
            [resolver.unpublish(camera(alice)), "TrackUnpublishedError"],
            [resolver.cancel(alice), "ParticipantLeftError"]
          ] as const
        ) {
          const [holder, queued] = yield* Effect.forEach(
            [1, 2],
            () =>
              begin(Effect.match(resolver.resolve(camera(alice)), { onFailure: (e) => e._tag, onSuccess: (id) => id }))
          )
          yield* begin(Effect.andThen(resolver.register(exact(`before ${tag}`, camera(alice))), overtake))
          assert.strictEqual(yield* Fiber.join(holder!), `before ${tag}`)
          assert.strictEqual(yield* Fiber.join(queued!), tag)
          yield* resolver.retire(`before ${tag}`)
        }
      })
  )
})

describe("Law 9: leave ends everything", () => {
  withResolver(
    "when cancel returns, every resolve of the participant has ended, and no other",
    (resolver) =>
      Effect.gen(function*() {
        const hers = yield* Effect.forEach(
          [camera(alice), camera(alice), screen(alice)],
          (key) => begin(Effect.flip(resolver.resolve(key)))
        )
        const others = yield* Effect.forEach([camera(bob), camera(aliceAgain)], (key) => begin(resolver.resolve(key)))
        yield* resolver.cancel(alice)
        assert.deepStrictEqual(
          hers.map((error) => error.pollUnsafe()),
          hers.map(() => Exit.succeed(new ParticipantLeftError({ participant: alice })))
        )
        assert.deepStrictEqual(others.map((other) => other.pollUnsafe()), [undefined, undefined])
        assert.deepInclude(yield* resolver.sizes, { waiting: 2, locks: 2, scopes: 2, fibers: 2, timers: 2 })
      })
  )

  withResolver(
    "a caller that cancel wakes can resolve again",
    (resolver) =>
      Effect.gen(function*() {
        const again = yield* begin(
          Effect.catchTag(
            resolver.resolve(camera(alice)),
            "ParticipantLeftError",
            () => resolver.resolve(camera(alice))
          )
        )
        yield* resolver.cancel(alice)
        assert.deepInclude(yield* resolver.sizes, { waiting: 1, locks: 1, scopes: 1, fibers: 1 })
        yield* resolver.register(exact("t1", camera(alice)))
        assert.strictEqual(yield* Fiber.join(again), "t1")
      })
  )

  withResolver("a resolve that is called while cancel runs is not ended by it", (resolver) =>
    Effect.gen(function*() {
      const before = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
      const leave = yield* begin(resolver.cancel(alice))
      const after = yield* begin(resolver.resolve(microphone(alice)))
      yield* Fiber.join(leave)
      assert.deepStrictEqual(yield* Fiber.join(before), new ParticipantLeftError({ participant: alice }))
      yield* resolver.register(exact("t1", microphone(alice)))
      assert.strictEqual(yield* Fiber.join(after), "t1")
    }))

  withResolver(
    "a resolve called before a leave ends by it, even if an unpublish ends a later resolve first",
    (resolver) =>
      Effect.gen(function*() {
        const before = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
        yield* begin(resolver.cancel(alice))
        const after = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
        yield* resolver.unpublish(camera(alice))
        assert.deepStrictEqual(yield* Fiber.join(before), new ParticipantLeftError({ participant: alice }))
        assert.deepStrictEqual(yield* Fiber.join(after), new TrackUnpublishedError({ key: camera(alice) }))
        assert.deepStrictEqual(yield* resolver.sizes, nothing)
      })
  )

  withResolver(
    "two concurrent leaves both wait until every resolve has ended, and interrupting them does not undo them",
    (resolver) =>
      Effect.gen(function*() {
        const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
        const leaves = yield* Effect.forEach([1, 2], () => begin(resolver.cancel(alice)))
        yield* Fiber.interruptAll(leaves)
        assert.strictEqual((yield* Fiber.join(error))._tag, "ParticipantLeftError")
        assert.deepStrictEqual(yield* resolver.sizes, nothing)
      })
  )
})

describe("Law 10: unpublish ends every resolve called before it", () => {
  withResolver(
    "a resolve called before an unpublish ends by it, even if a leave follows at once",
    (resolver) =>
      Effect.gen(function*() {
        const callers = yield* Effect.forEach([1, 2, 3], () => begin(Effect.flip(resolver.resolve(camera(alice)))))
        yield* resolver.unpublish(camera(alice))
        const late = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
        yield* resolver.cancel(alice)
        for (const caller of callers) {
          assert.deepStrictEqual(yield* Fiber.join(caller), new TrackUnpublishedError({ key: camera(alice) }))
        }
        assert.deepStrictEqual(yield* Fiber.join(late), new ParticipantLeftError({ participant: alice }))
        assert.deepStrictEqual(yield* resolver.sizes, nothing)
      })
  )

  withResolver(
    "an unpublish ends every resolve called before, queued or not, and none called after",
    (resolver) =>
      Effect.gen(function*() {
        const ended = yield* Effect.forEach([1, 2, 3], () => begin(Effect.flip(resolver.resolve(camera(alice)))))
        assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
        const after = yield* begin(resolver.resolve(camera(alice)))
        for (const error of yield* Fiber.joinAll(ended)) {
          assert.deepStrictEqual(error, new TrackUnpublishedError({ key: camera(alice) }))
        }
        assert.isUndefined(after.pollUnsafe())
        yield* resolver.register(exact("t1", camera(alice)))
        assert.strictEqual(yield* Fiber.join(after), "t1")
        assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.some("t1"))
        assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
      })
  )
})

describe("Law 11: nothing is lost to interruption", () => {
  withResolver("a track that arrives after the interruption is pending", (resolver) =>
    Effect.gen(function*() {
      const caller = yield* begin(resolver.resolve(camera(alice)))
      yield* Fiber.interrupt(caller)
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
      yield* resolver.register(anonymous("t1"))
      assert.deepInclude(yield* resolver.sizes, { pending: 1, bound: 0 })
    }))

  withResolver(
    "a track that was bound before the interruption answers the next resolve",
    (resolver) =>
      Effect.gen(function*() {
        const caller = yield* begin(resolver.resolve(camera(alice)))
        yield* Effect.andThen(resolver.register(anonymous("t1")), Fiber.interrupt(caller))
        assert.strictEqual(yield* resolver.resolve(camera(alice), { timeout: 0 }), "t1")
        assert.deepInclude(yield* resolver.sizes, { ...nothing, bound: 1 })
      })
  )

  withResolver(
    "the permit of an interrupted holder passes to the next caller, which still waits",
    (resolver) =>
      Effect.gen(function*() {
        const [holder, queued] = yield* Effect.forEach([1, 2], () => begin(resolver.resolve(camera(alice))))
        yield* Fiber.interrupt(holder!)
        yield* resolver.register(exact("t1", camera(alice)))
        assert.strictEqual(yield* Fiber.join(queued!), "t1")
      })
  )
})

describe("Law 12: nothing outlives its reason", () => {
  withResolver(
    "a track is pending while now < registered + time to live, and one timer removes it",
    (resolver) =>
      Effect.gen(function*() {
        for (const id of ["t1", "t2", "t3"]) {
          yield* resolver.register(anonymous(id))
          yield* TestClock.adjust("10 seconds")
        }
        assert.deepInclude(yield* resolver.sizes, { pending: 3, timers: 1 })
        for (const [wait, pending] of [[29_999, 3], [1, 2], [9_999, 2], [1, 1], [10_000, 0]] as const) {
          yield* TestClock.adjust(wait)
          assert.deepInclude(yield* resolver.sizes, { pending, timers: Math.min(pending, 1) })
        }
      })
  )

  withResolver("the time of the step decides, whichever timer runs first", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(anonymous("t1"))
      const late = yield* begin(
        Effect.andThen(Effect.sleep("60 seconds"), resolver.resolve(camera(alice), { timeout: 0 }))
      )
      yield* TestClock.adjust("60 seconds")
      assert.isTrue(Exit.isFailure(yield* Fiber.await(late)))
    }))

  withResolver(
    "over capacity the longest pending track is evicted, after the new one has been matched",
    (resolver) =>
      Effect.gen(function*() {
        const answer = yield* begin(resolver.resolve(camera(alice)))
        yield* resolver.register(anonymous("t1", "audio"))
        yield* resolver.register(anonymous("t2", "audio"))
        yield* resolver.register(exact("t3", camera(alice)))
        assert.strictEqual(yield* Fiber.join(answer), "t3")
        assert.deepInclude(yield* resolver.sizes, { pending: 2 })
        yield* resolver.register(anonymous("t4", "audio"))
        assert.deepStrictEqual((yield* resolver.snapshot).pending.map(({ trackId }) => trackId), ["t2", "t4"])
      }),
    { pendingCapacity: 2 }
  )

  withResolver("no timer runs while nothing can expire", (resolver) =>
    Effect.gen(function*() {
      yield* resolver.register(exact("t1", camera(alice)))
      assert.deepInclude(yield* resolver.sizes, { pending: 1, timers: 1 })
      yield* resolver.resolve(camera(alice))
      assert.deepInclude(yield* resolver.sizes, { bound: 1, timers: 0 })
    }))

  withResolver("a track with a time to live of 0 is still matched", (resolver) =>
    Effect.gen(function*() {
      const answer = yield* begin(resolver.resolve(camera(alice)))
      yield* resolver.register(exact("t1", camera(bob)))
      yield* resolver.register(exact("t2", camera(alice)))
      assert.strictEqual(yield* Fiber.join(answer), "t2")
      yield* TestClock.adjust(1)
      assert.deepInclude(yield* resolver.sizes, { ...nothing, bound: 1 })
    }), { pendingTimeToLive: 0 })
})

describe("Law 14: closing the scope interrupts the resolves in flight", () => {
  it.effect("after closing, resolve interrupts and every other operation is a no-op", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const resolver = yield* Scope.provide(TrackResolver.make(), scope)
      yield* resolver.register(exact("t1", camera(bob)))
      const callers = yield* Effect.forEach([1, 2], () => begin(resolver.resolve(camera(alice))))
      const changes = yield* begin(Stream.runCollect(resolver.changes))
      yield* Scope.close(scope, Exit.void)
      for (const caller of callers) {
        const exit = yield* Fiber.await(caller)
        assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      }
      assert.deepStrictEqual(yield* Fiber.join(changes), [])
      const exit = yield* Effect.exit(resolver.resolve(camera(bob)))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      yield* resolver.register(exact("t2", camera(alice)))
      yield* resolver.cancel(alice)
      assert.deepStrictEqual(yield* resolver.unpublish(camera(alice)), Option.none())
      assert.deepStrictEqual(yield* resolver.retire("t1"), Option.none())
      assert.deepStrictEqual(yield* resolver.binding(camera(bob)), Option.none())
      assert.deepStrictEqual(yield* Stream.runCollect(resolver.changes), [])
      assert.deepStrictEqual(yield* resolver.snapshot, { waiting: [], pending: [], bound: [] })
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
    }))

  it.effect("closing the layer closes the resolver", () =>
    Effect.gen(function*() {
      const resolver = yield* TrackResolver.pipe(Effect.provide(TrackResolver.layer()))
      const exit = yield* Effect.exit(resolver.resolve(camera(alice)))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    }))
})

describe("Law 15: quiet in ordinary life", () => {
  /** A test of the lines that the resolver logs at any level. */
  const logged = (
    name: string,
    expected: ReadonlyArray<string>,
    test: (resolver: TrackResolver["Service"]) => Effect.Effect<void, ResolveError>,
    options?: TrackResolverOptions
  ) =>
    it.effect(name, () => {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      return TrackResolver.use(test).pipe(
        Effect.andThen(Effect.sync(() => assert.deepStrictEqual(lines, expected))),
        Effect.provide(Layer.provideMerge(TrackResolver.layer(options), Logger.layer([logger]))),
        Effect.provideService(References.MinimumLogLevel, "Trace")
      )
    })

  logged(
    "an unpublish, a leave or an expiry of something unresolved is one debug line",
    [
      "Debug alice/a1 Video unpublished; resolves ended: 2",
      "Debug bob/b1 left; resolves ended: 1, pending tracks removed: 1",
      "Debug track stale expired without a key"
    ],
    Effect.fnUntraced(function*(resolver) {
      yield* Effect.forEach([1, 2], () => begin(Effect.exit(resolver.resolve(camera(alice)))))
      yield* resolver.unpublish(camera(alice))
      yield* begin(Effect.exit(resolver.resolve(camera(bob))))
      yield* resolver.register(exact("screen", screen(bob)))
      yield* resolver.cancel(bob)
      yield* resolver.register(anonymous("stale"))
      yield* TestClock.adjust("60 seconds")
      yield* resolver.register(exact("t1", camera(alice)))
      yield* resolver.resolve(camera(alice))
      yield* resolver.unpublish(camera(alice))
      yield* resolver.cancel(alice)
    })
  )

  logged(
    "a leave is a line if it ends a resolve or removes a track, and an eviction is one",
    [
      "Debug alice/a1 left; resolves ended: 1, pending tracks removed: 0",
      "Debug bob/b1 left; resolves ended: 0, pending tracks removed: 1",
      "Debug track t1 evicted without a key"
    ],
    Effect.fnUntraced(function*(resolver) {
      yield* begin(Effect.exit(resolver.resolve(camera(alice))))
      yield* resolver.cancel(alice)
      yield* resolver.register(exact("screen", screen(bob)))
      yield* resolver.cancel(bob)
      yield* resolver.register(anonymous("t1"))
      yield* resolver.register(anonymous("t2"))
    }),
    { pendingCapacity: 1 }
  )

  logged(
    "what one step finds expired has a line each, before that of the step's own command",
    [
      "Debug track t1 expired without a key",
      "Debug track t2 expired without a key",
      "Debug alice/a1 Video unpublished; resolves ended: 1",
      "Debug track t3 expired without a key",
      "Debug bob/b1 left; resolves ended: 1, pending tracks removed: 0"
    ],
    Effect.fnUntraced(function*(resolver) {
      for (
        const [key, command, ids] of [
          [camera(alice), resolver.unpublish(camera(alice)), ["t1", "t2"]],
          [camera(bob), resolver.cancel(bob), ["t3"]]
        ] as const
      ) {
        yield* begin(Effect.exit(resolver.resolve(key, { timeout: Infinity })))
        // It sleeps before the timer of the tracks does, and so wakes first.
        yield* begin(Effect.andThen(Effect.sleep("60 seconds"), command))
        for (const id of ids) yield* resolver.register(anonymous(id, "audio"))
        yield* TestClock.adjust("60 seconds")
      }
    })
  )
})
