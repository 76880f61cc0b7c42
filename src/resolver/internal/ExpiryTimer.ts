/**
 * At most one timer on the Clock, for the next thing that expires. Off when nothing can expire.
 *
 * It is never set back: should the first thing to expire go early, the alarm rings in vain once and is set for the next.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

export interface Alarm {
  /**
   * Rings at this time, in milliseconds; `Infinity` is never. Turning it off runs whoever waits for its fiber to end, as
   * a closing scope does, so it may not stand in the middle of a step.
   */
  readonly set: (at: number) => void
  readonly isSet: () => boolean
}

/** Runs with the context it is made in, whoever sets it. */
export const make: (ring: Effect.Effect<void>) => Effect.Effect<Alarm, never, Scope.Scope> = Effect.fnUntraced(
  function*(ring) {
    const run = Effect.runForkWith(yield* Effect.context<never>())
    const scope = yield* Effect.scope
    const clock = yield* Clock.Clock
    let fiber: Fiber.Fiber<void> | undefined
    const due = Effect.suspend(() => {
      fiber = undefined
      return ring
    })
    return {
      set: (at) => {
        if (at === Infinity) {
          fiber?.interruptUnsafe()
          fiber = undefined
        } else if (fiber === undefined) {
          const wait = Duration.millis(Math.max(1, at - clock.currentTimeMillisUnsafe()))
          fiber = Fiber.runIn(run(Effect.andThen(Effect.sleep(wait), due)), scope)
        }
      },
      isSet: () => fiber !== undefined
    }
  }
)
