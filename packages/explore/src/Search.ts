/**
 * The interface between a strategy and the runtime: at each point with more than one candidate, the runtime asks the
 * search for an index.
 *
 * @stability unstable
 * @since 0.1.0
 */

/**
 * The set of schedules that a search has run completely. A pass is a proof for this set only.
 *
 * - `All`: every schedule that is fair to a fiber that waits by yielding or sleeping again and again: see the README.
 * - `Preemptions`: every schedule with at most this number of preemptions.
 * - `Delays`: every schedule with at most this number of delays. To choose candidate `n` (counted from 0) costs `n` delays.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Bound =
  | { readonly _tag: "All" }
  | { readonly _tag: "Preemptions"; readonly atMost: number }
  | { readonly _tag: "Delays"; readonly atMost: number }

/**
 * A point with more than one candidate for the next step.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface ChoicePoint {
  /**
   * Candidate 0 is the choice of the stock runtime: the running fiber, if it can continue. An `id` is the same for the
   * same program on the same path.
   */
  readonly candidates: ReadonlyArray<{ readonly id: number }>
  /** Whether candidate 0 is the running fiber. If so, every other choice preempts it. */
  readonly canContinue: boolean
}

/**
 * The choices of one schedule, one entry for each choice point. The three arrays have equal length.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Path {
  /** The index of the chosen candidate. */
  readonly choices: Array<number>
  /** The number of candidates. */
  readonly candidateCounts: Array<number>
  /** Whether candidate 0 was the running fiber. */
  readonly canContinue: Array<boolean>
}

/**
 * The state of a strategy during one exploration. The runtime calls `next`, then `choose` for each choice point of the
 * schedule, then `finish`.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Search {
  /** Begins the next schedule. Returns false if no schedule is left within the strategy's bound. */
  readonly next: () => boolean
  /** Returns the index of a candidate. */
  readonly choose: (point: ChoicePoint) => number
  /** Receives the path of the schedule that has ended. */
  readonly finish: (path: Path) => void
  /** The widest bound that is exhausted so far. */
  readonly exhausted: () => Bound | undefined
}
