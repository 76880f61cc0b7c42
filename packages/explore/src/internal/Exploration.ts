/**
 * Runs a program under schedule after schedule, until one fails or a limit is reached.
 */
import type * as Effect from "effect/Effect"
import type { Failure } from "../Failure.ts"
import { signature } from "../Failure.ts"
import type { Search } from "../Search.ts"
import type { Uncontrolled } from "../Uncontrolled.ts"
import type { Failed, Incomplete, Passed, Progress, Verdict } from "../Verdict.ts"
import type { Run } from "./ControlledRuntime.ts"
import * as ControlledRuntime from "./ControlledRuntime.ts"
import * as Judgement from "./Judgement.ts"
import * as Path from "./Path.ts"
import { replayPath } from "./ReplayPath.ts"
import type { Rules } from "./RunState.ts"
import type { Settings } from "./Settings.ts"
import { shrink } from "./Shrink.ts"
import * as Timeline from "./Timeline.ts"

/** The schedules that have run so far. */
interface Coverage {
  /** The hashes of the paths that have run. */
  readonly paths: Set<number>
  /** By tag and fiber. */
  readonly uncontrolled: Map<string, Uncontrolled>
  schedules: number
}

interface Exploration<A, E> extends Coverage {
  readonly program: Effect.Effect<A, E>
  readonly settings: Settings<A, E>
}

const progressEvery = 1_000

export const run = <A, E>(program: Effect.Effect<A, E>, settings: Settings<A, E>): Verdict<A, E> => {
  const exploration: Exploration<A, E> = {
    program,
    settings,
    paths: new Set(),
    uncontrolled: new Map(),
    schedules: 0
  }
  const deadline = Date.now() + settings.timeLimit
  const stale: Array<string> = []
  return runRegressions(exploration, stale) ?? runSearch(exploration, deadline, stale)
}

const progressOf = ({ paths, schedules }: Coverage): Progress => ({ schedules, distinct: paths.size })

const runRegressions = <A, E>(
  exploration: Exploration<A, E>,
  stale: Array<string>
): Failed<A, E> | undefined => {
  const { regressions, rules } = exploration.settings
  for (const { choices, time, token } of regressions) {
    const search = replayPath(choices)
    const failed = runSchedule(exploration, search, { ...rules, time })
    if (failed !== undefined) return failed
    if (search.isStale()) stale.push(token)
  }
  return undefined
}

const runSearch = <A, E>(
  exploration: Exploration<A, E>,
  deadline: number,
  stale: ReadonlyArray<string>
): Verdict<A, E> => {
  const { distinct, onProgress, rules, schedules, strategy } = exploration.settings
  const search = strategy.begin()
  for (let left = schedules; left > 0 && exploration.paths.size < distinct && search.next(); left--) {
    if (Date.now() >= deadline) return incomplete(exploration, search)
    const failed = runSchedule(exploration, search, rules)
    if (failed !== undefined) return failed
    if (exploration.schedules % progressEvery === 0) onProgress?.(progressOf(exploration))
  }
  return passed(exploration, search, stale)
}

const runSchedule = <A, E>(
  exploration: Exploration<A, E>,
  search: Search,
  rules: Rules
): Failed<A, E> | undefined => {
  const { paths, program, settings, uncontrolled } = exploration
  exploration.schedules++
  const run = ControlledRuntime.run(program, search, rules)
  paths.add(Path.hash(run.path.choices))
  const failure = Judgement.failureOf(run, settings.criteria)
  if (failure !== undefined) return failed(exploration, run, failure, rules)
  for (const operation of Judgement.uncontrolledOf(run)) {
    // The program did not wait for it, and output to a stream makes callbacks as well.
    if (operation._tag === "Callback") continue
    uncontrolled.set(`${operation._tag} ${operation.fiber}`, operation)
  }
  return undefined
}

// --- Verdicts ---------------------------------------------------------------------------------------------------------

const incomplete = (coverage: Coverage, search: Search): Incomplete => ({
  _tag: "Incomplete",
  ...progressOf(coverage),
  exhausted: search.exhausted()
})

const passed = (coverage: Coverage, search: Search, stale: ReadonlyArray<string>): Passed => ({
  _tag: "Passed",
  ...progressOf(coverage),
  // An uncontrolled operation may behave differently on the same path.
  exhausted: coverage.uncontrolled.size === 0 ? search.exhausted() : undefined,
  uncontrolled: Array.from(coverage.uncontrolled.values()),
  stale
})

/** Shrinks the failing schedule and records its timeline. */
const failed = <A, E>(
  exploration: Exploration<A, E>,
  found: Run<A, E>,
  failure: Failure<A, E>,
  rules: Rules
): Failed<A, E> => {
  const { program, settings: { criteria } } = exploration
  const wanted = signature(failure)
  const rerun = (search: Search): Run<A, E> | undefined => {
    const run = ControlledRuntime.run(program, search, rules)
    const failure = Judgement.failureOf(run, criteria)
    return failure !== undefined && signature(failure) === wanted ? run : undefined
  }
  const isReproducible = rerun(replayPath(found.path.choices)) !== undefined
  const shrunk = isReproducible
    ? shrink(found, rerun)
    : { choices: Path.trim(found.path.choices), run: found, attempts: 0, isMinimal: false }
  const { run, timeline } = Timeline.record(program, shrunk.choices, rules)
  return {
    ...progressOf(exploration),
    _tag: "Failed",
    failure: Judgement.failureOf(run, criteria) ?? failure,
    token: Path.toToken(shrunk.choices, rules.time),
    timeline,
    preemptions: Path.preemptions(shrunk.run.path),
    delays: Path.delays(shrunk.choices),
    isMinimal: shrunk.isMinimal,
    shrinkAttempts: shrunk.attempts,
    isReproducible
  }
}
