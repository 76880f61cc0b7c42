/**
 * Fibers that a peer starts with its messages: at most a fixed number at once, so that a peer that sends faster than we
 * can act cannot use up the memory.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * How many remote candidates wait at once for their description. An SFU has one for each of its addresses, and repeats
 * them after an ICE restart.
 */
export const maxCandidates = 256

export interface BoundedForks {
  /** Runs the effect in a fiber of the scope. Returns false without running it if too many run already. */
  readonly fork: (effect: Effect.Effect<void>) => Effect.Effect<boolean>
}

export const make = (limit: number, scope: Scope.Scope): BoundedForks => {
  let running = 0
  return {
    fork: (effect) =>
      Effect.suspend(() => {
        if (running >= limit) return Effect.succeed(false)
        running++
        const counted = Effect.ensuring(effect, Effect.sync(() => running--))
        return Effect.as(Effect.forkIn(counted, scope), true)
      })
  }
}
