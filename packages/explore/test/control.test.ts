/**
 * What the exploration does not control, and that it leaves the host as it was.
 */
import { Explore } from "effect-explore"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Tracer from "effect/Tracer"
import { expect, test } from "vitest"
import { writers } from "./support/writers.ts"

test("the program's own tracer is reported, because no fiber can be preempted under it", () => {
  const tracer = Tracer.make({ span: (options) => new Tracer.NativeSpan(options) })
  const verdict = Explore.run(Effect.withTracer(writers(2, 2), tracer))
  const uncontrolled = [{ _tag: "Tracer", fiber: "main" }]
  expect(verdict).toMatchObject({ _tag: "Passed", uncontrolled, exhausted: undefined })
})

test("a promise that settles later does not continue a fiber of an earlier schedule", async () => {
  let ends = 0
  const program = Effect.map(Effect.promise(() => Promise.resolve()), () => ends++)
  Explore.run(program)
  const verdict = Explore.run(writers(2, 2))
  await new Promise((done) => setTimeout(done, 5))
  expect(ends).toBe(0)
  expect(verdict).toEqual(Explore.run(writers(2, 2)))
})

test("the host's timers and promises are restored, even if a callback throws", () => {
  const functions = () => [
    globalThis.setTimeout,
    globalThis.setInterval,
    globalThis.setImmediate,
    globalThis.queueMicrotask,
    Promise.prototype.then
  ]
  const before = functions()
  Explore.run(Effect.die("broken"))
  const satisfies = () => {
    throw new Error("satisfies throws")
  }
  expect(() => Explore.run(Effect.void, { satisfies })).toThrow("satisfies throws")
  expect(functions().every((value, index) => value === before[index])).toBe(true)
})

test("an exploration inside an exploration is one step", () => {
  const outer = Effect.gen(function*() {
    const ref = yield* Ref.make(0)
    yield* Effect.all([Ref.update(ref, (n) => n + 1), Explore.check(writers(2, 1))], { concurrency: "unbounded" })
  })
  expect(Explore.run(outer, { schedules: 10 })).toMatchObject({ _tag: "Passed", uncontrolled: [] })
})
