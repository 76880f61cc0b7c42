/**
 * Runs a concurrent program under many schedules, and reports the first that fails: which fiber ran when, shrunk to the
 * fewest preemptions, with a token that takes exactly that path again.
 *
 * The program needs no change. Between any two primitives of Effect a fiber may be preempted, as the stock runtime may do
 * when a fiber has used up its turn; time is virtual; nothing waits for anything real, so that ten thousand schedules of a
 * small program take about a second.
 *
 * What it cannot do:
 *
 * - It is not a proof, unless the verdict says what was exhausted; and then it is one for this program with these inputs,
 *   within that bound.
 * - It interleaves primitives of Effect. What stands between two of them (in one `Effect.sync`, between two `yield*`) is
 *   one step, here as in production.
 * - Promises, timers of the host, sockets and fibers run without the program's context are outside its control. It names
 *   them where a schedule waits for them; give the program a fake of them.
 * - It preempts anywhere, where the stock runtime does so about once in 2,048 operations, and takes the dispatchers of
 *   different fibers in any order: a schedule that it finds may be rare in production, or need another scheduler.
 * - The program has to do the same on the same path: its state made inside the effect, chance from `Random`, time from
 *   `Clock`. A fault that does not come again is reported as such.
 * - A program's own tracer hides the places to preempt; finalizers are counted in scopes that a fiber had in its context;
 *   memory models, worker threads and other processes are not its business.
 * - The number of schedules explodes with the length of the program: test two to five fibers of a few steps each. A token
 *   does not survive a change of the program before the place that it leads to.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Fault } from "./Failure.ts"
import * as Faults from "./Failure.ts"
import type { Rules, Run } from "./internal/Machine.ts"
import * as Machine from "./internal/Machine.ts"
import * as Path from "./internal/Path.ts"
import { shrink } from "./internal/Shrink.ts"
import { tell } from "./internal/Timeline.ts"
import type { Escape } from "./internal/Uncontrolled.ts"
import { guard } from "./internal/Uncontrolled.ts"
import type { Bound, Search, Strategy } from "./Strategy.ts"
import * as Strategies from "./Strategy.ts"

export type { Fault } from "./Failure.ts"
export type { Escape } from "./internal/Uncontrolled.ts"
export { delayBounding, exhaustive, pct, portfolio, randomWalk } from "./Strategy.ts"
export type { Bound, Point, Search, Strategy } from "./Strategy.ts"

// --- Options ----------------------------------------------------------------------------------------------------------

/**
 * What a schedule may be.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReplayOptions {
  /** After so many steps a schedule counts as endless. Default 20,000. */
  readonly maxSteps?: number | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface OutcomesOptions extends ReplayOptions {
  /** Default `portfolio()`, of `outcomes` `delayBounding()`. */
  readonly strategy?: Strategy | undefined
  /** How many schedules at the most, the regressions not counted. Default 1,000. */
  readonly schedules?: number | undefined
  /**
   * When timers fire. `idle`: when nothing else can run, so that computing takes no time. `race`: the next one at any
   * point, so that a deadline may overtake whatever it is a deadline of. Timers that are due at the same time fire in any
   * order in both. Default `idle`.
   */
  readonly time?: "idle" | "race" | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface Options<A = unknown, E = unknown> extends OutcomesOptions {
  /** What an exit has to be. Default: a success. An assertion that is thrown is a fault nonetheless. */
  readonly satisfies?: ((exit: Exit.Exit<A, E>) => boolean) | undefined
  /** Whether the program fails that leaves fibers, running timers or finalizers behind when it ends. Default true. */
  readonly leaks?: boolean | undefined
  /** Tokens of schedules that failed once: they are run first, each time. */
  readonly regressions?: ReadonlyArray<string> | undefined
  /** Real time, after which the exploration gives up: `Incomplete`, which is not a pass. Default none. */
  readonly timeLimit?: Duration.Input | undefined
  /** Hears how far it is, every thousand schedules. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the exploration once it has seen so many schedules that differ. Default: it counts only `schedules`. */
  readonly distinct?: number | undefined
}

/**
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly schedules: number
  /** How many of them differ from one another, by a hash of their choices. */
  readonly distinct: number
}

