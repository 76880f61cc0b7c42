/**
 * Laws of the resolver as programs of two to five concurrent fibers, each with assertions that hold in every schedule. A
 * program also fails if the resolver leaves a fiber or a timer when it is closed.
 *
 * A program cannot see when a resolve is called, only that it is in flight (`sizes.fibers`). So assertions about resolves
 * "called before" count as many as were in flight.
 */
import { Explore } from "effect-explore"
import { TrackResolver } from "effect-track-resolver"
import type { ResolveError, TrackKey, TrackResolverOptions } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { assert } from "vitest"
import { alice, anonymous, bob, camera, exact, kindOnly, screen } from "../support/people.ts"
import { begin, nothing } from "../support/resolver.ts"
import type { Event } from "./Event.ts"
import { model } from "./Model.ts"
import * as Observed from "./Observed.ts"

type Time = "idle" | "race"

export interface Law {
  readonly law: string
  readonly program: (time: Time) => Effect.Effect<void>
}

type Resolver = TrackResolver["Service"]

const withResolver = (
  time: Time,
  body: (resolver: Resolver) => Effect.Effect<void>,
  options?: TrackResolverOptions
): Effect.Effect<void> => {
  // When timers race, a minute can pass at any point. The assertions then need a track that does not expire.
  const pendingTimeToLive = time === "race" ? Infinity : "60 seconds"
  return Effect.scoped(Effect.flatMap(TrackResolver.make({ pendingTimeToLive, ...options }), body))
}

/** Runs the effects concurrently, each in a fiber with its name. */
const together = (fibers: { readonly [name: string]: Effect.Effect<unknown> }) =>
  Effect.all(Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), {
    concurrency: "unbounded",
    discard: true
  })

/** The track id, or the tag of the error. */
const answerOf = (resolve: Effect.Effect<string, ResolveError>): Effect.Effect<string> =>
  Effect.match(resolve, { onFailure: ({ _tag }) => _tag, onSuccess: (trackId) => trackId })

const call = (resolver: Resolver, key: TrackKey, name: string) =>
  begin(Explore.named(name)(answerOf(resolver.resolve(key))))

/** No time has passed: no schedule had to wait for a deadline. */
const assertNoTimePassed = (time: Time, since: number) =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    if (time === "idle") assert.strictEqual(now, since, "a leave, an unpublish and an answer take no time")
  })

const timedOut = (time: Time) => time === "race" ? ["TrackTimeoutError"] : []

// --- Law 2 ------------------------------------------------------------------------------------------------------------

const deadlines = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const answers: Array<string> = []
      const caller = (seconds: number) =>
        Effect.gen(function*() {
          const called = yield* Clock.currentTimeMillis
          const answer = yield* answerOf(resolver.resolve(camera(alice), { timeout: seconds * 1_000 }))
          const waited = (yield* Clock.currentTimeMillis) - called
          answers.push(answer)
          assert.include(["t1", "TrackTimeoutError"], answer)
          if (answer === "TrackTimeoutError") assert.isAtLeast(waited, seconds * 1_000)
          if (time === "idle") assert.isAtMost(waited, seconds * 1_000, "the deadline counts from the call")
        })
      yield* together({
        first: caller(1),
        second: caller(2),
        third: caller(1),
        media: Effect.delay(resolver.register(kindOnly("t1", alice)), "1 second")
      })
      assert.strictEqual(answers.length, 3, "every resolve ends once")
      if (time === "idle") assert.include(answers, "t1", "who has time left is answered")
      assert.strictEqual(
        yield* resolver.resolve(camera(alice), { timeout: 0 }).pipe(answerOf),
        "t1",
        "nothing is consumed"
      )
      assert.deepStrictEqual(yield* resolver.sizes, { ...nothing, bound: 1 })
    }))

// --- Law 4 ------------------------------------------------------------------------------------------------------------

/** Every state that the model allows, for any order of these events. Events that are not certain may not have happened. */
const possible = (events: ReadonlyArray<Event & { readonly isCertain?: true }>): ReadonlySet<string> => {
  const options = {
    timeToLive: Infinity,
    capacity: Infinity,
    sessionMigration: "never",
    anonymousTracks: "unique"
  } as const
  const states = new Set<string>()
  const extend = (past: ReadonlyArray<Event>): void => {
    if (events.every((event) => event.isCertain !== true || past.includes(event))) {
      const last = past.at(-1)!
      const { bound, pending, waiting } = Observed.fromModel(last, model(past, options).at(-1)!)
      states.add(JSON.stringify([bound, pending.toSorted(), waiting]))
    }
    for (const event of events) {
      const isOpen = event._tag !== "End" || past.some((it) => it._tag === "Call" && it.call === event.call)
      if (isOpen && !past.includes(event)) extend([...past, event])
    }
  }
  extend([])
  return states
}

const equals = possible([
  { at: 0, _tag: "Call", call: 1, key: camera(alice) },
  { at: 0, _tag: "End", call: 1 },
  { at: 0, _tag: "Call", call: 2, key: camera(bob) },
  { at: 0, _tag: "End", call: 2 },
  { at: 0, _tag: "Register", track: anonymous("t1"), isCertain: true },
  { at: 0, _tag: "Register", track: anonymous("t2"), isCertain: true }
])

