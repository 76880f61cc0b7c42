/**
 * The result of an exploration.
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type { Failure } from "./Failure.ts"
import { causeOf, formatFailure } from "./Failure.ts"
import type { Bound } from "./Search.ts"
import type { Uncontrolled } from "./Uncontrolled.ts"
import { formatUncontrolled } from "./Uncontrolled.ts"

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** The number of schedules that have run. */
  readonly schedules: number
  /** The number of different paths among them. */
  readonly distinct: number
}

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Verdict<A = unknown, E = unknown> = Passed | Failed<A, E> | Incomplete

/**
 * No schedule failed.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Passed extends Progress {
  readonly _tag: "Passed"
  /** The set of schedules that was run completely. If undefined, the pass proves nothing. */
  readonly exhausted: Bound | undefined
  /** Operations outside of the exploration's control for which the program did not wait. */
  readonly uncontrolled: ReadonlyArray<Uncontrolled>
  /** Regressions whose path no longer exists because the program has changed. */
  readonly stale: ReadonlyArray<string>
}

/**
 * A schedule failed. It is shrunk: see `preemptions`, `delays`, `isMinimal`.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Failed<out A = unknown, out E = unknown> extends Progress {
  readonly _tag: "Failed"
  readonly failure: Failure<A, E>
  /** Identifies the path of the schedule: see `replay` and `regressions`. */
  readonly token: string
  readonly timeline: string
  /** How often a fiber that could have continued was preempted. */
  readonly preemptions: number
  /** The distance from the schedule of the stock runtime: the sum of the indices of the chosen candidates. */
  readonly delays: number
  /** Whether every schedule with fewer preemptions was run and none has this failure. */
  readonly isMinimal: boolean
  /** The number of schedules that were run to shrink the first failing one. */
  readonly shrinkAttempts: number
  /** False if the same path did not fail again: the program depends on something besides its path. */
  readonly isReproducible: boolean
}

/**
 * The time limit ended the exploration before a schedule failed. This is not a pass.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Incomplete extends Progress {
  readonly _tag: "Incomplete"
  readonly exhausted: Bound | undefined
}

/**
 * The error of `check`. Its message is the formatted verdict; its cause is the error or defect of the failing schedule.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class ExploreError extends Data.TaggedError("ExploreError")<{
  readonly verdict: Failed | Incomplete
  readonly cause?: unknown
}> {
  override get message(): string {
    return format(this.verdict)
  }
}

export const errorOf = (verdict: Failed | Incomplete): ExploreError => {
  const cause = verdict._tag === "Failed" ? causeOf(verdict.failure) : undefined
  return new ExploreError(cause === undefined ? { verdict } : { verdict, cause })
}

/**
 * Formats a verdict for people: one line for a pass, the failure with its timeline and token otherwise.
 *
 * @stability unstable
 * @category formatting
 * @since 0.1.0
 */
export const format = (verdict: Verdict): string => {
  const count = `${plural(verdict.schedules, "schedule")}, ${verdict.distinct} distinct`
  switch (verdict._tag) {
    case "Passed":
      return [
        verdict.exhausted === undefined ? `passed, which proves nothing: ${count}` : `passed: ${count}`,
        ...formatBound(verdict.exhausted, verdict.distinct),
        ...verdict.uncontrolled.map((operation) => `not controlled: ${formatUncontrolled(operation)}`),
        ...verdict.stale.map((token) => `stale: the path of ${token} no longer exists`)
      ].join("; ")
    case "Incomplete":
      return [`incomplete, the time limit ended it: ${count}`, ...formatBound(verdict.exhausted, verdict.distinct)]
        .join("; ")
    case "Failed":
      return formatFailed(verdict)
  }
}

const formatFailed = (verdict: Failed): string =>
  [
    formatFailure(verdict.failure),
    "",
    formatSchedule(verdict),
    "",
    verdict.timeline,
    "",
    `● runs  ◆ runs inside the step that woke it  ↷ another fiber's turn`,
    `Explore.replay(program, "${verdict.token}"), or regressions: ["${verdict.token}"]`
  ].join("\n")

const formatSchedule = (verdict: Failed): string => {
  const { delays, isMinimal, isReproducible, preemptions, schedules, shrinkAttempts } = verdict
  return isReproducible
    ? `schedule ${schedules}, shrunk in ${shrinkAttempts} more to ${plural(preemptions, "preemption")}`
      + ` and ${plural(delays, "delay")}${isMinimal ? " (with fewer preemptions it does not fail)" : ""}`
    : `schedule ${schedules}; the same path did not fail again: the program depends on something besides its path`
}

/** A program without a choice point has one schedule. The README lists what fixes the order of its fibers. */
const formatBound = (bound: Bound | undefined, distinct: number): ReadonlyArray<string> => {
  switch (bound?._tag) {
    case undefined:
      return []
    case "All":
      return [
        distinct === 1 ? "every schedule: there is one, because no step has more than one candidate" : "every schedule"
      ]
    case "Preemptions":
      return [`every schedule of at most ${plural(bound.atMost, "preemption")}`]
    case "Delays":
      return [`every schedule of at most ${plural(bound.atMost, "delay")}`]
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
