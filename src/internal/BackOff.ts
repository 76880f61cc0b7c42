/**
 * The pause before the next attempt, drawn from ranges that grow with the failures so far: clients that were lost or refused
 * at the same time do not return at the same time. The ranges are those of GetStream's clients.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** In milliseconds, after `failures` failed attempts. */
const range = (failures: number): readonly [from: number, to: number] => [
  Math.min(Math.max(250, (failures - 1) * 2_000), 5_000),
  Math.min(500 + failures * 2_000, 5_000)
]

/** The length of the pause after `failures` failed attempts, in milliseconds. */
export const delay = (failures: number): Effect.Effect<number> => Random.nextBetween(...range(failures))

/** Sleeps for the pause after `failures` failed attempts. */
export const pause = (failures: number): Effect.Effect<void> => Effect.flatMap(delay(failures), Effect.sleep)
