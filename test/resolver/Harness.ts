/**
 * A resolver on a stage: nothing runs until it is told to, and time stands still until it is moved. What is settled is
 * settled because the run queue is empty, not because somebody waited.
 */
import { TrackResolver } from "effect-track-resolver"
import type { TrackResolverOptions } from "effect-track-resolver"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"

export interface Stage {
  readonly resolver: TrackResolver["Service"]
  /** Begins an effect. Runs until it first has to wait; the rest when the stage settles. */
  readonly begin: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
  /** Runs everything that can run. */
  readonly settle: () => void
  /** Begins an effect, settles, and gives its result: it must not have to wait for anything. */
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => A
  readonly pass: (millis: number) => void
  readonly close: () => void
}

/**
 * `turn`: how many operations a fiber does before the next one gets its turn; or, before each, whether it does now.
 * `under`: what the resolver is made under.
 */
export const make = (
  options: TrackResolverOptions,
  turn: number | (() => boolean) = 2_048,
  under: Layer.Layer<never> = Layer.empty
): Stage => {
  const dispatcher = new Scheduler.MixedScheduler("sync", () => () => {}).makeDispatcher()
  const scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: (fiber) => typeof turn === "number" ? fiber.currentOpCount >= turn : turn(),
    makeDispatcher: () => dispatcher
  }
  const settle = () => dispatcher.flush()
  const finish = <A, E>(fiber: Fiber.Fiber<A, E>): A => {
    settle()
    const exit = fiber.pollUnsafe()
    if (exit === undefined) throw new Error("it waits")
    if (Exit.isFailure(exit)) throw exit.cause
    return exit.value
  }
  const scope = Scope.makeUnsafe()
  const layer = Layer.provideMerge(Layer.provide(TrackResolver.layer(options), under), TestClock.layer())
  const services = finish(Effect.runFork(Layer.buildWithScope(layer, scope), { scheduler }))
  const begin = <A, E>(effect: Effect.Effect<A, E>) => Effect.runForkWith(services)(effect, { scheduler })
  const run = <A, E>(effect: Effect.Effect<A, E>) => finish(begin(effect))
  return {
    resolver: Context.get(services, TrackResolver),
    begin,
    settle,
    run,
    pass: (millis) => run(TestClock.adjust(millis)),
    close: () => run(Scope.close(scope, Exit.void))
  }
}
