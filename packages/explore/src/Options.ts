/**
 * The options of an exploration, and their defaults.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Exit from "effect/Exit"
import type { Strategy } from "./Strategy.ts"
import type { Progress } from "./Verdict.ts"

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ReplayOptions {
  /** A schedule with more steps counts as endless: it is stopped. An integer of at least 1. Default 20,000. */
  readonly maxSteps?: number | undefined
}

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface OutcomesOptions extends ReplayOptions {
  /** Default `portfolio()`; for `outcomes`, `delayBounding()`. */
  readonly strategy?: Strategy | undefined
  /** The highest number of schedules, regressions not counted. May be Infinity. Default 1,000. */
  readonly schedules?: number | undefined
  /**
   * When timers fire. `idle`: only if nothing else can run, so that computing takes no time. `race`: the next timer may
   * fire at any choice point, so that a timeout may fire before the result that it limits. `idle` does not find the bugs
   * of a deadline or an expiry that comes while something else can run: explore a program that has timers with both. In
   * both modes, timers that are due at the same time fire in any order, and a fiber that yields a hundred times in a row
   * lets the next timer fire. Default `idle`.
   */
  readonly time?: "idle" | "race" | undefined
}

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Options<A = unknown, E = unknown> extends OutcomesOptions {
  /** The condition on the exit. Default: the exit is a success. A thrown assertion always fails the schedule. */
  readonly satisfies?: ((exit: Exit.Exit<A, E>) => boolean) | undefined
  /** Whether fibers, timers and finalizers that are left when the program has ended are a failure. Default true. */
  readonly leaks?: boolean | undefined
  /** Tokens of schedules that failed in the past. They run first. */
  readonly regressions?: ReadonlyArray<string> | undefined
  /**
   * Real time after which the exploration begins no other schedule, and is `Incomplete`. `maxSteps` limits one schedule.
   * Default: none.
   */
  readonly timeLimit?: Duration.Input | undefined
  /** Called after every thousand schedules. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Stops the exploration after this number of distinct schedules. Default: no limit. */
  readonly distinct?: number | undefined
}
