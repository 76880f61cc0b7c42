/**
 * The pause before the next attempt, drawn from ranges that grow with the failures so far: clients that were lost or
 * refused at the same time do not return at the same time. The ranges are those of GetStream's clients (SFU protocol,
 * section 3), except at the longest pause, which is random here.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"

/** In milliseconds. */
export interface Range {
  /** How much the pause grows with each failure. An eighth of it is the shortest pause. */
  readonly base: number
  /** The longest pause. */
  readonly cap: number
}

const defaultRange: Range = { base: 2_000, cap: 5_000 }

/** After `failures` failed attempts. Always a range, so that clients whose pause has reached `cap` spread as well. */
const bounds = (failures: number, { base, cap }: Range): readonly [from: number, to: number] => [
  Math.min(Math.max(base / 8, (failures - 1) * base), cap * 3 / 4),
  Math.min(base / 4 + failures * base, cap)
]

/** The length of the pause after `failures` failed attempts, in milliseconds. */
export const delay = (failures: number, range: Range = defaultRange): Effect.Effect<number> =>
  Random.nextBetween(...bounds(failures, range))

/**
 * The length of the pause before an attempt that no failure precedes, in milliseconds: shorter than after any failure. It
 * spreads the clients that one message of a server has reached at the same time.
 */
export const jitter = ({ base }: Range = defaultRange): Effect.Effect<number> => Random.nextBetween(0, base / 8)

/** Sleeps for the pause after `failures` failed attempts. */
export const pause = (failures: number, range?: Range): Effect.Effect<void> =>
  Effect.flatMap(delay(failures, range), Effect.sleep)

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
