/**
 * A test with a resolver of its own, under `TestClock`.
 */
import { it } from "@effect/vitest"
import { TrackResolver } from "effect-track-resolver"
import type { TrackResolverOptions } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

export const withResolver = <A, E>(
  name: string,
  test: (resolver: TrackResolver["Service"]) => Effect.Effect<A, E>,
  options?: TrackResolverOptions
): void => it.effect(name, () => TrackResolver.use(test).pipe(Effect.provide(TrackResolver.layer(options))))

/** Begins an effect in a fiber of its own, up to where it first has to wait. */
export const begin = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> =>
  Effect.forkChild(effect, { startImmediately: true })

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
