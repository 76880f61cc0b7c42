/**
 * What an exploration says, and that it says the same every time.
 */
import { assert, it } from "@effect/vitest"
import { Explore } from "effect-explore"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { describe, expect, test } from "vitest"
import { planted } from "./planted.ts"

const lostUpdate = planted["an update that is lost between get and set"]!.bug(false)

/** So many fibers that each write their number so many times. */
const writers = (fibers: number, times: number): Effect.Effect<string> =>
  Effect.suspend(() => {
    const log: Array<number> = []
    const writer = (fiber: number) =>
      Effect.gen(function*() {
        for (let time = 0; time < times; time++) yield* Effect.sync(() => log.push(fiber))
      })
    const all = Effect.all(Array.from({ length: fibers }, (_, fiber) => writer(fiber)), { concurrency: "unbounded" })
    return Effect.map(all, () => log.join(""))
  })

const tagOf = <A, E>(verdict: Explore.Verdict<A, E>) =>
  verdict._tag === "Failed" ? `Failed: ${verdict.failure._tag}` : verdict._tag

// --- What there is to choose ------------------------------------------------------------------------------------------

test.each([[2, 1, 2], [2, 2, 6], [2, 3, 20], [2, 4, 70], [3, 1, 6]])(
  "%i fibers of %i steps have all %i orders, and no other",
  (fibers, steps, orders) => {
    const { exhausted, outcomes } = Explore.outcomes(writers(fibers, steps), {
      strategy: Explore.exhaustive(),
      schedules: Infinity
    })
    expect(outcomes.length).toBe(orders)
    expect(exhausted).toEqual({ _tag: "All" })
  }
)

test("a depth-first search runs no schedule twice, and delay bounding ends up with the same ones", () => {
  const all = Explore.run(writers(2, 3), { strategy: Explore.exhaustive(), schedules: Infinity })
  expect(all).toMatchObject({ _tag: "Passed", schedules: 923, distinct: 923, exhausted: { _tag: "All" } })
  const bounded = Explore.run(writers(2, 3), { strategy: Explore.delayBounding(), schedules: Infinity })
  expect(bounded).toMatchObject({ _tag: "Passed", distinct: 923, exhausted: { _tag: "All" } })
})

test("what is stated as exhausted is what was asked for, and nothing for a walk by chance", () => {
  const exhausted = (strategy: Explore.Strategy) => {
    const verdict = Explore.run(writers(3, 2), { strategy })
    return verdict._tag === "Passed" ? verdict.exhausted : verdict
  }
  expect(exhausted(Explore.delayBounding({ atMost: 2 }))).toEqual({ _tag: "Delays", atMost: 2 })
  expect(exhausted(Explore.exhaustive({ preemptions: 2 }))).toEqual({ _tag: "Preemptions", atMost: 2 })
  expect(exhausted(Explore.randomWalk())).toBeUndefined()
  expect(exhausted(Explore.pct())).toBeUndefined()
  expect(exhausted(Explore.exhaustive())).toBeUndefined()
  expect(Explore.format(Explore.run(writers(3, 2), { strategy: Explore.pct() }))).toContain("which proves nothing")
})

test("the same strategy finds the same, and a token is the same path", () => {
  const [first, second] = [Explore.run(lostUpdate), Explore.run(lostUpdate)]
  expect(second).toEqual(first)
  expect(first).toMatchObject({ token: "x1-3", schedules: 10, preemptions: 1, delays: 1 })
  const replay = Explore.replay(lostUpdate, "x1-3")
  expect(replay).toMatchObject({ failure: { _tag: "Assertion" }, isStale: false })
  expect(replay.timeline).toBe(first._tag === "Failed" && first.timeline)
  expect(Explore.replay(lostUpdate, "x1").failure).toBeUndefined()
})

test("every schedule of a walk by chance can be had again by its token", () => {
  const { outcomes } = Explore.outcomes(writers(3, 2), { strategy: Explore.randomWalk(), time: "race", schedules: 500 })
  expect(outcomes.length).toBeGreaterThan(50)
  for (const { exit, token } of outcomes) {
    expect(token).toMatch(/^x1r/)
    expect(Explore.replay(writers(3, 2), token).exit).toEqual(exit)
  }
})

// --- Faults -----------------------------------------------------------------------------------------------------------

class Refused extends Data.TaggedError("Refused")<{}> {}

