/**
 * Strategies choose among the schedules of a program. A strategy is a value, and it is deterministic: the same strategy
 * on the same program runs the same schedules.
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as Arguments from "./internal/Arguments.ts"
import { delayCost, preemptionCost, wideningBudget, withinBudget } from "./internal/ExhaustiveSearch.ts"
import * as RandomSearch from "./internal/RandomSearch.ts"
import type { Search } from "./Search.ts"

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Strategy {
  readonly name: string
  /** Makes the search of one exploration. */
  readonly begin: () => Search
}

const defaultSeed = 1
const defaultDepth = 3

/**
 * Chooses each candidate with the same probability. With `stay` (0 to 1, default 0), the running fiber continues with
 * that probability: this finds bugs in which one fiber has to wait for long. Never exhausts the schedules.
 *
 * @stability unstable
 * @category strategies
 * @since 0.1.0
 */
export const randomWalk = (
  options?: { readonly seed?: number | undefined; readonly stay?: number | undefined }
): Strategy => {
  const seed = Arguments.seed("Explore.randomWalk", options?.seed ?? defaultSeed)
  const stay = Arguments.probability("Explore.randomWalk", "stay", options?.stay ?? 0)
  return { name: "random walk", begin: () => RandomSearch.randomWalk(seed, stay) }
}

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): fibers have random
 * priorities and the highest runs; at `depth - 1` (default 2) random points the highest falls below all others.
 *
 * Each schedule finds a bug that needs `depth` steps in a certain order with a probability of at least
 * `1 / (n * k ^ (depth - 1))`, for `n` fibers and `k` choice points. The random walk has no such bound, but finds most
 * bugs of small programs sooner. Never exhausts the schedules.
 *
 * @stability unstable
 * @category strategies
 * @since 0.1.0
 */
export const pct = (
  options?: { readonly depth?: number | undefined; readonly seed?: number | undefined }
): Strategy => {
  const seed = Arguments.seed("Explore.pct", options?.seed ?? defaultSeed)
  const depth = Arguments.depth("Explore.pct", options?.depth ?? defaultDepth)
  return { name: "PCT", begin: () => RandomSearch.pct(seed, depth) }
}

/**
 * Iterative delay bounding (Emmi, Qadeer, Rakamaric, POPL 2011): the schedule of the stock runtime, then every schedule
 * with one delay, then with two, up to `atMost` (default Infinity). Most bugs need one or two delays.
 *
 * @stability unstable
 * @category strategies
 * @since 0.1.0
 */
export const delayBounding = (options?: { readonly atMost?: number | undefined }): Strategy => {
  const atMost = Arguments.limit("Explore.delayBounding", "atMost", options?.atMost ?? Infinity)
  return {
    name: "delay bounding",
    begin: () => wideningBudget(atMost, delayCost, (atMost) => ({ _tag: "Delays", atMost }))
  }
}

/**
 * Every schedule, depth first. With `preemptions`: every schedule without a preemption, then with one, and so on up to
 * that number (iterative context bounding, Musuvathi, Qadeer, PLDI 2007).
 *
 * The search ends for small programs only: two fibers of three steps each have 923 schedules, three fibers of two steps
 * each have 110,251, because the runtime's own steps count.
 *
 * @stability unstable
 * @category strategies
 * @since 0.1.0
 */
export const exhaustive = (options?: { readonly preemptions?: number | undefined }): Strategy => {
  const preemptions = options?.preemptions
  if (preemptions === undefined) return { name: "exhaustive", begin: () => withinBudget(Infinity, preemptionCost) }
  const atMost = Arguments.limit("Explore.exhaustive", "preemptions", preemptions)
  return {
    name: "exhaustive",
    begin: () => wideningBudget(atMost, preemptionCost, (atMost) => ({ _tag: "Preemptions", atMost }))
  }
}

/**
 * The default, because no strategy is the best for every bug. Alternates between four strategies: iterative delay
 * bounding (its first schedule is that of the stock runtime), a random walk, a random walk that stays with probability
 * 0.9, and PCT. Ends early when delay bounding has run every schedule.
 *
 * @stability unstable
 * @category strategies
 * @since 0.1.0
 */
export const portfolio = (options?: { readonly seed?: number | undefined }): Strategy => {
  const seed = Arguments.seed("Explore.portfolio", options?.seed ?? defaultSeed)
  return {
    name: "portfolio",
    begin: () => {
      const bounding = delayBounding().begin()
      const turns = [
        bounding,
        RandomSearch.randomWalk(seed, 0),
        RandomSearch.randomWalk(seed + 1, 0.9),
        RandomSearch.pct(seed + 2, defaultDepth)
      ]
      let turn = -1
      const current = () => turns[turn % turns.length]!
      return {
        next: () => {
          if (bounding.exhausted()?._tag === "All") return false
          turn++
          return current().next()
        },
        choose: (point) => current().choose(point),
        finish: (path) => current().finish(path),
        exhausted: () => bounding.exhausted()
      }
    }
  }
}
