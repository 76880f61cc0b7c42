/**
 * Keeps a subscriber connection from making offers while a test holds them.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"

export interface OfferHold {
  /** A hold until it is released or its scope closes. There can be several at once. */
  readonly hold: Effect.Effect<{ readonly release: Effect.Effect<void> }, never, Scope.Scope>
  /** Waits until there is no hold. */
  readonly released: Effect.Effect<void>
}

export const make: Effect.Effect<OfferHold> = Effect.map(Latch.make(true), (open) => {
  const holds = new Set<object>()
  const acquire = Effect.sync(() => {
    const hold = {}
    holds.add(hold)
    open.closeUnsafe()
    return hold
  })
  const release = (hold: object): Effect.Effect<void> =>
    Effect.sync(() => {
      holds.delete(hold)
      if (holds.size === 0) open.openUnsafe()
    })
  return {
    hold: Effect.map(Effect.acquireRelease(acquire, release), (hold) => ({ release: release(hold) })),
    released: Effect.asVoid(open.await)
  }
})