describe("a fault is called by its name", () => {
  const detached = <A, E>(effect: Effect.Effect<A, E>) => Effect.forkDetach(effect, { startImmediately: true })
  const unclosed = Effect.gen(function*() {
    yield* Scope.provide(Effect.addFinalizer(() => Effect.void), yield* Scope.make())
  })
  const tangled = Effect.gen(function*() {
    const [a, b] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    yield* Effect.all([
      Effect.andThen(Deferred.await(a), Deferred.succeed(b, undefined)),
      Effect.andThen(Deferred.await(b), Deferred.succeed(a, undefined))
    ], { concurrency: "unbounded" })
  })
  const programs: ReadonlyArray<readonly [name: string, tag: string, Effect.Effect<unknown, Refused>]> = [
    ["an assertion", "Failed: Assertion", Effect.sync(() => assert.strictEqual(1, 2))],
    ["a typed failure", "Failed: TypedError", Effect.fail(new Refused())],
    ["a defect", "Failed: Defect", Effect.die(new Error("broken"))],
    ["an interruption", "Failed: Interruption", Effect.interrupt],
    ["a deadlock", "Failed: Deadlock", tangled],
    ["a fiber left", "Failed: Leak", detached(Effect.never)],
    ["a timer left", "Failed: Leak", detached(Effect.sleep("1 hour"))],
    ["a finalizer left", "Failed: Leak", unclosed],
    ["no end", "Failed: Endless", Effect.forever(Effect.yieldNow)],
    ["a promise", "Failed: Uncontrolled", Effect.promise(() => Promise.resolve())],
    [
      "a timer of the host",
      "Failed: Uncontrolled",
      Effect.callback((resume) => void setTimeout(() => resume(Effect.void), 1))
    ],
    [
      "a fiber on the stock scheduler",
      "Failed: Uncontrolled",
      // oxlint-disable-next-line -- the very mistake
      Effect.callback((resume) => void Effect.runFork(Effect.map(Effect.yieldNow, () => resume(Effect.void))))
    ],
    ["a promise left behind", "Failed: Uncontrolled", detached(Effect.promise(() => Promise.resolve()))],
    ["what is still running at the end, and ends", "Passed", detached(Effect.andThen(Effect.yieldNow, Effect.void))],
    [
      "a promise that nobody waits for",
      "Passed",
      Effect.callback((resume) => {
        resume(Effect.void)
        return void Promise.resolve().then(() => {})
      })
    ]
  ]
  test.each(programs)("%s", (name, tag, program) => {
    const verdict = Explore.run(program, { maxSteps: 1_000 })
    expect(tagOf(verdict)).toBe(tag)
    expect(Explore.format(verdict)).toMatchSnapshot(name)
  })
})

test("what is left behind is no fault, if it is said so", () => {
  expect(tagOf(Explore.run(Effect.forkDetach(Effect.never), { leaks: false }))).toBe("Passed")
})

test("an exit is judged by the predicate, where there is one", () => {
  const refuses = Effect.fail(new Refused())
  expect(tagOf(Explore.run(refuses, { satisfies: Exit.isFailure }))).toBe("Passed")
  expect(tagOf(Explore.run(Effect.void, { satisfies: Exit.isFailure }))).toBe("Failed: Unsatisfied")
  expect(tagOf(Explore.run(Effect.sync(() => assert.isTrue(false)), { satisfies: () => true }))).toBe(
    "Failed: Assertion"
  )
})

test("a tracer of the program's own is told of: it hides the places to preempt", () => {
  const tracer = Tracer.make({ span: (options) => new Tracer.NativeSpan(options) })
  const verdict = Explore.run(Effect.withTracer(writers(2, 2), tracer))
  const uncontrolled = [{ _tag: "Tracer", fiber: "main" }]
  expect(verdict).toMatchObject({ _tag: "Passed", uncontrolled, exhausted: undefined })
})

test("a promise that settles later does not come into a later schedule", async () => {
  let ends = 0
  const program = Effect.map(Effect.promise(() => Promise.resolve()), () => ends++)
  Explore.run(program)
  const verdict = Explore.run(writers(2, 2))
  await new Promise((done) => setTimeout(done, 5))
  expect(ends).toBe(0)
  expect(verdict).toEqual(Explore.run(writers(2, 2)))
})

test("the host has its timers and promises back afterwards, even if the program throws", () => {
  const before = [globalThis.setTimeout, globalThis.setImmediate, globalThis.queueMicrotask, Promise.prototype.then]
  Explore.run(Effect.die("broken"))
  expect(() => Explore.replay(Effect.void, "no token")).toThrow("no token")
  const after = [globalThis.setTimeout, globalThis.setImmediate, globalThis.queueMicrotask, Promise.prototype.then]
  expect(after.every((value, at) => value === before[at])).toBe(true)
})