// --- Verdicts ---------------------------------------------------------------------------------------------------------

/**
 * @category models
 * @since 0.1.0
 */
export type Verdict<A = unknown, E = unknown> = Passed | Failed<A, E> | Incomplete

/**
 * No schedule that was run is at fault.
 *
 * @category models
 * @since 0.1.0
 */
export interface Passed extends Progress {
  readonly _tag: "Passed"
  /** What the search has been through from end to end. Without it, the pass proves nothing. */
  readonly exhausted: Bound | undefined
  /** What left the exploration's control without anybody waiting for it. */
  readonly escapes: ReadonlyArray<Escape>
  /** Regressions whose path no longer exists, since the program has changed. */
  readonly stale: ReadonlyArray<string>
}

/**
 * A schedule is at fault.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed<out A = unknown, out E = unknown> extends Progress {
  readonly _tag: "Failed"
  readonly fault: Fault<A, E>
  /** Takes the schedule's path again: see `replay` and `regressions`. */
  readonly token: string
  readonly timeline: string
  /** How often a fiber was preempted that could have gone on. */
  readonly preemptions: number
  /** How far the schedule strays from the stock runtime's order. */
  readonly delays: number
  /** Whether it is shown that no schedule with fewer preemptions has this fault. */
  readonly isFewest: boolean
  /** How many schedules it took to shrink it. */
  readonly shrinking: number
  /** False, if the same path did not lead to the same fault: the program depends on something outside of it. */
  readonly isReproducible: boolean
}

/**
 * The time limit came first. Neither passed nor failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Incomplete extends Progress {
  readonly _tag: "Incomplete"
  readonly exhausted: Bound | undefined
}

/**
 * What `check` fails with: the message says what went wrong, and when.
 *
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

/**
 * A verdict for people: in a line, or with the timeline.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = (verdict: Verdict): string => {
  const { distinct, schedules } = verdict
  const count = `${plural(schedules, "schedule")}, ${distinct} distinct`
  switch (verdict._tag) {
    case "Passed":
      return [
        verdict.exhausted === undefined ? `passed, which proves nothing: ${count}` : `passed: ${count}`,
        ...formatBound(verdict.exhausted),
        ...verdict.escapes.map((escape) => `not controlled: ${Faults.describeEscape(escape)}`),
        ...verdict.stale.map((token) => `stale: ${token} leads nowhere any more`)
      ].join("; ")
    case "Incomplete":
      return [`incomplete, the time is up: ${count}`, ...formatBound(verdict.exhausted)].join("; ")
    case "Failed": {
      const { delays, isFewest, preemptions, shrinking } = verdict
      return [
        Faults.describe(verdict.fault),
        "",
        verdict.isReproducible
          ? `schedule ${schedules}, shrunk in ${shrinking} more to ${plural(preemptions, "preemption")}`
            + ` and ${plural(delays, "delay")}${isFewest ? " (with fewer preemptions it does not fail)" : ""}`
          : `schedule ${schedules}; the same path did not lead there again:`
            + " the program depends on something outside of it",
        "",
        verdict.timeline,
        "",
        `● runs  ◆ runs inside the step that woke it  ↷ another fiber's turn`,
        `Explore.replay(program, "${verdict.token}"), or regressions: ["${verdict.token}"]`
      ].join("\n")
    }
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

const formatBound = (bound: Bound | undefined): ReadonlyArray<string> => {
  switch (bound?._tag) {
    case undefined:
      return []
    case "All":
      return ["every schedule there is"]
    case "Preemptions":
      return [`every schedule of at most ${plural(bound.atMost, "preemption")}`]
    case "Delays":
      return [`every schedule of at most ${plural(bound.atMost, "delay")}`]
  }
}

// --- Exploring --------------------------------------------------------------------------------------------------------

const defaultSchedules = 1_000
const defaultMaxSteps = 20_000

const rulesOf = ({ maxSteps = defaultMaxSteps }: ReplayOptions, time: Path.Time): Rules => ({ maxSteps, time })

/**
 * Runs a program under many schedules, synchronously. By count: the verdict is the same on any machine.
 *
 * @category exploring
 * @since 0.1.0
 */
