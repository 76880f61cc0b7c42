/**
 * Simplifies a failing schedule: to the fewest preemptions, then the fewest delays, then the shortest path.
 *
 * First, delta debugging: it resets, removes or decrements stretches of choices, long stretches first. This is fast, but
 * ends at a schedule that no single change simplifies. Then it runs all schedules that are simpler, from the simplest on,
 * which finds the simplest failing schedule, or shows that there is none with fewer preemptions.
 */
import type { Bound, Path, Search } from "../Search.ts"
import type { Run } from "./ControlledRuntime.ts"
import { delayCost, preemptionCost, wideningBudget } from "./ExhaustiveSearch.ts"
import * as Paths from "./Path.ts"
import { replayPath } from "./ReplayPath.ts"

export interface Shrunk<A, E> {
  readonly choices: ReadonlyArray<number>
  readonly run: Run<A, E>
  /** The number of schedules that were run. */
  readonly attempts: number
  /** Whether every schedule with fewer preemptions was run and none has the failure. */
  readonly isMinimal: boolean
}

/** Runs one schedule, and returns it if it has the failure. */
export type Rerun<A, E> = (search: Search) => Run<A, E> | undefined

/** The limit of attempts for the delta debugging, and for each search after it. */
const mostAttempts = 3_000
/** The limit of steps: long schedules have fewer attempts. */
const mostSteps = 3_000_000

type Complexity = readonly [preemptions: number, delays: number, length: number]

const complexityOf = (path: Path): Complexity => {
  const choices = Paths.trim(path.choices)
  return [Paths.preemptions(path), Paths.delays(choices), choices.length]
}

const isSimpler = (a: Complexity, b: Complexity): boolean => {
  const index = a.findIndex((part, index) => part !== b[index])
  return index >= 0 && a[index]! < b[index]!
}

interface State<A, E> {
  readonly rerun: Rerun<A, E>
  readonly maxAttempts: number
  /** The simplest failing schedule so far, its complexity and its choices. */
  best: Run<A, E>
  complexity: Complexity
  choices: ReadonlyArray<number>
  attempts: number
}

const keepIfSimpler = <A, E>(state: State<A, E>, run: Run<A, E> | undefined): boolean => {
  if (run === undefined || !isSimpler(complexityOf(run.path), state.complexity)) return false
  state.best = run
  state.complexity = complexityOf(run.path)
  state.choices = Paths.trim(run.path.choices)
  return true
}

// --- Delta debugging --------------------------------------------------------------------------------------------------

type Choices = ReadonlyArray<number>
type Edit = (choices: Choices, start: number, length: number) => Choices

const isIn = (index: number, start: number, length: number): boolean => index >= start && index < start + length

const reset: Edit = (choices, start, length) => choices.map((choice, index) => isIn(index, start, length) ? 0 : choice)
const remove: Edit = (choices, start, length) => [...choices.slice(0, start), ...choices.slice(start + length)]
const decrement: Edit = (choices, start, length) =>
  choices.map((choice, index) => isIn(index, start, length) ? Math.max(0, choice - 1) : choice)

const edits: ReadonlyArray<Edit> = [reset, remove, decrement]

const tryChoices = <A, E>(state: State<A, E>, candidate: Choices): boolean => {
  const { choices } = state
  const isSame = candidate.length === choices.length && candidate.every((choice, index) => choice === choices[index])
  if (isSame || state.attempts >= state.maxAttempts) return false
  state.attempts++
  return keepIfSimpler(state, state.rerun(replayPath(candidate)))
}

/** Applies an edit to one stretch after the other, with ever shorter stretches. Returns whether any was simpler. */
const applyToStretches = <A, E>(state: State<A, E>, edit: Edit): boolean => {
  let isBetter = false
  for (let length = Math.max(1, state.choices.length >> 1); length >= 1; length >>= 1) {
    for (let start = 0; start < state.choices.length; start += length) {
      // An edit copies the choices, of which an endless schedule has thousands.
      if (state.attempts >= state.maxAttempts) return isBetter
      while (start < state.choices.length && tryChoices(state, edit(state.choices, start, length))) isBetter = true
    }
  }
  return isBetter
}

// --- Search from the simplest schedule on -----------------------------------------------------------------------------

/**
 * Stops at the first simpler failing schedule. Returns false if the attempts ran out before that and before the end.
 */
const searchFromSimplest = <A, E>(state: State<A, E>, search: Search): boolean => {
  for (let attempt = 0; search.next(); attempt++) {
    if (attempt >= state.maxAttempts) return false
    state.attempts++
    if (keepIfSimpler(state, state.rerun(search))) return true
  }
  return true
}

const searchFewerDelays = <A, E>(state: State<A, E>): void => {
  const atMost = Math.max(0, Paths.delays(state.choices) - 1)
  searchFromSimplest(state, wideningBudget(atMost, delayCost, (atMost) => ({ _tag: "Delays", atMost })))
}

/** Whether every schedule with fewer preemptions than the best one has been run. */
const searchFewerPreemptions = <A, E>(state: State<A, E>): boolean => {
  const atMost = state.complexity[0] - 1
  if (atMost < 0) return true
  const search = wideningBudget(atMost, preemptionCost, (atMost) => ({ _tag: "Preemptions", atMost }))
  const isDone = searchFromSimplest(state, search)
  // If the search found a simpler schedule, that one may have fewer preemptions, so the best one is read again.
  return isDone && coversPreemptions(search.exhausted(), state.complexity[0] - 1)
}

const coversPreemptions = (bound: Bound | undefined, preemptions: number): boolean =>
  preemptions < 0 || (bound !== undefined && (bound._tag !== "Preemptions" || bound.atMost >= preemptions))

export const shrink = <A, E>(found: Run<A, E>, rerun: Rerun<A, E>): Shrunk<A, E> => {
  const state: State<A, E> = {
    rerun,
    maxAttempts: Math.min(mostAttempts, Math.ceil(mostSteps / found.steps)),
    best: found,
    complexity: complexityOf(found.path),
    choices: Paths.trim(found.path.choices),
    attempts: 0
  }
  while (edits.map((edit) => applyToStretches(state, edit)).includes(true)) continue
  searchFewerDelays(state)
  const isMinimal = searchFewerPreemptions(state)
  return { choices: state.choices, run: state.best, attempts: state.attempts, isMinimal }
}
