/**
 * Options with their defaults, checked.
 */
import type { Options, OutcomesOptions, ReplayOptions } from "../Options.ts"
import type { Strategy } from "../Strategy.ts"
import * as Strategies from "../Strategy.ts"
import * as Arguments from "./Arguments.ts"
import type { Criteria } from "./Judgement.ts"
import type { ParsedToken, Time } from "./Path.ts"
import type { Rules } from "./RunState.ts"

const defaultSchedules = 1_000
const defaultMaxSteps = 20_000

/** `where` is the function that the caller has called. */
export const rulesOf = (where: string, options: ReplayOptions, time: Time): Rules => ({
  maxSteps: Arguments.steps(where, options.maxSteps ?? defaultMaxSteps),
  time: Arguments.time(where, time)
})

const schedulesOf = (where: string, { schedules = defaultSchedules }: OutcomesOptions): number =>
  Arguments.limit(where, "schedules", schedules)

export interface OutcomesSettings {
  readonly rules: Rules
  readonly strategy: Strategy
  readonly schedules: number
}

export const ofOutcomes = (options: OutcomesOptions): OutcomesSettings => {
  const where = "Explore.outcomes"
  return {
    rules: rulesOf(where, options, options.time ?? "idle"),
    strategy: options.strategy ?? Strategies.delayBounding(),
    schedules: schedulesOf(where, options)
  }
}

export interface Regression extends ParsedToken {
  readonly token: string
}

export interface Settings<A, E> extends OutcomesSettings {
  readonly criteria: Criteria<A, E>
  readonly distinct: number
  readonly regressions: ReadonlyArray<Regression>
  /** In milliseconds. */
  readonly timeLimit: number
  readonly onProgress: Options<A, E>["onProgress"]
}

export const ofRun = <A, E>(options: Options<A, E>): Settings<A, E> => {
  const where = "Explore.run"
  const { distinct = Infinity, onProgress, regressions = [], timeLimit = Infinity } = options
  return {
    rules: rulesOf(where, options, options.time ?? "idle"),
    strategy: options.strategy ?? Strategies.portfolio(),
    schedules: schedulesOf(where, options),
    criteria: { leaks: options.leaks ?? true, satisfies: options.satisfies },
    distinct: Arguments.limit(where, "distinct", distinct),
    regressions: regressions.map((token) => ({ token, ...Arguments.token(where, "a regression", token) })),
    timeLimit: Arguments.duration(where, "timeLimit", timeLimit),
    onProgress
  }
}