export const run = <A, E>(program: Effect.Effect<A, E>, options: Options<A, E> = {}): Verdict<A, E> =>
  guard(() => {
    const { distinct: enough = Infinity, regressions = [], schedules: most = defaultSchedules } = options
    const rules = rulesOf(options, options.time ?? "idle")
    const standard: Faults.Standard<A, E> = { leaks: options.leaks ?? true, satisfies: options.satisfies }
    const until = options.timeLimit === undefined
      ? Infinity
      : Date.now() + Duration.toMillis(Duration.fromInputUnsafe(options.timeLimit))
    const seen = new Set<number>()
    const escapes = new Map<string, Escape>()
    let schedules = 0

    const attempt = (search: Search, rules: Rules): Failed<A, E> | undefined => {
      schedules++
      const run = Machine.run(program, search, rules)
      seen.add(Path.hash(run.path.choices))
      const fault = Faults.of(run, standard)
      if (fault !== undefined) {
        return failed(program, run, fault, rules, standard, { schedules, distinct: seen.size })
      }
      for (const escape of Faults.escapesOf(run)) escapes.set(`${escape._tag} ${escape.fiber}`, escape)
      return undefined
    }

    const stale: Array<string> = []
    for (const token of regressions) {
      const { choices, time } = Path.fromToken(token)
      const search = Strategies.along(choices)
      const failed = attempt(search, { ...rules, time })
      if (failed !== undefined) return failed
      if (search.isLost()) stale.push(token)
    }

    const search = (options.strategy ?? Strategies.portfolio()).begin()
    for (let left = most; left > 0 && seen.size < enough && search.next(); left--) {
      if (Date.now() >= until) {
        return { _tag: "Incomplete", schedules, distinct: seen.size, exhausted: search.exhausted() }
      }
      const failed = attempt(search, rules)
      if (failed !== undefined) return failed
      if (schedules % 1_000 === 0) options.onProgress?.({ schedules, distinct: seen.size })
    }
    return {
      _tag: "Passed",
      schedules,
      distinct: seen.size,
      // Whatever was not controlled may have gone otherwise.
      exhausted: escapes.size === 0 ? search.exhausted() : undefined,
      escapes: Array.from(escapes.values()),
      stale
    }
  })

const failed = <A, E>(
  program: Effect.Effect<A, E>,
  found: Run<A, E>,
  fault: Fault<A, E>,
  rules: Rules,
  standard: Faults.Standard<A, E>,
  progress: Progress
): Failed<A, E> => {
  const signature = Faults.signature(fault)
  const again = (search: Search): Run<A, E> | undefined => {
    const run = Machine.run(program, search, rules)
    const fault = Faults.of(run, standard)
    return fault !== undefined && Faults.signature(fault) === signature ? run : undefined
  }
  const isReproducible = again(Strategies.along(found.path.choices)) !== undefined
  const shrunk = isReproducible
    ? shrink(found, again)
    : { choices: Path.trim(found.path.choices), run: found, attempts: 0, isFewest: false }
  const { run, timeline } = tell(program, shrunk.choices, rules)
  return {
    ...progress,
    _tag: "Failed",
    fault: Faults.of(run, standard) ?? fault,
    token: Path.toToken(shrunk.choices, rules.time),
    timeline,
    preemptions: Path.preemptions(shrunk.run.path),
    delays: Path.delays(shrunk.choices),
    isFewest: shrunk.isFewest,
    shrinking: shrunk.attempts,
    isReproducible
  }
}

