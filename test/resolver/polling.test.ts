/**
 * Nothing is polled. The test counts the reads of the Clock and the changes of the state: none between two events, and as many for
 * one event with 1,000 waiting resolves as with one.
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

const counted = vi.hoisted(() => ({ changes: 0, clock: 0 }))

vi.mock(import("../../src/resolver/Correlation.ts"), async (original) => {
  const real = await original()
  return {
    ...real,
    change: (state, now) => {
      counted.changes++
      return real.change(state, now)
    }
  }
})

const since = (before: typeof counted) => ({
  changes: counted.changes - before.changes,
  clock: counted.clock - before.clock
})

/** Changes and Clock reads while time passes, and of one register that answers a resolve, with this many resolves waiting. */
const measure = (waiting: number) =>
  Effect.gen(function*() {
    const resolver = yield* TrackResolver
    const people = crowd(waiting)
    for (let n = 0; n < waiting; n++) yield* resolver.register(anonymous(`audio${n}`, "audio"))
    const answers = yield* Effect.forEach(people, (key) => begin(resolver.resolve(key)))
    const idle = { ...counted }
    for (let second = 0; second < 9; second++) yield* TestClock.adjust("1 second")
    const passing = since(idle)
    const before = { ...counted }
    yield* resolver.register(exact("t1", people[0]!))
    assert.strictEqual(yield* Fiber.join(answers[0]!), "t1")
    return { passing, event: since(before) }
  }).pipe(
    Effect.provide(TrackResolver.layer()),
    Effect.updateService(Clock.Clock, (clock) =>
      new Proxy(clock, {
        get: (target, name) => {
          if (name !== "adjust") counted.clock++
          return Reflect.get(target, name)
        }
      }))
  )

it.effect("1,000 waiting resolves cost nothing between events, and no more per event than one", () =>
  Effect.gen(function*() {
    const one = yield* measure(1)
    const thousand = yield* measure(1_000)
    assert.deepStrictEqual(thousand.passing, { changes: 0, clock: 0 })
    assert.deepStrictEqual(thousand.event, one.event)
    assert.deepStrictEqual(one.event.changes, 1)
  }))
