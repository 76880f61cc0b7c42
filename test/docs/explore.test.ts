import { Effect, Ref } from "effect"
import { it } from "effect-explore/vitest"
import { expect } from "vitest"

const increment = (counter: Ref.Ref<number>) => Effect.flatMap(Ref.get(counter), (n) => Ref.set(counter, n + 1))

it.explore.fails("two increments are two", () =>
  Effect.gen(function*() {
    const counter = yield* Ref.make(0)
    yield* Effect.all([increment(counter), increment(counter)], { concurrency: 2 })
    expect(yield* Ref.get(counter)).toBe(2)
  }))
