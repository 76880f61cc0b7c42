/**
 * Makes a failing schedule as plain as it can be: fewest preemptions first, then nearest to the stock order, then
 * shortest.
 *
 * First it takes choices back, many at a time and then one by one (delta debugging); that is quick, and stops at
 * schedules from which no single change leads on. Then it searches below what it has, from the plainest schedule up,
 * which either finds the plainest there is or, if it gets through, shows that there is none plainer.
 */
import type { Bound, Search } from "../Strategy.ts"
import { along, delayBounding, exhaustive } from "../Strategy.ts"
import type { Run } from "./Machine.ts"
import * as Path from "./Path.ts"

export interface Shrunk<A, E> {
  readonly choices: ReadonlyArray<number>
  readonly run: Run<A, E>
  /** How many schedules it took. */
  readonly attempts: number
  /** Whether no schedule with fewer preemptions has the fault. */
  readonly isFewest: boolean
}

/** Of choices, and of each search below; fewer, where a schedule is long. */
const mostAttempts = 3_000
const mostSteps = 3_000_000

type Cost = readonly [preemptions: number, delays: number, length: number]

const costOf = (path: Path.Path): Cost => {
  const choices = Path.trim(path.choices)
  return [Path.preemptions(path), Path.delays(choices), choices.length]
}

const isLess = (a: Cost, b: Cost): boolean => {
  const at = a.findIndex((part, at) => part !== b[at])
  return at >= 0 && a[at]! < b[at]!
}

/** `attempt` runs one schedule, and gives it back if it has the fault. */
export const shrink = <A, E>(
  found: Run<A, E>,
  attempt: (search: Search) => Run<A, E> | undefined
): Shrunk<A, E> => {
  const maxAttempts = Math.min(mostAttempts, Math.ceil(mostSteps / found.steps))
  let best = found
  let cost = costOf(found.path)
  let choices = Path.trim(found.path.choices)
  let attempts = 0

  const keep = (run: Run<A, E> | undefined): boolean => {
    if (run === undefined || !isLess(costOf(run.path), cost)) return false
    best = run
    cost = costOf(run.path)
    choices = Path.trim(run.path.choices)
    return true
  }

  const trial = (candidate: ReadonlyArray<number>): boolean => {
    const isSame = candidate.length === choices.length && candidate.every((choice, at) => choice === choices[at])
    if (isSame || attempts >= maxAttempts) return false
    attempts++
    return keep(attempt(along(candidate)))
  }

  /** Applies a change to one stretch of the choices after the other, with ever shorter stretches. */
  const sweep = (change: (start: number, length: number) => ReadonlyArray<number>): boolean => {
    let isBetter = false
    for (let length = Math.max(1, choices.length >> 1); length >= 1; length >>= 1) {
      for (let start = 0; start < choices.length; start += length) {
        while (start < choices.length && trial(change(start, length))) isBetter = true
      }
    }
    return isBetter
  }

  const removed = (start: number, length: number) => [...choices.slice(0, start), ...choices.slice(start + length)]
  const takenBack = (start: number, length: number) =>
    choices.map((choice, at) => at >= start && at < start + length ? 0 : choice)
  const lowered = (start: number, length: number) =>
    choices.map((choice, at) => at >= start && at < start + length ? Math.max(0, choice - 1) : choice)

  const changes = [takenBack, removed, lowered]
  while (changes.map(sweep).includes(true)) continue

  /** From the plainest up. True if it has been through all that is plainer. */
  const below = (search: Search, isThrough: (bound: Bound | undefined) => boolean): boolean => {
    for (let tries = 0; search.next(); tries++) {
      if (tries >= maxAttempts) return false
      attempts++
      if (keep(attempt(search))) return isThrough(search.exhausted())
    }
    return isThrough(search.exhausted())
  }

  below(delayBounding({ atMost: Path.delays(choices) - 1 }).begin(), () => false)
  const fewer = cost[0] - 1
  const isFewest = fewer < 0 || below(
    exhaustive({ preemptions: fewer }).begin(),
    // What it found has as many as the level it is at; it has been through the levels below.
    (bound) => bound !== undefined && (bound._tag !== "Preemptions" || bound.atMost >= cost[0] - 1)
  )
  return { choices, run: best, attempts, isFewest: isFewest || cost[0] === 0 }
}
