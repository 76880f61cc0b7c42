/**
 * At most one timer on the Clock, for the next track that expires. No timer runs while nothing can expire.
 *
 * A running timer is not moved. If the track that it was set for is removed early, the timer fires once without effect and
 * is then set for the next track.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

export interface ExpiryTimer {
  /**
   * Fires at this time, in milliseconds; `Infinity` stops the timer. Stopping interrupts its fiber and runs whatever waits
   * for that fiber, for example a closing scope. So do not call this in the middle of a step.
   */
  readonly set: (at: number) => void
  readonly isSet: () => boolean
}

/** Runs `onExpiry` in the context and the scope of this effect. */
export const make: (onExpiry: Effect.Effect<void>) => Effect.Effect<ExpiryTimer, never, Scope.Scope> = Effect
  .fnUntraced(function*(onExpiry) {
    const run = Effect.runForkWith(yield* Effect.context<never>())
    const scope = yield* Effect.scope
    const clock = yield* Clock.Clock
    let fiber: Fiber.Fiber<void> | undefined
    const fire = Effect.suspend(() => {
      fiber = undefined
      return onExpiry
    })
    return {
      set: (at) => {
        if (at === Infinity) {
          fiber?.interruptUnsafe()
          fiber = undefined
        } else if (fiber === undefined) {
          const wait = Duration.millis(Math.max(1, at - clock.currentTimeMillisUnsafe()))
          fiber = Fiber.runIn(run(Effect.andThen(Effect.sleep(wait), fire)), scope)
        }
      },
      isSet: () => fiber !== undefined
    }
  })
