/**
 * What fails a schedule, and how each kind of failure is reported.
 */
import { Explore } from "effect-explore"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { assert, describe, expect, test } from "vitest"

const tagOf = <A, E>(verdict: Explore.Verdict<A, E>) =>
  verdict._tag === "Failed" ? `Failed: ${verdict.failure._tag}` : verdict._tag

class Refused extends Data.TaggedError("Refused")<{}> {}

describe("each kind of failure is reported", () => {
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
    ["a failed assertion", "Failed: Assertion", Effect.sync(() => assert.strictEqual(1, 2))],
    ["a typed failure", "Failed: TypedError", Effect.fail(new Refused())],
    ["a defect", "Failed: Defect", Effect.die(new Error("broken"))],
    ["an interruption from inside", "Failed: Interruption", Effect.interrupt],
    ["a deadlock", "Failed: Deadlock", tangled],
    ["a fiber left behind", "Failed: Leak", detached(Effect.never)],
    ["a timer left behind", "Failed: Leak", detached(Effect.sleep("1 hour"))],
    ["a finalizer left behind", "Failed: Leak", unclosed],
    ["an endless program", "Failed: Endless", Effect.forever(Effect.yieldNow)],
    ["a promise that the program waits for", "Failed: Uncontrolled", Effect.promise(() => Promise.resolve())],
    [
      "a timer of the host that the program waits for",
      "Failed: Uncontrolled",
      Effect.callback((resume) => void setTimeout(() => resume(Effect.void), 1))
    ],
    [
      "a fiber on the stock scheduler",
      "Failed: Uncontrolled",
      // oxlint-disable-next-line -- the mistake that is tested
      Effect.callback((resume) => void Effect.runFork(Effect.map(Effect.yieldNow, () => resume(Effect.void))))
    ],
    ["a promise left behind", "Failed: Uncontrolled", detached(Effect.promise(() => Promise.resolve()))],
    [
      "a fiber that outlives the program and ends is no failure",
      "Passed",
      detached(Effect.andThen(Effect.yieldNow, Effect.void))
    ],
    [
      "a promise that the program does not wait for is no failure",
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

test("fibers that are left behind are no failure with leaks: false", () => {
  expect(tagOf(Explore.run(Effect.forkDetach(Effect.never), { leaks: false }))).toBe("Passed")
})

describe("satisfies", () => {
  const refuses = Effect.fail(new Refused())

  test("replaces the condition that the exit is a success", () => {
    expect(tagOf(Explore.run(refuses, { satisfies: Exit.isFailure }))).toBe("Passed")
    expect(tagOf(Explore.run(Effect.void, { satisfies: Exit.isFailure }))).toBe("Failed: Unsatisfied")
  })

  test("does not hide an assertion", () => {
    const assertion = Effect.sync(() => assert.isTrue(false))
    expect(tagOf(Explore.run(assertion, { satisfies: () => true }))).toBe("Failed: Assertion")
  })
})