test("a fault that does not come again is reported as such", () => {
  let runs = 0
  const verdict = Explore.run(Effect.sync(() => assert.notStrictEqual(++runs, 1)))
  expect(verdict).toMatchObject({ _tag: "Failed", isReproducible: false })
  expect(Explore.format(verdict)).toContain("something besides its path")
})

// --- Time -------------------------------------------------------------------------------------------------------------

describe("time", () => {
  const program = Effect.gen(function*() {
    const answer = yield* Deferred.make<string>()
    const caller = yield* Effect.forkChild(Effect.timeoutOption(Deferred.await(answer), "10 seconds"))
    yield* Effect.yieldNow
    yield* Deferred.succeed(answer, "t1")
    return Option.getOrElse(yield* Fiber.join(caller), () => "too late")
  })
  const outcomes = (time: "idle" | "race") =>
    Explore.outcomes(program, { time, strategy: Explore.randomWalk(), schedules: 500 }).outcomes
      .map(({ exit }) => exit !== undefined && Exit.isSuccess(exit) ? exit.value : "none")
      .sort()

  test("idle: a deadline comes when nothing else can", () => expect(outcomes("idle")).toEqual(["t1"]))
  test("race: a deadline may overtake its answer", () => expect(outcomes("race")).toEqual(["t1", "too late"]))

  test("idle: an hour costs nothing, and what is due at once comes in any order", () => {
    const log = Effect.suspend(() => {
      const log: Array<string> = []
      const sleeper = (name: string) => Effect.andThen(Effect.sleep("1 hour"), Effect.sync(() => log.push(name)))
      return Effect.map(Effect.all(["a", "b", "c"].map(sleeper), { concurrency: "unbounded" }), () => log.join(""))
    })
    expect(Explore.outcomes(log, { strategy: Explore.randomWalk() }).outcomes.length).toBe(6)
  })
})

// --- Regressions, and the end of patience -----------------------------------------------------------------------------

test("regressions come first; one whose path is gone is stale, and one that is none is refused", () => {
  expect(Explore.run(lostUpdate, { regressions: ["x1", "x1-3"] })).toMatchObject({ schedules: 2, token: "x1-3" })
  expect(Explore.run(writers(2, 1), { regressions: ["x1-zz", "x1"] })).toMatchObject({
    _tag: "Passed",
    stale: ["x1-zz"]
  })
  expect(() => Explore.run(writers(2, 1), { regressions: ["y1-3"] })).toThrow(
    "Explore.run: a regression must be a token such as \"x1-3\", got \"y1-3\""
  )
})

test("when the time is up, the verdict is no pass", () => {
  const verdict = Explore.run(writers(3, 2), { timeLimit: 0 })
  expect(verdict).toEqual({ _tag: "Incomplete", schedules: 0, distinct: 0, exhausted: undefined })
})

test("progress is told every thousand schedules, and enough distinct ones are enough", () => {
  const heard: Array<number> = []
  const verdict = Explore.run(writers(3, 3), {
    schedules: Infinity,
    distinct: 2_500,
    onProgress: ({ schedules }) => heard.push(schedules)
  })
  expect(verdict).toMatchObject({ _tag: "Passed", distinct: 2_500 })
  expect(heard.slice(0, 2)).toEqual([1_000, 2_000])
})

it.effect("check is the same as an effect", () =>
  Effect.gen(function*() {
    assert.strictEqual((yield* Explore.check(writers(2, 1)))._tag, "Passed")
    const error = yield* Effect.flip(Explore.check(lostUpdate))
    assert.strictEqual(error._tag, "ExploreError")
    assert.include(error.message, "x1-3")
    assert.include(error.message, "yield* Ref.set(viewers, n + 1)   packages/explore/test/planted.ts")
    const late = yield* Effect.flip(Explore.check(writers(2, 1), { timeLimit: 0 }))
    assert.include(late.message, "incomplete")
  }))

test("an exploration inside an exploration is one step", () => {
  const outer = Effect.gen(function*() {
    const ref = yield* Ref.make(0)
    yield* Effect.all([Ref.update(ref, (n) => n + 1), Explore.check(writers(2, 1))], { concurrency: "unbounded" })
  })
  expect(tagOf(Explore.run(outer, { schedules: 10 }))).toBe("Passed")
})
