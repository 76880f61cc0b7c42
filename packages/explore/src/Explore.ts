/**
 * Runs an Effect program under many interleavings of its fibers, and reports the first schedule that fails: which fiber
 * ran when, shrunk to the fewest preemptions, with a token that replays it.
 *
 * The program does not change. A fiber may be preempted before any primitive of Effect; time is virtual; the
 * exploration is synchronous. The README describes what is controlled, what is not, and what a pass proves.
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Failure } from "./Failure.ts"
import { formatFailure, toJson } from "./Failure.ts"
import * as Arguments from "./internal/Arguments.ts"
import type { Run } from "./internal/ControlledRuntime.ts"
import * as ControlledRuntime from "./internal/ControlledRuntime.ts"
import * as Exploration from "./internal/Exploration.ts"
import { guard } from "./internal/HostGuard.ts"
import * as Judgement from "./internal/Judgement.ts"
import * as Path from "./internal/Path.ts"
import { FiberName } from "./internal/Preemption.ts"
import * as Settings from "./internal/Settings.ts"
import * as Timeline from "./internal/Timeline.ts"
import type { Options, OutcomesOptions, ReplayOptions } from "./Options.ts"
import type { Bound } from "./Search.ts"
import type { ExploreError, Passed, Progress, Verdict } from "./Verdict.ts"
import { errorOf } from "./Verdict.ts"

export type { Failure } from "./Failure.ts"
export type { Options, OutcomesOptions, ReplayOptions } from "./Options.ts"
export type { Bound, ChoicePoint, Path, Search } from "./Search.ts"
export { delayBounding, exhaustive, pct, portfolio, randomWalk } from "./Strategy.ts"
export type { Strategy } from "./Strategy.ts"
export type { Uncontrolled } from "./Uncontrolled.ts"
export { ExploreError, format } from "./Verdict.ts"
export type { Failed, Incomplete, Passed, Progress, Verdict } from "./Verdict.ts"

/**
 * Runs a program under many schedules, synchronously. The limit is a number of schedules, so the verdict does not depend
 * on the speed of the machine.
 *
 * @throws RangeError or TypeError if an option is invalid.
 *
 * @stability unstable
 * @category exploring
 * @since 0.1.0
 */
export const run = <A, E>(program: Effect.Effect<A, E>, options: Options<A, E> = {}): Verdict<A, E> => {
  const settings = Settings.ofRun(options)
  return guard(() => Exploration.run(program, settings))
}

/**
 * `run` as an effect, for any test runner. Fails if a schedule fails, or at the time limit.
 *
 * @stability unstable
 * @category exploring
 * @since 0.1.0
 */
export const check = <A, E>(
  program: Effect.Effect<A, E>,
  options?: Options<A, E>
): Effect.Effect<Passed, ExploreError> =>
  Effect.suspend(() => {
    const verdict = run(program, options)
    return verdict._tag === "Passed" ? Effect.succeed(verdict) : Effect.fail(errorOf(verdict))
  })

// --- Outcomes ---------------------------------------------------------------------------------------------------------

/**
 * One result that a program can have.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Outcome<out A = unknown, out E = unknown> {
  /** Undefined if the program does not end. */
  readonly exit: Exit.Exit<A, E> | undefined
  readonly failure: Failure<A, E> | undefined
  /** The number of distinct schedules with this outcome. */
  readonly schedules: number
  /** The path of the first of them. */
  readonly token: string
}

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Outcomes<out A = unknown, out E = unknown> extends Progress {
  /** In the order in which they were found. */
  readonly outcomes: ReadonlyArray<Outcome<A, E>>
  /** The set of schedules that was run completely. If it is not `All`, there may be more outcomes. */
  readonly exhausted: Bound | undefined
}

/**
 * The results that a program can have. Two results are the same if they are equal as JSON, or are the same failure.
 *
 * @stability unstable
 * @category exploring
 * @since 0.1.0
 */
export const outcomes = <A, E>(program: Effect.Effect<A, E>, options: OutcomesOptions = {}): Outcomes<A, E> => {
  const settings = Settings.ofOutcomes(options)
  return guard(() => {
    const search = settings.strategy.begin()
    const paths = new Set<number>()
    const found = new Map<string, Outcome<A, E>>()
    let schedules = 0
    while (schedules < settings.schedules && search.next()) {
      schedules++
      const run = ControlledRuntime.run(program, search, settings.rules)
      const hash = Path.hash(run.path.choices)
      if (paths.has(hash)) continue
      paths.add(hash)
      const outcome = outcomeOf(run, settings.rules.time)
      const key = keyOf(outcome)
      found.set(key, { ...(found.get(key) ?? outcome), schedules: (found.get(key)?.schedules ?? 0) + 1 })
    }
    return {
      outcomes: Array.from(found.values()),
      schedules,
      distinct: paths.size,
      exhausted: search.exhausted()
    }
  })
}

const outcomeOf = <A, E>(run: Run<A, E>, time: Path.Time): Outcome<A, E> => ({
  exit: run.exit,
  failure: Judgement.failureOf(run, Judgement.defaultCriteria),
  schedules: 1,
  token: Path.toToken(run.path.choices, time)
})

const keyOf = ({ exit, failure }: Outcome): string =>
  failure !== undefined || exit === undefined || Exit.isFailure(exit)
    ? keyOfFailure(failure!)
    : toJson(exit.value)

/** `formatFailure` shortens a long list of fibers. */
const keyOfFailure = (failure: Failure): string =>
  `${formatFailure(failure)} ${"fibers" in failure ? failure.fibers.join() : ""}`

// --- Replay -----------------------------------------------------------------------------------------------------------

/**
 * One schedule and its timeline.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Replay<out A = unknown, out E = unknown> {
  /** Undefined if the program does not end. */
  readonly exit: Exit.Exit<A, E> | undefined
  readonly failure: Failure<A, E> | undefined
  readonly timeline: string
  readonly steps: number
  /** Whether the token's path no longer exists because the program has changed. */
  readonly isStale: boolean
}

/**
 * Runs the schedule of a token, on any machine. It is synchronous, so a debugger stops in it.
 *
 * @stability unstable
 * @category exploring
 * @since 0.1.0
 */
export const replay = <A, E>(
  program: Effect.Effect<A, E>,
  token: string,
  options: ReplayOptions = {}
): Replay<A, E> => {
  const { choices, time } = Arguments.token("Explore.replay", "token", token)
  const rules = Settings.rulesOf("Explore.replay", options, time)
  return guard(() => {
    const { isStale, run, timeline } = Timeline.record(program, choices, rules)
    const failure = Judgement.failureOf(run, Judgement.defaultCriteria)
    return { exit: run.exit, failure, timeline, steps: run.steps, isStale }
  })
}

/**
 * Names the fibers that run an effect, in timelines and failures.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const named = (name: string) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(self, FiberName, name)
