/**
 * How long to wait before asking again: drawn from a range that grows, so that those who were refused together do not
 * come back together.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** In milliseconds, before repetition `n`, counted from 1. */
const range = (n: number): readonly [from: number, to: number] => [
  Math.min(Math.max(250, (n - 1) * 2_000), 5_000),
  Math.min(500 + n * 2_000, 5_000)
]

export const pause = (n: number): Effect.Effect<void> => Effect.flatMap(Random.nextBetween(...range(n)), Effect.sleep)