const noGuess = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const callers = [yield* call(resolver, camera(alice), "alice"), yield* call(resolver, camera(bob), "bob")]
      yield* together({
        "media 1": resolver.register(anonymous("t1")),
        "media 2": resolver.register(anonymous("t2"))
      })
      const observed = Observed.fromLibrary(yield* resolver.snapshot, nothing, [], "")
      const line = JSON.stringify([observed.bound, observed.pending.toSorted(), observed.waiting])
      assert.isTrue(equals.has(line), `${line} does not follow from any order of the events`)
      yield* Fiber.interruptAll(callers)
    }), { pendingTimeToLive: Infinity, sessionMigration: "never" })

// --- Law 6 ------------------------------------------------------------------------------------------------------------

const duplicates = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const look = Effect.map(resolver.sizes, ({ locks, waiting }) => {
        assert.isAtMost(waiting, 1, "duplicates are one key")
        assert.isAtMost(locks, 1, "a lock in use is not replaced")
      })
      const [first, ...others] = yield* Effect.forEach(
        ["first", "second", "third"],
        (name) => call(resolver, camera(alice), name)
      )
      yield* together({
        "hang up": Fiber.interrupt(first!),
        media: Effect.andThen(look, resolver.register(exact("t1", camera(alice)))),
        observer: look
      })
      for (const other of others) assert.include(["t1", ...timedOut(time)], yield* Fiber.join(other))
      yield* assertNoTimePassed(time, 0)
      const sizes = yield* resolver.sizes
      assert.strictEqual(sizes.bound + sizes.pending, 1)
      if (time === "idle") assert.strictEqual(sizes.bound, 1)
      assert.deepStrictEqual({ ...sizes, bound: 0, pending: 0 }, nothing)
    }))

const retired = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const callers = yield* Effect.forEach(["first", "second"], (name) => call(resolver, camera(alice), name))
      const media = Effect.gen(function*() {
        yield* resolver.register(exact("t1", camera(alice)))
        yield* resolver.retire("t1")
        yield* resolver.register(exact("t2", camera(alice)))
      })
      yield* together({ media })
      for (const caller of callers) assert.include(["t1", "t2", ...timedOut(time)], yield* Fiber.join(caller))
      yield* assertNoTimePassed(time, 0)
      assert.strictEqual(yield* answerOf(resolver.resolve(camera(alice), { timeout: 0 })), "t2")
    }))

// --- Laws 9 and 10 ----------------------------------------------------------------------------------------------------

const leave = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const keys = [camera(alice), camera(alice), screen(alice)]
      const callers = yield* Effect.forEach(keys, (key, at) => call(resolver, key, ["first", "second", "third"][at]!))
      if (time === "idle") yield* Effect.sleep(1)
      const before = (yield* resolver.sizes).fibers
      if (time === "idle") assert.strictEqual(before, 3)
      yield* together({
        media: resolver.register(exact("t1", camera(alice))),
        leave: Effect.gen(function*() {
          yield* resolver.cancel(alice)
          const { fibers } = yield* resolver.sizes
          assert.isAtMost(fibers, callers.length - before, "every resolve that was called before has ended")
        })
      })
      // A resolve called after the leave is answered by these tracks.
      yield* resolver.register(exact("t2", camera(alice)))
      yield* resolver.register(exact("t3", screen(alice)))
      for (const caller of callers) {
        const answers = ["t1", "t2", "t3", "ParticipantLeftError", ...timedOut(time)]
        assert.include(answers, yield* Fiber.join(caller))
      }
      yield* assertNoTimePassed(time, 1)
      assert.deepInclude(yield* resolver.sizes, { waiting: 0, locks: 0, scopes: 0, fibers: 0 })
    }))

const resolveAgain = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const persistent = Effect.catchTag(
        resolver.resolve(camera(alice)),
        "ParticipantLeftError",
        () => resolver.resolve(camera(alice))
      )
      const callers = yield* Effect.forEach(
        ["first", "second"],
        (name) => begin(Explore.named(name)(answerOf(persistent)))
      )
      yield* together({ leave: resolver.cancel(alice) })
      yield* resolver.register(exact("t2", camera(alice)))
      for (const caller of callers) assert.include(["t2", ...timedOut(time)], yield* Fiber.join(caller))
      yield* assertNoTimePassed(time, 0)
    }))

const leaveAgain = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const resolve = resolver.resolve(camera(alice))
      const persistent = answerOf(Effect.catchTag(resolve, "ParticipantLeftError", () => resolve))
      const callers = yield* Effect.forEach(["first", "second"], (name) => begin(Explore.named(name)(persistent)))
      // A resolve that was not called before the first leave can be ended by the second one.
      for (const leave of ["leave 1", "leave 2", "leave 3"]) {
        yield* together({ [leave]: resolver.cancel(alice) })
        if (time === "idle") yield* Effect.sleep(1)
      }
      const answers = ["ParticipantLeftError", ...timedOut(time)]
      for (const caller of callers) assert.include(answers, yield* Fiber.join(caller))
      yield* assertNoTimePassed(time, 3)
    }))

