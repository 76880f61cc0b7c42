/**
 * What is wrong with a schedule.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type { Lane } from "./internal/Lane.ts"
import { namesOf } from "./internal/Lane.ts"
import type { Run } from "./internal/Machine.ts"
import type { Escape } from "./internal/Uncontrolled.ts"

/**
 * What a schedule is found guilty of.
 *
 * - `Assertion`: an assertion of the test's was thrown.
 * - `Failure`: the program failed with an error of its type.
 * - `Defect`: it died of something else.
 * - `Interruption`: it was interrupted, though nobody outside interrupts it.
 * - `Unsatisfied`: it ended, and not as `satisfies` asks.
 * - `Deadlock`: these fibers wait, and nothing is left that could wake them.
 * - `Endless`: it was not at its end after so many steps.
 * - `Leak`: it ended, and left fibers, running timers (of these fibers) or finalizers behind.
 * - `Escaped`: it stands still or has left fibers behind, and something is under way that the exploration cannot see to
 *   its end. Give the program a fake of what it waits for.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault<A = unknown, E = unknown> =
  | { readonly _tag: "Assertion"; readonly error: unknown }
  | { readonly _tag: "Failure"; readonly error: E }
  | { readonly _tag: "Defect"; readonly defect: unknown }
  | { readonly _tag: "Interruption" }
  | { readonly _tag: "Unsatisfied"; readonly exit: Exit.Exit<A, E> }
  | { readonly _tag: "Deadlock"; readonly fibers: ReadonlyArray<string> }
  | { readonly _tag: "Endless"; readonly steps: number }
  | {
    readonly _tag: "Leak"
    readonly fibers: ReadonlyArray<string>
    readonly timers: ReadonlyArray<string>
    readonly finalizers: number
  }
  | { readonly _tag: "Escaped"; readonly escapes: ReadonlyArray<Escape>; readonly fibers: ReadonlyArray<string> }

export interface Standard<A, E> {
  /** What is left when the program has ended, fails it. */
  readonly leaks: boolean
  /** Instead of "it succeeds". */
  readonly satisfies: ((exit: Exit.Exit<A, E>) => boolean) | undefined
}

export const escapesOf = ({ escapes, lanes }: Run<unknown, unknown>): ReadonlyArray<Escape> => {
  if (escapes.length === 0) return []
  const names = namesOf(lanes)
  return escapes.map(({ lane, what }) => ({ _tag: what, fiber: names.get(lane) ?? "main" }))
}

export const of = <A, E>(run: Run<A, E>, standard: Standard<A, E>): Fault<A, E> | undefined => {
  const { exit, finalizers, isEndless, lanes, left, sleeping, steps } = run
  if (isEndless) return { _tag: "Endless", steps }
  if (exit === undefined) {
    const fibers = named(lanes, left)
    const escapes = waitedFor(run)
    return escapes.length > 0 ? { _tag: "Escaped", escapes, fibers } : { _tag: "Deadlock", fibers }
  }
  const fault = ofExit(exit, standard)
  if (fault !== undefined || !standard.leaks || left.length + finalizers === 0) return fault
  const fibers = named(lanes, left)
  const escapes = waitedFor(run)
  return escapes.length > 0
    ? { _tag: "Escaped", escapes, fibers }
    : { _tag: "Leak", fibers, timers: named(lanes, sleeping), finalizers }
}

/** A tracer hides places to switch, but nobody waits for it. */
const waitedFor = (run: Run<unknown, unknown>): ReadonlyArray<Escape> =>
  escapesOf(run).filter(({ _tag }) => _tag !== "Tracer")

const named = (all: ReadonlyArray<Lane>, lanes: ReadonlyArray<Lane>): ReadonlyArray<string> => {
  if (lanes.length === 0) return []
  const names = namesOf(all)
  return lanes.map((lane) => names.get(lane)!)
}

const ofExit = <A, E>(exit: Exit.Exit<A, E>, { satisfies }: Standard<A, E>): Fault<A, E> | undefined => {
  if (Exit.isFailure(exit)) {
    const defect = exit.cause.reasons.find(Cause.isDieReason)?.defect
    if (isAssertion(defect)) return { _tag: "Assertion", error: defect }
  }
  if (satisfies !== undefined) return satisfies(exit) ? undefined : { _tag: "Unsatisfied", exit }
  if (Exit.isSuccess(exit)) return undefined
  for (const reason of exit.cause.reasons) {
    if (Cause.isDieReason(reason)) return { _tag: "Defect", defect: reason.defect }
    if (Cause.isFailReason(reason)) return { _tag: "Failure", error: reason.error }
  }
  return { _tag: "Interruption" }
}

/** Node's, Chai's, Vitest's and Jest's all bear this name. */
const isAssertion = (defect: unknown): boolean => defect instanceof Error && defect.name === "AssertionError"

/** Faults that say the same but for numbers are one fault: shrinking may not turn one into another. */
export const signature = (fault: Fault): string => {
  switch (fault._tag) {
    case "Assertion":
      return `${fault._tag} ${label(fault.error)}`
    case "Failure":
      return `${fault._tag} ${label(fault.error)}`
    case "Defect":
      return `${fault._tag} ${label(fault.defect)}`
    case "Leak":
      return [fault._tag, fault.fibers.length > 0, fault.timers.length > 0, fault.finalizers > 0].join(" ")
    case "Interruption":
    case "Unsatisfied":
    case "Deadlock":
    case "Endless":
    case "Escaped":
      return fault._tag
  }
}

const label = (error: unknown): string => told(error).replace(/\d+/g, "#")

/** In a line. */
export const describe = (fault: Fault): string => {
  switch (fault._tag) {
    case "Assertion":
      return told(fault.error)
    case "Failure":
      return `fails with ${told(fault.error)}`
    case "Defect":
      return `dies of ${told(fault.defect)}`
    case "Interruption":
      return "is interrupted"
    case "Unsatisfied":
      return `does not satisfy what is asked of it: ${told(fault.exit)}`
    case "Deadlock":
      return `deadlock: ${fault.fibers.join(", ")} can never go on`
    case "Endless":
      return `not at its end after ${fault.steps} steps`
    case "Leak": {
      const { fibers, finalizers, timers } = fault
      const parts = [
        fibers.length > 0 ? `fibers ${fibers.join(", ")}` : "",
        timers.length > 0 ? `timers of ${timers.join(", ")}` : "",
        finalizers > 0 ? `finalizers ${finalizers}` : ""
      ]
      return `leaves behind: ${parts.filter((part) => part !== "").join("; ")}`
    }
    case "Escaped":
      return `waits for what cannot be explored: ${fault.escapes.map(describeEscape).join(", ")}`
        + (fault.fibers.length > 0 ? ` (not ended: ${fault.fibers.join(", ")})` : "")
  }
}

const what: { readonly [what in Escape["_tag"]]: string } = {
  Promise: "a native promise",
  Timer: "a timer of the host",
  RunFork: "a fiber on the stock scheduler (a bare run)",
  Tracer: "a tracer of the program's own"
}

export const describeEscape = ({ _tag, fiber }: Escape): string => `${what[_tag]}, in ${fiber}`

const told = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`.split("\n")[0]!
  return typeof value === "string" ? value : JSON.stringify(value) ?? String(value)
}
