/**
 * How to choose among the schedules that a program has. A strategy is a value; `begin` makes the search that carries it
 * out, and the same strategy on the same program searches the same way.
 *
 * @since 0.1.0
 */
import type { Path } from "./internal/Path.ts"
import * as Dice from "./internal/SeededRandom.ts"

/**
 * What a search has been through from end to end, with these inputs: the only pass that proves anything.
 *
 * - `All`: every schedule there is.
 * - `Preemptions`: every schedule that preempts a fiber that could have gone on at the most so many times.
 * - `Delays`: every schedule that strays from the stock runtime's order at the most so far, where to take the one that is
 *   third in line delays two.
 *
 * @category models
 * @since 0.1.0
 */
export type Bound =
  | { readonly _tag: "All" }
  | { readonly _tag: "Preemptions"; readonly atMost: number }
  | { readonly _tag: "Delays"; readonly atMost: number }

/**
 * A point where there is a choice.
 *
 * @category models
 * @since 0.1.0
 */
export interface Point {
  /** The stock runtime's choice first: the fiber that runs, if it can go on. */
  readonly candidates: ReadonlyArray<{ readonly id: number }>
  /** Whether the first candidate is a fiber that runs, so that any other choice preempts it. */
  readonly canGoOn: boolean
}

/**
 * A strategy under way.
 *
 * @category models
 * @since 0.1.0
 */
export interface Search {
  /** Another schedule begins. False when there is none left within the strategy's bound. */
  readonly next: () => boolean
  /** The index of a candidate. */
  readonly choose: (point: Point) => number
  /** The schedule has ended, and this is what was chosen in it. */
  readonly learn: (path: Path) => void
  /** The widest bound that is exhausted so far. */
  readonly exhausted: () => Bound | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface Strategy {
  readonly name: string
  readonly begin: () => Search
}

const defaultSeed = 1

// --- By chance --------------------------------------------------------------------------------------------------------

/**
 * At each point any candidate with the same probability; with `stay`, the running fiber goes on with that probability,
 * which finds what needs one fiber to be left behind for long. Proves nothing, and finds most things soonest.
 *
 * @category strategies
 * @since 0.1.0
 */
export const randomWalk = (
  options?: { readonly seed?: number | undefined; readonly stay?: number | undefined }
): Strategy => ({
  name: "random walk",
  begin: () => {
    const roll = Dice.make(options?.seed ?? defaultSeed)
    const stay = options?.stay ?? 0
    return {
      next: () => true,
      choose: ({ candidates, canGoOn }) => canGoOn && roll() < stay ? 0 : Math.floor(roll() * candidates.length),
      learn: () => {},
      exhausted: () => undefined
    }
  }
})

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): fibers have random
 * priorities and the highest runs; at `depth - 1` random points the highest falls below all others.
 *
 * A bug that shows when `depth` steps come in a certain order is found by each schedule with a probability of at least
 * `1 / (n * k ^ (depth - 1))`, for `n` fibers and `k` points of choice. No other random strategy has such a bound; in small
 * tests the random walk is still ahead of it more often than not.
 *
 * @category strategies
 * @since 0.1.0
 */
export const pct = (
  options?: { readonly depth?: number | undefined; readonly seed?: number | undefined }
): Strategy => ({
  name: "PCT",
  begin: () => {
    const roll = Dice.make(options?.seed ?? defaultSeed)
    const depth = options?.depth ?? 3
    /** The longest schedule so far; the first one, of which nothing is known, has no points where priorities change. */
    let longest = 0
    let points = 0
    let changes: ReadonlyArray<number> = []
    let priorities: Array<number | undefined> = []
    const priorityOf = ({ id }: { readonly id: number }) => priorities[id] ??= depth + roll()
    const highest = (candidates: Point["candidates"]) =>
      candidates.reduce((best, candidate, at) => priorityOf(candidate) > priorityOf(candidates[best]!) ? at : best, 0)
    return {
      next: () => {
        points = 0
        priorities = []
        changes = longest === 0
          ? []
          : Array.from({ length: depth - 1 }, () => 1 + Math.floor(roll() * longest))
        return true
      },
      choose: ({ candidates }) => {
        points++
        changes.forEach((change, rank) => {
          if (change === points) priorities[candidates[highest(candidates)]!.id] = depth - 1 - rank
        })
        return highest(candidates)
      },
      learn: ({ choices }) => {
        longest = Math.max(longest, choices.length)
      },
      exhausted: () => undefined
    }
  }
})

// --- From end to end --------------------------------------------------------------------------------------------------

type Price = (choice: number, canGoOn: boolean) => number

const delay: Price = (choice) => choice
const preemption: Price = (choice, canGoOn) => canGoOn && choice > 0 ? 1 : 0