const unpublish = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const callers = yield* Effect.forEach(["first", "second"], (name) => call(resolver, camera(alice), name))
      if (time === "idle") yield* Effect.sleep(1)
      const before = (yield* resolver.sizes).fibers
      if (time === "idle") assert.strictEqual(before, 2)
      const taken: Array<Option.Option<string>> = []
      const take = Effect.map(resolver.unpublish(camera(alice)), (trackId) => void taken.push(trackId))
      yield* together({
        media: resolver.register(exact("t1", camera(alice))),
        "unpublish 1": take,
        "unpublish 2": take
      })
      // A resolve that is called between the two publishes again.
      const publications = 1 + callers.length - before
      assert.isAtMost(taken.filter(Option.isSome).length, publications, "the track id, once for each publication")
      const late = yield* call(resolver, camera(alice), "late")
      yield* resolver.retire("t1")
      yield* resolver.register(exact("t2", camera(alice)))
      const answers = yield* Fiber.joinAll(callers)
      for (const answer of answers) {
        assert.include(["t1", "t2", "TrackUnpublishedError", ...timedOut(time)], answer)
      }
      const renewed = answers.filter((answer) => answer === "t2").length
      assert.isAtMost(renewed, callers.length - before, "none of those called before lives on")
      assert.include(["t1", "t2", ...timedOut(time)], yield* Fiber.join(late))
      yield* assertNoTimePassed(time, time === "idle" ? 1 : 0)
    }))

// --- Laws 11 and 12 ---------------------------------------------------------------------------------------------------

const interruption = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const [first, second] = yield* Effect.forEach(["first", "second"], (name) => call(resolver, camera(alice), name))
      yield* together({
        "hang up 1": Fiber.interrupt(first!),
        "hang up 2": Fiber.interrupt(second!),
        media: resolver.register(anonymous("t1")),
        observer: Effect.map(resolver.sizes, ({ bound, pending }) => assert.isAtMost(bound + pending, 1))
      })
      const sizes = yield* resolver.sizes
      assert.strictEqual(sizes.bound + sizes.pending, 1, "the track is somewhere")
      assert.deepStrictEqual({ ...sizes, bound: 0, pending: 0, timers: 0 }, nothing)
      const timers = time === "idle" ? sizes.pending : 0
      assert.strictEqual(sizes.timers, timers, "a timer for what expires, and no other")
      assert.strictEqual(yield* answerOf(resolver.resolve(camera(alice), { timeout: 0 })), "t1")
    }))

const interruptedRegister = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const caller = yield* call(resolver, camera(alice), "caller")
      const media = yield* begin(Explore.named("media")(resolver.register(exact("t1", camera(alice)))))
      yield* together({ "hang up": Fiber.interrupt(media) })
      // Reading a binding completes no caller that the interrupted register left uncompleted.
      if (Option.isNone(yield* resolver.binding(camera(alice)))) {
        yield* resolver.register(exact("t1", camera(alice)))
      }
      assert.include(["t1", ...timedOut(time)], yield* Fiber.join(caller))
      yield* assertNoTimePassed(time, 0)
    }))

const nothingOutlives = (time: Time) =>
  withResolver(time, (resolver) =>
    Effect.gen(function*() {
      const callers = [
        yield* call(resolver, camera(alice), "alice"),
        yield* call(resolver, camera(alice), "alice too"),
        yield* call(resolver, camera(bob), "bob")
      ]
      yield* together({
        media: Effect.andThen(resolver.register(anonymous("t1")), resolver.register(exact("t2", camera(bob)))),
        "alice leaves": resolver.cancel(alice),
        "bob leaves": resolver.cancel(bob)
      })
      yield* Fiber.joinAll(callers)
      yield* resolver.cancel(alice)
      yield* resolver.cancel(bob)
      yield* Effect.sleep("60 seconds")
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
      assert.deepStrictEqual(yield* resolver.snapshot, { waiting: [], pending: [], bound: [] })
    }), { pendingTimeToLive: "60 seconds" })

export const laws: ReadonlyArray<Law> = [
  { law: "2: every resolve ends exactly once, and its deadline counts from the call", program: deadlines },
  { law: "4: no guess between equals", program: noGuess },
  { law: "6: duplicates are one, and one that gives up does not affect the others", program: duplicates },
  { law: "6: a queued duplicate still waits after a retire", program: retired },
  { law: "9: a leave ends everything at once", program: leave },
  { law: "9: a caller that cancel wakes can resolve again", program: resolveAgain },
  { law: "9: a caller that resolves again can be ended again", program: leaveAgain },
  { law: "10: an unpublish ends every resolve called before it, and none called after", program: unpublish },
  { law: "11: nothing is lost to interruption", program: interruption },
  { law: "11: an interrupted register completes every answer or none", program: interruptedRegister },
  { law: "12: nothing outlives its reason", program: nothingOutlives }
]
