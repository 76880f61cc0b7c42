/**
 * Tests of a resolver under `TestClock`.
 */

import { it } from "@effect/vitest"
import { TrackResolver } from "effect-track-resolver"
import type { TrackResolverOptions } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

/** A test with a new resolver. */
export const withResolver = <A, E>(
  name: string,
  test: (resolver: TrackResolver["Service"]) => Effect.Effect<A, E>,
  options?: TrackResolverOptions
): void => it.effect(name, () => TrackResolver.use(test).pipe(Effect.provide(TrackResolver.layer(options))))

/** Forks an effect, which runs at once until it first waits. */
export const begin = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> =>
  Effect.forkChild(effect, { startImmediately: true })

/** The sizes of an empty resolver. */
export const nothing = {
  waiting: 0,
  pending: 0,
  bound: 0,
  inheritable: 0,
  locks: 0,
  scopes: 0,
  timers: 0,
  fibers: 0
}