/**
 * The same as an effect, for any test runner: fails with what it found, or ran out of time.
 *
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

/** @internal */
export const errorOf = (verdict: Failed | Incomplete): ExploreError => {
  const cause = verdict._tag === "Failed" ? causeOf(verdict.fault) : undefined
  return new ExploreError(cause === undefined ? { verdict } : { verdict, cause })
}

const causeOf = (fault: Fault): unknown => {
  switch (fault._tag) {
    case "Assertion":
    case "Failure":
      return fault.error
    case "Defect":
      return fault.defect
    case "Interruption":
    case "Unsatisfied":
    case "Deadlock":
    case "Endless":
    case "Leak":
    case "Escaped":
      return undefined
  }
}

// --- Outcomes ---------------------------------------------------------------------------------------------------------

/**
 * One way in which a program ends.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outcome<out A = unknown, out E = unknown> {
  /** None, if it does not end. */
  readonly exit: Exit.Exit<A, E> | undefined
  readonly fault: Fault<A, E> | undefined
  /** How many schedules end like this. */
  readonly schedules: number
  /** The path of the first of them. */
  readonly token: string
}

/**
 * @category models
 * @since 0.1.0
 */
export interface Outcomes<out A = unknown, out E = unknown> extends Progress {
  /** Each differs from the others, the first found first. */
  readonly outcomes: ReadonlyArray<Outcome<A, E>>
  /** All the outcomes there are within this bound. Without it there may be more. */
  readonly exhausted: Bound | undefined
}

/**
 * The results that a program can have. Two are the same if they are equal as JSON, or the same fault.
 *
 * @category exploring
 * @since 0.1.0
 */
export const outcomes = <A, E>(program: Effect.Effect<A, E>, options: OutcomesOptions = {}): Outcomes<A, E> =>
  guard(() => {
    const rules = rulesOf(options, options.time ?? "idle")
    const search = (options.strategy ?? Strategies.delayBounding()).begin()
    const seen = new Set<number>()
    const found = new Map<string, Outcome<A, E>>()
    let schedules = 0
    while (schedules < (options.schedules ?? defaultSchedules) && search.next()) {
      schedules++
      const run = Machine.run(program, search, rules)
      const hash = Path.hash(run.path.choices)
      if (seen.has(hash)) continue
      seen.add(hash)
      const { exit, path } = run
      const fault = Faults.of(run, { leaks: true, satisfies: undefined })
      const key = fault !== undefined || exit === undefined || Exit.isFailure(exit)
        ? Faults.describe(fault!)
        : JSON.stringify(exit.value) ?? String(exit.value)
      const outcome = found.get(key) ?? { exit, fault, schedules: 0, token: Path.toToken(path.choices, rules.time) }
      found.set(key, { ...outcome, schedules: outcome.schedules + 1 })
    }
    return {
      outcomes: Array.from(found.values()),
      schedules,
      distinct: seen.size,
      exhausted: search.exhausted()
    }
  })

// --- Replay -----------------------------------------------------------------------------------------------------------

/**
 * One schedule, told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Replay<out A = unknown, out E = unknown> {
  readonly exit: Exit.Exit<A, E> | undefined
  readonly fault: Fault<A, E> | undefined
  readonly timeline: string
  readonly steps: number
  /** Whether the token's path no longer exists, since the program has changed. */
  readonly isStale: boolean
}

/**
 * Takes the path of a token again, exactly, on any machine. It is synchronous: a debugger stops in it.
 *
 * @category exploring
 * @since 0.1.0
 */
export const replay = <A, E>(
  program: Effect.Effect<A, E>,
  token: string,
  options: ReplayOptions = {}
): Replay<A, E> =>
  guard(() => {
    const { choices, time } = Path.fromToken(token)
    const { isLost, run, timeline } = tell(program, choices, rulesOf(options, time))
    const fault = Faults.of(run, { leaks: true, satisfies: undefined })
    return { exit: run.exit, fault, timeline, steps: run.steps, isStale: isLost }
  })

/**
 * Names the fibers that run an effect, in timelines and faults.
 *
 * @category combinators
 * @since 0.1.0
 */
export const named = (name: string) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(self, Machine.FiberName, name)
