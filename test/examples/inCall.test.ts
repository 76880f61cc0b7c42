/**
 * How a program of `examples/agents` ends.
 */
import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inCall } from "../../examples/agents/inCall.ts"

const quiet = { ...globalThis.console, error: () => {} }

/** Begins a program, and lets it run until it waits. */
const start = Effect.fnUntraced(function*<E>(program: Effect.Effect<void, E, StreamEdge>) {
  const call = yield* ScriptedCall.make()
  const fiber = yield* inCall(program, {}, call.layer).pipe(
    Effect.provideService(Console.Console, quiet),
    Effect.forkChild({ startImmediately: true })
  )
  yield* TestClock.adjust("1 second")
  return { call, fiber }
})

it.effect("an interruption leaves the call, and the program finishes by itself", () =>
  Effect.gen(function*() {
    const did: Array<string> = []
    const note = (text: string) => Effect.sync(() => void did.push(text))
    const { fiber } = yield* start(
      StreamEdge.use(({ tracks }) => Stream.runDrain(tracks())).pipe(
        // As a service that transcribes the last sentence.
        Effect.andThen(Effect.sleep("2 seconds")),
        Effect.andThen(note("finished")),
        Effect.onInterrupt(() => note("interrupted"))
      )
    )
    const ending = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
    yield* TestClock.adjust("2 seconds")
    yield* Fiber.join(ending)
    assert.deepStrictEqual(did, ["finished"])
    assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
  }))

it.effect("a program that does not finish after an interruption is interrupted after ten seconds", () =>
  Effect.gen(function*() {
    let interrupted = false
    const { fiber } = yield* start(Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted = true)))
    const ending = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
    yield* TestClock.adjust("9 seconds")
    assert.isFalse(interrupted)
    yield* TestClock.adjust("1 second")
    assert.isTrue(interrupted)
    yield* Fiber.join(ending)
  }))

it.effect("the end of the call ends the program with success", () =>
  Effect.gen(function*() {
    const { call, fiber } = yield* start(StreamEdge.use(({ tracks }) => Stream.runDrain(tracks())))
    yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
    yield* Fiber.join(fiber)
  }))

it.effect("a failure of the program is the failure of the whole", () =>
  Effect.gen(function*() {
    const { fiber } = yield* start(Effect.fail("disk full" as const))
    assert.strictEqual(yield* Effect.flip(Fiber.join(fiber)), "disk full")
  }))
