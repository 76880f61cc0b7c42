/**
 * Runs one schedule of a program from its beginning to its end, synchronously and on a virtual clock. At each choice
 * point a search chooses. This module knows no strategy, and does not decide whether the schedule fails.
 *
 * It uses public parts of Effect only: a `Scheduler`, which receives each fork, yield and wake-up; `Tracer.context`, which
 * receives each primitive before it is evaluated; and a `Clock`. Choice 0 is always what the stock runtime would do.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import type { Path, Search } from "../Search.ts"
import * as Fairness from "./Fairness.ts"
import * as HostGuard from "./HostGuard.ts"
import type { Lane } from "./Lane.ts"
import * as Lanes from "./Lane.ts"
import { onPrimitive, onSchedule } from "./Preemption.ts"
import type { AnyFiber, Primitive } from "./Primitive.ts"
import type { Task } from "./ReadyQueue.ts"
import * as ReadyQueue from "./ReadyQueue.ts"
import type { Observer, Rules, RunState, UncontrolledOperation } from "./RunState.ts"
import * as RunStates from "./RunState.ts"
import * as SeededRandom from "./SeededRandom.ts"
import type { Timer } from "./VirtualClock.ts"
import * as VirtualClock from "./VirtualClock.ts"

/** What one schedule did. */
export interface Run<A, E> {
  /** Undefined if the program waits for ever or has too many steps. */
  readonly exit: Exit.Exit<A, E> | undefined
  readonly isEndless: boolean
  readonly path: Path
  readonly steps: number
  /** In milliseconds since the beginning of the schedule. */
  readonly now: number
  readonly lanes: ReadonlyArray<Lane>
  /** The fibers that have not ended. */
  readonly unfinished: ReadonlyArray<Lane>
  /** The fibers that have a timer. */
  readonly sleeping: ReadonlyArray<Lane>
  /** The number of finalizers in scopes that were never closed. */
  readonly finalizers: number
  readonly uncontrolled: ReadonlyArray<UncontrolledOperation>
}

export const run = <A, E>(
  program: Effect.Effect<A, E>,
  search: Search,
  rules: Rules,
  observer?: Observer
): Run<A, E> => {
  const state = RunStates.make(search, rules, observer)
  HostGuard.watch({
    owns: (fiber) => state.lanes.byFiber.has(fiber),
    report: (tag, resource) => RunStates.reportUncontrolled(state, tag, resource)
  })
  const main = Lanes.add(state.lanes)
  main.name = "main"
  state.lanes.dispatched = main
  const fiber = Effect.runForkWith(servicesOf(state))(program)
  runUntil(state, () => fiber.pollUnsafe() !== undefined)
  const exit = fiber.pollUnsafe()
  const isEndless = exit === undefined && state.isClosed
  state.hasEnded = true
  // Fibers that the program has left behind may still end by themselves.
  if (exit !== undefined) runUntil(state, () => false)
  state.isClosed = true
  HostGuard.watch(undefined)
  search.finish(state.path)

  const { clock, lanes: { lanes }, path, scopes, steps, uncontrolled } = state
  return {
    exit,
    isEndless,
    path,
    steps,
    now: clock.now,
    lanes,
    unfinished: lanes.filter(({ fiber }) => fiber !== undefined && fiber.pollUnsafe() === undefined),
    sleeping: clock.timers.map(({ lane }) => lane),
    finalizers: Array.from(scopes, finalizersOf).reduce((sum, count) => sum + count, 0),
    uncontrolled
  }
}

const finalizersOf = ({ state }: Scope.Scope): number =>
  state._tag !== "Open" ? 0 : state.finalizers?.size ?? (state.finalizer === undefined ? 0 : 1)

// --- The services of the program --------------------------------------------------------------------------------------

const servicesOf = (state: RunState) => {
  const context = <X>(primitive: Tracer.EffectPrimitive<X>, fiber: AnyFiber): X =>
    onPrimitive(state, primitive as unknown as Primitive, fiber) as X
  return Context.make(Scheduler.Scheduler, schedulerOf(state, context)).pipe(
    Context.add(Clock.Clock, VirtualClock.service(state.clock, (fiber) => Lanes.ofFiber(state.lanes, fiber))),
    Context.add(Random.Random, randomService()),
    Context.add(Tracer.Tracer, Tracer.make({ span: (options) => new Tracer.NativeSpan(options), context }))
  )
}

const schedulerOf = (state: RunState, tracerContext: Tracer.Tracer["context"]): Scheduler.Scheduler => ({
  executionMode: "sync",
  shouldYield: (fiber) => {
    if (fiber.cache.tracerContext === tracerContext) {
      // The stock runtime ends the turn of a fiber that has evaluated so many primitives without a yield.
      const isTurnOver = fiber.currentOpCount >= fiber.cache.maxOpsBeforeYield
      if (isTurnOver) Fairness.endTurn(Lanes.ofFiber(state.lanes, fiber), state.steps)
      return isTurnOver
    }
    // Under another tracer, `onPrimitive` is not called: the fiber cannot be preempted, and its steps are counted here.
    RunStates.reportUncontrolled(state, "Tracer")
    state.steps++
    return RunStates.isOver(state)
  },
  makeDispatcher: () => {
    const dispatcher = ReadyQueue.makeDispatcher()
    return { scheduleTask: (run, priority) => onSchedule(state, dispatcher, run, priority), flush: () => {} }
  }
})

/** Returns the same numbers in each schedule. */
const randomService = (): Context.Service.Shape<typeof Random.Random> => {
  const next = SeededRandom.make(0)
  return {
    nextIntUnsafe: () => Math.floor((next() * 2 - 1) * Number.MAX_SAFE_INTEGER),
    nextDoubleUnsafe: next
  }
}

// --- The loop ---------------------------------------------------------------------------------------------------------

const runUntil = (state: RunState, isDone: () => boolean): void => {
  while (!state.isClosed && !isDone()) {
    const next = takeNext(state)
    if (next === undefined || RunStates.isOver(state)) return
    const { steps } = state
    dispatch(state, next)
    // A task counts, also if its fiber made no step that is counted: no loop of tasks is endless.
    if (state.steps === steps) state.steps++
  }
}

/** Undefined if nothing can run and no timer is set. */
const takeNext = (state: RunState): Task | Timer | undefined => {
  const { candidates, preemptor, queue } = state
  state.preemptor = undefined
  if (preemptor !== undefined) return preemptor
  ReadyQueue.dropCancelled(queue)
  RunStates.listCandidates(state, undefined)
  if (candidates.length > 0) return RunStates.takeCandidate(state, RunStates.choose(state, false))
  if (queue.remaining !== 0) throw new Error(`effect-explore has lost ${queue.remaining} tasks: please report this bug`)
  return undefined
}

const dispatch = (state: RunState, next: Task | Timer): void => {
  state.stack.length = 0
  state.lanes.dispatched = undefined
  state.resuming = undefined
  state.dispatched = next.lane
  if ("fire" in next) {
    RunStates.pause(state, next.lane)
    state.timerFiredAt = state.steps
    return VirtualClock.fire(state.clock, next)
  }
  if (next.isCancelled) return
  state.queue.remaining--
  if (next.yielded === undefined) state.lanes.dispatched = next.lane
  else {
    state.yieldTasks.delete(next.yielded)
    if (next.isForced) state.resuming = next.yielded
  }
  next.run()
}
