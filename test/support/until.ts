/**
 * Waits for a condition that no event reports.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/**
 * Waits until it is true, checked 2,000 times: some 10 seconds, or longer on a machine that gives the process no CPU
 * meanwhile, because timers come due before the packets are read.
 */
export const until = (isTrue: () => boolean): Effect.Effect<void> =>
  Effect.sync(isTrue).pipe(
    Effect.repeat({ schedule: Schedule.spaced("5 millis"), times: 2_000, until: (value) => value }),
    Effect.filterOrElse((value) => value, () => Effect.die(new Error("not true in 2,000 checks"))),
    Effect.asVoid
  )
