/**
 * Searches that run every schedule within a budget, depth first. The budget limits the sum of the costs of all choices.
 */
import type { Bound, Path, Search } from "../Search.ts"

/** The cost of one choice. */
export type Cost = (choice: number, canContinue: boolean) => number

export const delayCost: Cost = (choice) => choice
export const preemptionCost: Cost = (choice, canContinue) => canContinue && choice > 0 ? 1 : 0

interface Branch {
  /** The choices with which the next schedule begins. After them it chooses candidate 0. */
  readonly prefix: ReadonlyArray<number>
  /** Whether the budget excluded a schedule on the way to this branch. */
  readonly isCut: boolean
}

/** The next path in depth-first order: the last choice that can be increased within the budget. */
const nextBranch = ({ canContinue, candidateCounts, choices }: Path, budget: number, cost: Cost): Branch => {
  const spent = [0]
  choices.forEach((choice, index) => spent.push(spent[index]! + cost(choice, canContinue[index]!)))
  let isCut = false
  for (let last = choices.length - 1; last >= 0; last--) {
    const next = choices[last]! + 1
    if (next >= candidateCounts[last]!) continue
    if (spent[last]! + cost(next, canContinue[last]!) <= budget) {
      return { prefix: [...choices.slice(0, last), next], isCut }
    }
    isCut = true
  }
  return { prefix: [], isCut }
}

export interface BudgetSearch extends Search {
  /** False if the program behaved differently on the same path. Such a program cannot be exhausted. */
  readonly isDeterministic: () => boolean
}

/** Runs each schedule that costs at most `budget` once. */
export const withinBudget = (budget: number, cost: Cost): BudgetSearch => {
  let prefix: ReadonlyArray<number> = []
  /** The candidate counts of the last schedule, which has the choices of `prefix` except for the last one. */
  let expectedCounts: ReadonlyArray<number> = []
  let position = 0
  let isDone = false
  let isCut = false
  let isDeterministic = true
  return {
    next: () => {
      position = 0
      return !isDone
    },
    choose: ({ candidates }) => {
      const choice = prefix[position] ?? 0
      if (position < prefix.length && expectedCounts[position] !== candidates.length) isDeterministic = false
      position++
      return Math.min(choice, candidates.length - 1)
    },
    finish: (path) => {
      if (path.choices.length < prefix.length) isDeterministic = false
      const branch = nextBranch(path, budget, cost)
      prefix = branch.prefix
      expectedCounts = path.candidateCounts
      isCut ||= branch.isCut
      isDone = prefix.length === 0
    },
    exhausted: () => isDone && isDeterministic && !isCut ? { _tag: "All" } : undefined,
    isDeterministic: () => isDeterministic
  }
}

/** Budget 0, then 1, and so on. Ends after `atMost`, or when a greater budget would add no schedule. */
export const wideningBudget = (atMost: number, cost: Cost, boundOf: (budget: number) => Bound): Search => {
  let budget = 0
  let current = withinBudget(budget, cost)
  let exhausted: Bound | undefined
  return {
    next: () => {
      while (!current.next()) {
        exhausted = current.exhausted() ?? (current.isDeterministic() ? boundOf(budget) : undefined)
        if (exhausted?._tag === "All" || budget >= atMost) return false
        current = withinBudget(++budget, cost)
      }
      return true
    },
    choose: (point) => current.choose(point),
    finish: (path) => current.finish(path),
    exhausted: () => current.exhausted() ?? exhausted
  }
}
