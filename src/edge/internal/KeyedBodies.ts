/**
 * Runs at most one body for each key (law 17), until the scope closes, which waits for all of them. A body that is stopped is
 * interrupted, and the next one of its key begins after its scope has closed. Neither waits for the bodies of other keys.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { FailureOf, OnFailure } from "../RemoteTrack.ts"

export interface KeyedBodies<E, R, F> {
  /** Starts a body, after the one that the key has is stopped. `name` is for the log. */
  readonly start: (
    key: string,
    name: string,
    body: Effect.Effect<unknown, E, R>
  ) => Effect.Effect<void, never, Exclude<R, Scope.Scope>>
  /** Does not wait until the body has ended. */
  readonly stop: (key: string) => Effect.Effect<void>
  /** Fails with the first failure, if the policy is `"fail"`. */
  readonly failed: Effect.Effect<never, FailureOf<E, F>>
}

interface Slot {
  /** One permit: for the body that runs, until its scope has closed. */
  readonly turn: Semaphore.Semaphore
  /** How many bodies run, or wait for their turn. */
  bodies: number
  newest: Fiber.Fiber<void> | undefined
}

export const make = <E, R, F extends OnFailure<E>>(
  onFailure: F
): Effect.Effect<KeyedBodies<E, R, F>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    /** Without slots that have no body. */
    const slots = new Map<string, Slot>()
    const failure = Deferred.makeUnsafe<never, FailureOf<E, F>>()

    const slotOf = (key: string): Slot => {
      let slot = slots.get(key)
      if (slot === undefined) {
        slots.set(key, slot = { turn: Semaphore.makeUnsafe(1), bodies: 0, newest: undefined })
      }
      return slot
    }

    const guard = (name: string, body: Effect.Effect<unknown, E, R>) => {
      const once = Effect.scoped(body)
      const run = typeof onFailure === "string" ? once : Effect.retry(once, onFailure as Schedule.Schedule<unknown, E>)
      return Effect.catchCause(run, (cause) => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.void
        // The policy is "fail", so `FailureOf<E, F>` is `E`.
        return onFailure === "fail"
          ? Deferred.failCause(failure, cause as Cause.Cause<FailureOf<E, F>>)
          : Effect.logError(`the body of ${name} failed`, cause)
      })
    }

    const stop = ({ newest }: Slot): void => newest?.interruptUnsafe()

    return {
      start: (key, name, body) =>
        Effect.gen(function*() {
          const slot = slotOf(key)
          stop(slot)
          const fiber: Fiber.Fiber<void> = yield* Effect.forkIn(
            Effect.asVoid(slot.turn.withPermit(guard(name, body))),
            scope,
            { startImmediately: true }
          )
          slot.newest = fiber
          slot.bodies++
          fiber.addObserver(() => {
            if (--slot.bodies === 0) slots.delete(key)
          })
        }),
      stop: (key) =>
        Effect.sync(() => {
          const slot = slots.get(key)
          if (slot !== undefined) stop(slot)
        }),
      failed: Deferred.await(failure)
    }
  })
