/**
 * Begins an effect in a fiber of its own, up to where it first has to wait.
 */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

export const begin = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> =>
  Effect.forkChild(effect, { startImmediately: true })
