/**
 * How a trace is written: its name, its limits, and what is said of a trace that ends early. `Trace.test.ts` has a disk that
 * does not answer.
 */
import { assert, describe, it } from "@effect/vitest"
import { Trace, TrackResolver } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { anonymous } from "../support/people.ts"
import { begin } from "../support/resolver.ts"

const withRecorder = <E>(options: Trace.RecorderOptions<E, never>) =>
  Layer.provide(TrackResolver.layer(), Trace.layer({ ids: "clear", ...options }))

/** Collects warnings about traces, each with the errors of its cause. */
const warningsOf = () => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ cause, logLevel, message }) => {
    const [line] = Array.isArray(message) ? message : [message]
    // On a slow machine `TestClock` warns as well.
    if (logLevel !== "Warn" || !String(line).startsWith("trace ")) return
    warnings.push(
      [line, ...cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error : reason._tag)].join(": ")
    )
  })
  return { warnings, layer: Logger.layer([logger]) }
}

it.effect("the name of a trace is when its recorder was made, 32 random bits, and the number of the resolver", () =>
  Effect.gen(function*() {
    const names: Array<string> = []
    const write = (_: string, trace: string) => Effect.sync(() => names.push(trace))
    const make = Effect.scoped(TrackResolver.make())
    yield* TestClock.setTime(Date.UTC(2026, 10, 28, 19, 34, 16, 789))
    yield* Effect.andThen(make, make).pipe(Effect.provide(Trace.layer({ write })))
    const [first, second] = names
    assert.match(first!, /^20261128T193416Z-[\da-f]{8}-1$/)
    assert.strictEqual(second, first!.replace(/1$/, "2"))
    yield* make.pipe(Effect.provide(Trace.layer({ write })))
    assert.notStrictEqual(names[2], first)
  }))

it("the reference has the same key in every copy of the library", () => {
  assert.strictEqual(Trace.Recorder.key, "effect-track-resolver/Trace/Recorder")
})

it.effect("the options are checked", () =>
  Effect.gen(function*() {
    const write = () => Effect.void
    const salt = "salt" as unknown as Redacted.Redacted
    for (
      const [options, message] of [
        [undefined, "Trace.layer: options must be an object, got undefined"],
        [{}, "Trace.layer: write must be a function, got undefined"],
        [{ write, salt }, "Trace.layer: salt must be Redacted, got \"salt\""],
        [{ write, flushTimeout: -1 }, "Trace.layer: flushTimeout must be a duration of zero or more, got -1"],
        [{ write, capacity: -1 }, "Trace.layer: capacity must be a number of 0 or more, got -1"],
        [{ write, ids: "plain" }, "Trace.layer: ids must be one of hashed, clear, got \"plain\""]
      ] as unknown as ReadonlyArray<readonly [Trace.RecorderOptions<never, never>, string]>
    ) {
      const exit = yield* Effect.exit(Layer.build(Trace.layer(options)))
      assert.include(Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "", message)
    }
  }))

/** Registers this many times while `write` does not answer, then `after` times more, and closes. What was written. */
const recordWhileStuck = (times: number, after: number, options?: Partial<Trace.RecorderOptions<never, never>>) =>
  Effect.gen(function*() {
    const disk = yield* Deferred.make<void>()
    const texts: Array<string> = []
    const write = (lines: string) => Effect.andThen(Deferred.await(disk), Effect.sync(() => texts.push(lines)))
    yield* TrackResolver.use(Effect.fnUntraced(function*(resolver) {
      for (let n = 0; n < times; n++) yield* resolver.register(anonymous("t1"))
      yield* Deferred.succeed(disk, undefined)
      yield* ScriptedCall.flush
      for (let n = 0; n < after; n++) yield* resolver.register(anonymous("t1"))
    })).pipe(Effect.provide(withRecorder({ write, ...options })))
    const lines = texts.join("").split("\n")
    return { kept: lines.filter((line) => line.startsWith("{\"at\"")).length, last: lines.at(-2) }
  })

describe("a recorder that falls behind", () => {
  it.effect("keeps 10,000 commands by default", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* recordWhileStuck(10_001, 0), { kept: 10_000, last: "{\"lost\":1}" })
    }))

  it.effect("records nothing after the first command that it lost, because what follows a gap cannot be replayed", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* recordWhileStuck(4, 0, { capacity: 3 }), { kept: 3, last: "{\"lost\":1}" })
      assert.deepStrictEqual(yield* recordWhileStuck(4, 2, { capacity: 3 }), { kept: 3, last: "{\"lost\":3}" })
    }))
})

it.effect("a write that fails is one warning, with the name of the trace and the failure", () => {
  const { layer, warnings } = warningsOf()
  return Effect.gen(function*() {
    let trace = ""
    const write = (_: string, name: string) => Effect.andThen(Effect.sync(() => trace = name), Effect.fail("full"))
    yield* TrackResolver.use((resolver) => resolver.register(anonymous("t1")))
      .pipe(Effect.provide(withRecorder({ write })))
    assert.deepStrictEqual(warnings, [`trace ${trace} ends early: full`])
  }).pipe(Effect.provide(layer))
})

describe("closing a resolver whose write does not answer", () => {
  const warnsOf = (warnings: ReadonlyArray<string>) => warnings.map((line) => line.replace(/trace [\w-]+/, "trace"))

  /** Registers `times` times and closes, all while the recorder uses this `write`. */
  const close = (times: number, options: Trace.RecorderOptions<never, never>) =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const services = yield* Layer.buildWithScope(withRecorder(options), scope)
      const resolver = yield* Effect.provide(TrackResolver, services)
      for (let n = 0; n < times; n++) yield* resolver.register(anonymous("t1"))
      yield* ScriptedCall.flush
      return yield* begin(Scope.close(scope, Exit.void))
    })

  it.effect("interrupts the write, and then that of the last line", () => {
    const { layer, warnings } = warningsOf()
    return Effect.gen(function*() {
      const writes: Array<string> = []
      const write = (lines: string) =>
        Effect.andThen(
          Effect.sync(() => writes.push(lines)),
          Effect.onInterrupt(Effect.never, () => Effect.sync(() => writes.push("interrupted")))
        )
      const closing = yield* close(2, { write })
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(writes.slice(1), ["interrupted", "\n{\"lost\":2}\n"])
      yield* TestClock.adjust("999 millis")
      assert.isUndefined(closing.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(closing.pollUnsafe(), Exit.void)
      assert.deepStrictEqual(writes.slice(3), ["interrupted"])
      assert.deepStrictEqual(warnsOf(warnings), [
        "trace ends early: write did not end in time, 2 commands are missing, and the trace does not say so"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("writes no last line if no command is missing", () => {
    const { layer, warnings } = warningsOf()
    return Effect.gen(function*() {
      let writes = 0
      const write = () => Effect.andThen(Effect.sync(() => writes++), Effect.never)
      const closing = yield* close(0, { write, flushTimeout: 0 })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(closing.pollUnsafe(), Exit.void)
      assert.strictEqual(writes, 1)
      assert.deepStrictEqual(warnsOf(warnings), ["trace ends early: write did not end in time, 0 commands are missing"])
    }).pipe(Effect.provide(layer))
  })
})
