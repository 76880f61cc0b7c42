/**
 * Nothing is polled: with a thousand waiting, a Clock that counts its questions and a step that counts its commands see
 * nothing between events, and as much of an event as with one waiting.
 */
import { assert, it } from "@effect/vitest"
import { TrackResolver } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { vi } from "vitest"
import { anonymous, crowd, exact } from "../support/people.ts"
import { begin } from "../support/resolver.ts"

const asked = vi.hoisted(() => ({ steps: 0, clock: 0 }))

vi.mock(import("../../src/resolver/Correlation.ts"), async (original) => {
  const real = await original()
  return {
    ...real,
    step: (state, command, now) => {
      asked.steps++
      return real.step(state, command, now)
    }
  }
})

const since = (before: typeof asked) => ({ steps: asked.steps - before.steps, clock: asked.clock - before.clock })

/** What a register that answers somebody asks of the step and of the Clock, while so many wait. */
const costs = (waiting: number) =>
  Effect.gen(function*() {
    const resolver = yield* TrackResolver
    const people = crowd(waiting)
    for (let n = 0; n < waiting; n++) yield* resolver.register(anonymous(`audio${n}`, "audio"))
    const answers = yield* Effect.forEach(people, (key) => begin(resolver.resolve(key)))
    const idle = { ...asked }
    for (let second = 0; second < 9; second++) yield* TestClock.adjust("1 second")
    const passing = since(idle)
    const before = { ...asked }
    yield* resolver.register(exact("t1", people[0]!))
    assert.strictEqual(yield* Fiber.join(answers[0]!), "t1")
    return { passing, event: since(before) }
  }).pipe(
    Effect.provide(TrackResolver.layer()),
    Effect.updateService(Clock.Clock, (clock) =>
      new Proxy(clock, {
        get: (target, name) => {
          if (name !== "adjust") asked.clock++
          return Reflect.get(target, name)
        }
      }))
  )

it.effect("with 1,000 waiting, nothing is asked between events, and no more at one than with one waiting", () =>
  Effect.gen(function*() {
    const one = yield* costs(1)
    const thousand = yield* costs(1_000)
    assert.deepStrictEqual(thousand.passing, { steps: 0, clock: 0 })
    assert.deepStrictEqual(thousand.event, one.event)
    assert.deepStrictEqual(one.event.steps, 1)
  }))
