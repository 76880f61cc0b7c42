/**
 * The pause before the next attempt, drawn from ranges that grow with the failures so far: clients that were lost or
 * refused at the same time do not return at the same time. The ranges are those of GetStream's clients (SFU protocol,
 * section 3).
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"

/** In milliseconds, after `failures` failed attempts. */
const range = (failures: number): readonly [from: number, to: number] => [
  Math.min(Math.max(250, (failures - 1) * 2_000), 5_000),
  Math.min(500 + failures * 2_000, 5_000)
]

/** The length of the pause after `failures` failed attempts, in milliseconds. */
export const delay = (failures: number): Effect.Effect<number> => Random.nextBetween(...range(failures))

/** Sleeps for the pause after `failures` failed attempts. */
const pause = (failures: number): Effect.Effect<void> => Effect.flatMap(delay(failures), Effect.sleep)

/**
 * A policy for `Effect.retry` with a pause before each retry. The pause is a step of the schedule and not the delay
 * after the step, because nothing can end a delay early.
 */
export const retryPolicy = <E>(options: {
  /** The largest number of attempts, the first included. */
  readonly attempts: number
  readonly shouldRetry: (error: E) => boolean
  /** Runs before each pause. */
  readonly onRetry: (error: E) => Effect.Effect<void>
  /** Completes when a retry no longer makes sense. Ends a pause at once, and does not interrupt an attempt. */
  readonly abort?: Effect.Effect<void> | undefined
}): Schedule.Schedule<number, E> =>
  Schedule.forever.pipe(
    Schedule.setInputType<E>(),
    Schedule.while(({ attempt, input }) => options.shouldRetry(input) && attempt < options.attempts),
    Schedule.tap(({ input }) => options.onRetry(input)),
    Schedule.while(({ attempt }) =>
      Effect.raceFirst(
        Effect.as(options.abort ?? Effect.never, false),
        Effect.as(pause(attempt), true)
      )
    )
  )
