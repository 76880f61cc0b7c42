/**
 * Waits until a changing value satisfies a condition. The package waits for states in no other way.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

export interface Condition<A> {
  /** Succeeds with the first value for which `holds` is true: the current value, or the value at a later `notify`. */
  readonly waitUntil: (holds: (value: A) => boolean) => Effect.Effect<A>
  /**
   * Call after each change of the value. Resumes the satisfied waiters inside the call, after all of them were removed.
   */
  readonly notify: () => void
}

interface Waiter<A> {
  readonly holds: (value: A) => boolean
  readonly met: Deferred.Deferred<A>
}

export const make = <A>(current: () => A): Condition<A> => {
  const waiters = new Set<Waiter<A>>()
  return {
    waitUntil: (holds) =>
      Effect.suspend(() => {
        const value = current()
        if (holds(value)) return Effect.succeed(value)
        const waiter: Waiter<A> = { holds, met: Deferred.makeUnsafe() }
        waiters.add(waiter)
        return Effect.ensuring(Deferred.await(waiter.met), Effect.sync(() => waiters.delete(waiter)))
      }),
    notify: () => {
      if (waiters.size === 0) return
      const value = current()
      const met = Array.from(waiters).filter(({ holds }) => holds(value))
      for (const waiter of met) waiters.delete(waiter)
      for (const waiter of met) Deferred.doneUnsafe(waiter.met, Effect.succeed(value))
    }
  }
}
