/**
 * A resolver on a scheduler and a clock that the test controls. No fiber runs until `flush`, and no time passes until
 * `advance`. After `flush` every fiber has ended or waits, because the run queue is empty.
 */
import { TrackResolver } from "effect-track-resolver"
import type { ResolveError, TrackResolverOptions } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"

export interface Harness {
  readonly resolver: TrackResolver["Service"]
  /** Starts an effect. It runs until it first waits or yields; `flush` runs the rest. */
  readonly start: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
  /** Runs every fiber until it ends or waits. */
  readonly flush: () => void
  /** Starts an effect, flushes, and returns its result. Throws if the effect still waits. */
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => A
  /** Lets this many milliseconds pass. */
  readonly advance: (millis: number) => void
  readonly close: () => void
}

/**
 * `yieldAfter`: after how many operations a fiber yields to the next one; or a function that decides before each operation.
 * `context`: the layer that the resolver is made under.
 */
export const make = (
  options: TrackResolverOptions,
  yieldAfter: number | (() => boolean) = 2_048,
  context: Layer.Layer<never> = Layer.empty
): Harness => {
  const dispatcher = new Scheduler.MixedScheduler("sync", () => () => {}).makeDispatcher()
  const scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: (fiber) => typeof yieldAfter === "number" ? fiber.currentOpCount >= yieldAfter : yieldAfter(),
    makeDispatcher: () => dispatcher
  }
  const flush = () => dispatcher.flush()
  const resultOf = <A, E>(fiber: Fiber.Fiber<A, E>): A => {
    flush()
    const exit = fiber.pollUnsafe()
    if (exit === undefined) throw new Error("the effect still waits")
    if (Exit.isFailure(exit)) throw exit.cause
    return exit.value
  }
  const scope = Scope.makeUnsafe()
  const layer = Layer.provideMerge(Layer.provide(TrackResolver.layer(options), context), TestClock.layer())
  const services = resultOf(Effect.runFork(Layer.buildWithScope(layer, scope), { scheduler }))
  const start = <A, E>(effect: Effect.Effect<A, E>) => Effect.runForkWith(services)(effect, { scheduler })
  const run = <A, E>(effect: Effect.Effect<A, E>) => resultOf(start(effect))
  return {
    resolver: Context.get(services, TrackResolver),
    start,
    flush,
    run,
    advance: (millis) => run(TestClock.adjust(millis)),
    close: () => run(Scope.close(scope, Exit.void))
  }
}

export const valueOf = <A, E>(fiber: Fiber.Fiber<A, E>): A => {
  const exit = fiber.pollUnsafe()
  if (exit?._tag !== "Success") throw new Error("the fiber has no value")
  return exit.value
}

/** The track id, or the reason why there is none. */
export const outcomeOf = (exit: Exit.Exit<string, ResolveError>): string => {
  if (exit._tag === "Success") return exit.value
  if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
  return Option.match(Cause.findErrorOption(exit.cause), { onNone: () => "died", onSome: ({ _tag }) => _tag })
}
