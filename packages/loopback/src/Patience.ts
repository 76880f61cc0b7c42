/**
 * How long a simulated participant waits for the SFU, counted in ticks. Both run in one process: a process that gets no
 * CPU for seconds finds its timers due before it has read what arrived meanwhile. So such a pause counts as one tick.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** In milliseconds. */
const tick = 100

/** Like `Effect.timeoutOrElse`, and patient while the process does not run. The duration is rounded up to whole ticks. */
export const timeoutOrElse = <A, E, R, B, E2, R2>(
  self: Effect.Effect<A, E, R>,
  { duration, orElse }: { readonly duration: Duration.Input; readonly orElse: () => Effect.Effect<B, E2, R2> }
): Effect.Effect<A | B, E | E2, R | R2> => {
  const times = Math.max(Math.ceil(Duration.toMillis(duration) / tick) - 1, 0)
  return Effect.raceFirst(self, Effect.andThen(Effect.repeat(Effect.sleep(tick), { times }), Effect.suspend(orElse)))
}
