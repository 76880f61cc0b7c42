/**
 * Decides whether a schedule fails.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type { Failure } from "../Failure.ts"
import type { Uncontrolled } from "../Uncontrolled.ts"
import type { Run } from "./ControlledRuntime.ts"
import type { Lane } from "./Lane.ts"
import { namesOf } from "./Lane.ts"

export interface Criteria<A, E> {
  /** Whether fibers, timers and finalizers that are left when the program has ended are a failure. */
  readonly leaks: boolean
  /** Replaces the criterion "the exit is a success". */
  readonly satisfies: ((exit: Exit.Exit<A, E>) => boolean) | undefined
}

/** The criteria of functions that have no options for them. */
export const defaultCriteria: Criteria<unknown, unknown> = { leaks: true, satisfies: undefined }

export const failureOf = <A, E>(run: Run<A, E>, criteria: Criteria<A, E>): Failure<A, E> | undefined => {
  const { exit, finalizers, isEndless, lanes, sleeping, steps, unfinished } = run
  if (isEndless) return { _tag: "Endless", steps }
  if (exit === undefined) {
    return uncontrolledFailure(run) ?? { _tag: "Deadlock", fibers: namesIn(lanes, unfinished) }
  }
  const failure = failureOfExit(exit, criteria)
  if (failure !== undefined || !criteria.leaks || unfinished.length + finalizers === 0) return failure
  const [fibers, timers] = [namesIn(lanes, unfinished), namesIn(lanes, sleeping)]
  return uncontrolledFailure(run) ?? { _tag: "Leak", fibers, timers, finalizers }
}

/** The operations outside of the exploration's control. */
export const uncontrolledOf = ({ lanes, uncontrolled }: Run<unknown, unknown>): ReadonlyArray<Uncontrolled> => {
  if (uncontrolled.length === 0) return []
  const names = namesOf(lanes)
  return uncontrolled.map(({ lane, resource, tag }) => ({
    _tag: tag,
    fiber: names.get(lane) ?? "main",
    ...(resource === undefined ? {} : { resource })
  }))
}

/** The program may wait for such an operation. It cannot wait for a tracer. */
const uncontrolledFailure = (run: Run<unknown, unknown>): Failure<never, never> | undefined => {
  const operations = uncontrolledOf(run).filter(({ _tag }) => _tag !== "Tracer")
  if (operations.length === 0) return undefined
  return { _tag: "Uncontrolled", operations, fibers: namesIn(run.lanes, run.unfinished) }
}

const namesIn = (all: ReadonlyArray<Lane>, lanes: ReadonlyArray<Lane>): ReadonlyArray<string> => {
  if (lanes.length === 0) return []
  const names = namesOf(all)
  return lanes.map((lane) => names.get(lane)!)
}

const failureOfExit = <A, E>(exit: Exit.Exit<A, E>, { satisfies }: Criteria<A, E>): Failure<A, E> | undefined => {
  if (Exit.isFailure(exit)) {
    const defect = exit.cause.reasons.find(Cause.isDieReason)?.defect
    // An assertion fails the schedule even if `satisfies` accepts the exit.
    if (isAssertion(defect)) return { _tag: "Assertion", error: defect }
  }
  if (satisfies !== undefined) return satisfies(exit) ? undefined : { _tag: "Unsatisfied", exit }
  if (Exit.isSuccess(exit)) return undefined
  for (const reason of exit.cause.reasons) {
    if (Cause.isDieReason(reason)) return { _tag: "Defect", defect: reason.defect }
    if (Cause.isFailReason(reason)) return { _tag: "TypedError", error: reason.error }
  }
  return { _tag: "Interruption" }
}

/** The errors of Node, Chai, Vitest and Jest have this name. */
const isAssertion = (defect: unknown): boolean => defect instanceof Error && defect.name === "AssertionError"