/** Depth first through every schedule that costs at the most so much. */
const within = (budget: number, price: Price): Search & { readonly isAll: () => boolean } => {
  let prefix: ReadonlyArray<number> = []
  let arities: ReadonlyArray<number> = []
  let at = 0
  let isDone = false
  /** Whether the budget kept it from any schedule. */
  let isCut = false
  /** A program that goes another way on the same path cannot be exhausted. */
  let isSound = true
  return {
    next: () => {
      at = 0
      return !isDone
    },
    choose: ({ candidates }) => {
      const choice = prefix[at] ?? 0
      if (at < prefix.length && arities[at] !== candidates.length) isSound = false
      at++
      return Math.min(choice, candidates.length - 1)
    },
    learn: (path) => {
      const { canGoOn, choices } = path
      const spent = [0]
      choices.forEach((choice, at) => spent.push(spent[at]! + price(choice, canGoOn[at]!)))
      for (let last = choices.length - 1; last >= 0; last--) {
        const next = choices[last]! + 1
        if (next >= path.arities[last]!) continue
        if (spent[last]! + price(next, canGoOn[last]!) > budget) {
          isCut = true
          continue
        }
        prefix = [...choices.slice(0, last), next]
        arities = path.arities
        return
      }
      isDone = true
    },
    exhausted: () => isDone && isSound && !isCut ? { _tag: "All" } : undefined,
    isAll: () => isDone && isSound && !isCut
  }
}

/** With a budget of 0, then 1, then 2, and so on; ends with the last one, or when a greater one would add nothing. */
const widening = (
  atMost: number,
  price: Price,
  boundOf: (budget: number) => Bound
): Search => {
  let budget = 0
  let inner = within(budget, price)
  let exhausted: Bound | undefined
  return {
    next: () => {
      while (!inner.next()) {
        if (inner.isAll()) {
          exhausted = { _tag: "All" }
          return false
        }
        exhausted = boundOf(budget)
        if (budget >= atMost) return false
        inner = within(++budget, price)
      }
      return true
    },
    choose: (point) => inner.choose(point),
    learn: (path) => inner.learn(path),
    exhausted: () => inner.isAll() ? { _tag: "All" } : exhausted
  }
}

/**
 * Iterative delay bounding (Emmi, Qadeer, Rakamaric, POPL 2011): the stock runtime's order, then every schedule that
 * strays from it by one, then by two. Most bugs need one or two.
 *
 * @category strategies
 * @since 0.1.0
 */
export const delayBounding = (options?: { readonly atMost?: number | undefined }): Strategy => ({
  name: "delay bounding",
  begin: () => widening(options?.atMost ?? Infinity, delay, (atMost) => ({ _tag: "Delays", atMost }))
})

/**
 * Depth first, every schedule there is; or, by `preemptions`, first those without any, then with one (Musuvathi, Qadeer,
 * PLDI 2007), up to so many. It ends for small programs only: two fibers of three steps each have 923 schedules, and three
 * fibers of two steps each 110,251, for the runtime's own steps count as well.
 *
 * @category strategies
 * @since 0.1.0
 */
export const exhaustive = (options?: { readonly preemptions?: number | undefined }): Strategy => ({
  name: "exhaustive",
  begin: () => {
    const atMost = options?.preemptions
    return atMost === undefined
      ? within(Infinity, preemption)
      : widening(atMost, preemption, (atMost) => ({ _tag: "Preemptions", atMost }))
  }
})

// --- The mix ----------------------------------------------------------------------------------------------------------

/**
 * The default, since no strategy is the best for every bug: the stock order, then by turns a random walk, iterative delay
 * bounding, a random walk that prefers to stay, and PCT. Ends early, when delay bounding has been through everything.
 *
 * @category strategies
 * @since 0.1.0
 */
export const portfolio = (options?: { readonly seed?: number | undefined }): Strategy => ({
  name: "portfolio",
  begin: () => {
    const seed = options?.seed ?? defaultSeed
    const bounding = delayBounding().begin()
    const turns = [
      bounding,
      randomWalk({ seed }).begin(),
      randomWalk({ seed: seed + 1, stay: 0.9 }).begin(),
      pct({ seed: seed + 2 }).begin()
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
      learn: (path) => current().learn(path),
      exhausted: () => bounding.exhausted()
    }
  }
})

/** Takes this path, and past its end goes on as the stock runtime would. */
export const along = (choices: ReadonlyArray<number>): Search & { readonly isLost: () => boolean } => {
  let at = 0
  let isLost = false
  return {
    next: () => {
      at = 0
      return true
    },
    choose: ({ candidates }) => {
      const choice = choices[at++] ?? 0
      if (choice < candidates.length) return choice
      isLost = true
      return candidates.length - 1
    },
    learn: () => {},
    exhausted: () => undefined,
    /** Whether the path leads somewhere that no longer exists. */
    isLost: () => isLost || at < choices.length
  }
}
