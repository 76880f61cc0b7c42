/**
 * What a runtime keeps and `sizes` does not count, and changes of several commands.
 */
import { assert, it } from "@effect/vitest"
import { Trace } from "effect-track-resolver"
import type { Correlation } from "effect-track-resolver"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Runtimes from "../../src/resolver/Runtime.ts"
import * as Waiting from "../../src/resolver/Waiting.ts"
import { alice, camera, exact } from "../support/people.ts"
import { begin } from "../support/resolver.ts"

const policy: Correlation.Policy = {
  timeToLive: 60_000,
  capacity: 10,
  sessionMigration: "takeOver",
  anonymousTracks: "unique"
}

const key = camera(alice)

it.effect("Law 12: a key has a holder only while it waits", () =>
  Effect.gen(function*() {
    const commands: ReadonlyArray<Correlation.Command> = [
      { _tag: "Register", track: exact("t1", key) },
      { _tag: "Unpublish", key }
    ]
    for (const command of commands) {
      const runtime = yield* Runtimes.make(policy)
      const caller = yield* Runtimes.atomically(
        runtime,
        (apply) => {
          const reply = apply({ _tag: "Resolve", key })
          if (reply._tag === "Answered") throw new Error("nothing is registered")
          return Waiting.enqueue(runtime, apply, key, reply.generation, Duration.infinity)
        },
        Effect.succeed
      )
      const answer = yield* begin(Effect.exit(Waiting.wait(runtime, caller!)))
      assert.strictEqual(caller!.lock.holder, caller)
      yield* Runtimes.atomically(runtime, (apply) => apply(command), Effect.succeed)
      yield* Fiber.await(answer)
      assert.strictEqual(caller!.lock.holder, undefined)
    }
  }))

it.effect("the commands of one change are recorded in their order", () => {
  const entries: Array<Trace.Entry> = []
  const recorder: Trace.Recorder = { open: () => Effect.succeed((entry) => void entries.push(entry)) }
  return Effect.gen(function*() {
    const runtime = yield* Runtimes.make(policy)
    yield* Runtimes.atomically(
      runtime,
      (apply) => {
        apply({ _tag: "Resolve", key })
        apply({ _tag: "Unpublish", key })
      },
      Effect.succeed
    )
    assert.deepStrictEqual(entries.map(({ command }) => command._tag), ["Resolve", "Unpublish"])
  }).pipe(Effect.provideService(Trace.Recorder, recorder))
})

it.effect("the outcomes of one change are handled once", () =>
  Effect.gen(function*() {
    const runtime = yield* Runtimes.make(policy)
    const changes = yield* begin(Stream.runCollect(Stream.take(runtime.changes.stream, 2)))
    yield* Runtimes.atomically(
      runtime,
      (apply) => {
        apply({ _tag: "Register", track: exact("t1", key) })
        apply({ _tag: "Resolve", key })
        apply({ _tag: "Retire", trackId: "t1" })
      },
      Effect.succeed
    )
    assert.deepStrictEqual((yield* Fiber.join(changes)).map(({ _tag }) => _tag), ["Bound", "Unbound"])
  }))
