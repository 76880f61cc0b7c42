/**
 * The state of one schedule while it runs, and its choice points.
 */
import type * as Context from "effect/Context"
import type * as Scope from "effect/Scope"
import type { Path, Search } from "../Search.ts"
import type { Uncontrolled } from "../Uncontrolled.ts"
import * as Fairness from "./Fairness.ts"
import type { Lane } from "./Lane.ts"
import * as Lanes from "./Lane.ts"
import * as Paths from "./Path.ts"
import type { AnyFiber, Primitive } from "./Primitive.ts"
import type { Task } from "./ReadyQueue.ts"
import * as ReadyQueue from "./ReadyQueue.ts"
import type { Timer } from "./VirtualClock.ts"
import * as VirtualClock from "./VirtualClock.ts"

export interface Rules {
  /** `idle`: timers fire only if nothing else can run. `race`: the next timer may fire at any choice point. */
  readonly time: Paths.Time
  /** After this number of steps a schedule counts as endless. */
  readonly maxSteps: number
}

/** One primitive of one fiber. */
export interface Step {
  readonly lane: Lane
  readonly primitive: Primitive
  /** In milliseconds since the beginning of the schedule. */
  readonly now: number
  /** Whether the fiber runs on the JavaScript stack of the fiber that woke it. */
  readonly isNested: boolean
}

/** Receives each step before it is evaluated. */
export type Observer = (step: Step, fiber: AnyFiber) => void

export interface UncontrolledOperation {
  readonly tag: Uncontrolled["_tag"]
  readonly lane: Lane
  readonly resource: string | undefined
}

export interface RunState {
  readonly search: Search
  readonly rules: Rules
  readonly observer: Observer | undefined
  readonly path: Path
  readonly lanes: Lanes.LaneTable
  readonly queue: ReadyQueue.ReadyQueue
  readonly clock: VirtualClock.VirtualClock
  readonly uncontrolled: Array<UncontrolledOperation>
  /** Every scope that a fiber had in its context. */
  readonly scopes: Set<Scope.Scope>
  /** The context of the last step: its scope is already in `scopes`. */
  context: Context.Context<never> | undefined
  /** The candidates of the current choice point. */
  readonly candidates: Array<Lane>
  /** The running fibers on the JavaScript stack, the innermost last. */
  readonly stack: Array<AnyFiber>
  /** For each fiber that has yielded, the task with which it continues. */
  readonly yieldTasks: Map<AnyFiber, Task>
  /** The fiber whose yield is being evaluated. */
  yielding: AnyFiber | undefined
  /** Whether that yield is a preemption by the exploration. */
  isForcing: boolean
  /** The preempted fiber that is about to continue: its next primitive has had its choice point. */
  resuming: AnyFiber | undefined
  /** The candidate that preempted the running fiber. It runs once that fiber has left the stack. */
  preemptor: Task | Timer | undefined
  /** The lane of the task or timer that was dispatched, until its fiber runs. */
  dispatched: Lane | undefined
  /** Whether a fiber has paused so often that it may have to be held back. */
  isPolling: boolean
  /** The step at which the last timer fired. */
  timerFiredAt: number
  steps: number
  /** Whether the program has ended. The remaining tasks run without choices. */
  hasEnded: boolean
  /** Whether every fiber is stopped: the schedule is over or has too many steps. */
  isClosed: boolean
}

export const make = (search: Search, rules: Rules, observer: Observer | undefined): RunState => ({
  search,
  rules,
  observer,
  path: Paths.empty(),
  lanes: Lanes.makeTable(),
  queue: ReadyQueue.make(),
  clock: VirtualClock.make(),
  uncontrolled: [],
  scopes: new Set(),
  context: undefined,
  candidates: [],
  stack: [],
  yieldTasks: new Map(),
  yielding: undefined,
  isForcing: false,
  resuming: undefined,
  preemptor: undefined,
  dispatched: undefined,
  isPolling: false,
  timerFiredAt: 0,
  steps: 0,
  hasEnded: false,
  isClosed: false
})

export const reportUncontrolled = (state: RunState, tag: Uncontrolled["_tag"], resource?: string): void => {
  const { lanes, stack, uncontrolled } = state
  const fiber = stack.at(-1)
  const lane = fiber === undefined ? lanes.lanes[0]! : Lanes.ofFiber(lanes, fiber)
  const isKnown = (known: UncontrolledOperation) =>
    known.tag === tag && known.lane === lane && known.resource === resource
  if (!uncontrolled.some(isKnown)) uncontrolled.push({ tag, lane, resource })
}

/** Closes the schedule at the limit of steps. Asked before each step and before each task. */
export const isOver = (state: RunState): boolean => {
  if (state.steps >= state.rules.maxSteps) state.isClosed = true
  return state.isClosed
}

// --- Choice points ----------------------------------------------------------------------------------------------------

/** In this order: the running fiber, the first task of each dispatcher, the timers that are due next. */
export const listCandidates = (state: RunState, running: Lane | undefined): void => {
  const { candidates, clock, hasEnded, queue, rules } = state
  candidates.length = 0
  if (running !== undefined) candidates.push(running)
  ReadyQueue.listHeads(queue, candidates)
  if (hasEnded) return
  const oldest = state.isPolling ? holdBack(state, running) : Infinity
  if (rules.time === "race" || candidates.length === 0) {
    VirtualClock.listNext(clock, candidates, (lane) => Fairness.awaitsTurn(lane, oldest))
  }
}

/** Removes the fibers that have to wait for others. Returns since when the oldest of the candidates is ready. */
const holdBack = ({ candidates, clock, queue, timerFiredAt }: RunState, running: Lane | undefined): number => {
  const mayAwaitTime = clock.timers.length > 0
  ReadyQueue.retainHeads(
    queue,
    candidates,
    (lane) => !mayAwaitTime || !Fairness.awaitsTime(lane, timerFiredAt),
    running
  )
  const oldest = candidates.reduce((least, { readySince }) => Math.min(least, readySince), Infinity)
  ReadyQueue.retainHeads(queue, candidates, (lane) => !Fairness.awaitsTurn(lane, oldest), running)
  return oldest
}

/** Called when a fiber yields of its own accord, and when its timer fires. */
export const pause = (state: RunState, lane: Lane): void => {
  if (Fairness.pause(lane, state.steps)) state.isPolling = true
}

/** Returns the index of a candidate. Asks the search and records the choice if there is more than one candidate. */
export const choose = ({ candidates, hasEnded, path, search }: RunState, canContinue: boolean): number => {
  if (candidates.length === 1 || hasEnded) return 0
  const choice = search.choose({ candidates, canContinue })
  path.choices.push(choice)
  path.candidateCounts.push(candidates.length)
  path.canContinue.push(canContinue)
  return choice
}

/** Removes a candidate of the last listing from the queue or the clock. The index does not count the running fiber. */
export const takeCandidate = ({ clock, queue }: RunState, index: number): Task | Timer => {
  const head = queue.heads[index]
  return head === undefined ? VirtualClock.take(clock, index - queue.heads.length) : ReadyQueue.take(queue, head)
}
