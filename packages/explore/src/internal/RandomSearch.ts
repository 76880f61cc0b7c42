/**
 * Searches that choose at random, from a seed. They never exhaust the schedules.
 */
import type { ChoicePoint, Search } from "../Search.ts"
import * as SeededRandom from "./SeededRandom.ts"

/** With probability `stay` the running fiber continues; otherwise each candidate is equally likely. */
export const randomWalk = (seed: number, stay: number): Search => {
  const random = SeededRandom.make(seed)
  return {
    next: () => true,
    choose: ({ candidates, canContinue }) =>
      canContinue && random() < stay ? 0 : Math.floor(random() * candidates.length),
    finish: () => {},
    exhausted: () => undefined
  }
}

/**
 * The candidate with the highest priority runs. At `depth - 1` random points of each schedule, the priority of the
 * highest candidate falls below all others.
 */
export const pct = (seed: number, depth: number): Search => {
  const random = SeededRandom.make(seed)
  /** The length of the longest path so far. The first schedule has no points where priorities change. */
  let longest = 0
  let point = 0
  let changePoints: ReadonlyArray<number> = []
  let priorities: Array<number | undefined> = []

  const priorityOf = ({ id }: { readonly id: number }) => priorities[id] ??= depth + random()
  const highest = (candidates: ChoicePoint["candidates"]) =>
    candidates.reduce(
      (best, candidate, index) => priorityOf(candidate) > priorityOf(candidates[best]!) ? index : best,
      0
    )

  return {
    next: () => {
      point = 0
      priorities = []
      changePoints = longest === 0
        ? []
        : Array.from({ length: depth - 1 }, () => 1 + Math.floor(random() * longest))
      return true
    },
    choose: ({ candidates }) => {
      point++
      changePoints.forEach((changePoint, rank) => {
        if (changePoint === point) priorities[candidates[highest(candidates)]!.id] = depth - 1 - rank
      })
      return highest(candidates)
    },
    finish: ({ choices }) => {
      longest = Math.max(longest, choices.length)
    },
    exhausted: () => undefined
  }
}
