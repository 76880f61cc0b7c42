/**
 * Why a schedule fails.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as Exit from "effect/Exit"
import type { Uncontrolled } from "./Uncontrolled.ts"
import { formatUncontrolled } from "./Uncontrolled.ts"

/**
 * - `Assertion`: the program died of an `AssertionError` (of Node, Chai, Vitest or Jest).
 * - `TypedError`: the program failed with an error of type `E`.
 * - `Defect`: the program died of anything else.
 * - `Interruption`: the program was interrupted from inside.
 * - `Unsatisfied`: `satisfies` returned false for the exit.
 * - `Deadlock`: these fibers wait, and no task and no timer is left that could wake them.
 * - `Endless`: the program did not end within this number of steps.
 * - `Leak`: the program ended and left these fibers, the timers of these fibers, or this number of finalizers.
 * - `Uncontrolled`: the program waits, or has left fibers, and has used an operation that the exploration does not
 *   control. Replace the operation by a fake.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Failure<A = unknown, E = unknown> =
  | { readonly _tag: "Assertion"; readonly error: unknown }
  | { readonly _tag: "TypedError"; readonly error: E }
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
  | {
    readonly _tag: "Uncontrolled"
    readonly operations: ReadonlyArray<Uncontrolled>
    readonly fibers: ReadonlyArray<string>
  }

const mostNames = 20

/** A program may have thousands of fibers. */
const formatNames = (names: ReadonlyArray<string>): string =>
  names.length <= mostNames
    ? names.join(", ")
    : `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`

/** In one line. */
export const formatFailure = (failure: Failure): string => {
  switch (failure._tag) {
    case "Assertion":
      return formatValue(failure.error)
    case "TypedError":
      return `fails with ${formatValue(failure.error)}`
    case "Defect":
      return `dies of ${formatValue(failure.defect)}`
    case "Interruption":
      return "is interrupted"
    case "Unsatisfied":
      return `does not satisfy the predicate: ${formatValue(failure.exit)}`
    case "Deadlock":
      return `deadlock: ${formatNames(failure.fibers)} can never continue`
    case "Endless":
      return `has not ended after ${failure.steps} steps`
    case "Leak": {
      const { fibers, finalizers, timers } = failure
      const parts = [
        fibers.length > 0 ? `fibers ${formatNames(fibers)}` : "",
        timers.length > 0 ? `timers of ${formatNames(timers)}` : "",
        finalizers > 0 ? `finalizers ${finalizers}` : ""
      ]
      return `leaves behind: ${parts.filter((part) => part !== "").join("; ")}`
    }
    case "Uncontrolled": {
      const { fibers, operations } = failure
      return `waits for what is not controlled: ${formatNames(operations.map(formatUncontrolled))}`
        + (fibers.length > 0 ? ` (not ended: ${formatNames(fibers)})` : "")
    }
  }
}

/**
 * Two failures with the same signature are the same failure. Shrinking keeps the signature, so that it does not replace
 * one failure by another. Numbers in messages do not count.
 */
export const signature = (failure: Failure): string => {
  switch (failure._tag) {
    case "Assertion":
    case "TypedError":
      return `${failure._tag} ${withoutNumbers(failure.error)}`
    case "Defect":
      return `${failure._tag} ${withoutNumbers(failure.defect)}`
    case "Leak":
      return [failure._tag, failure.fibers.length > 0, failure.timers.length > 0, failure.finalizers > 0].join(" ")
    case "Interruption":
    case "Unsatisfied":
    case "Deadlock":
    case "Endless":
    case "Uncontrolled":
      return failure._tag
  }
}

const withoutNumbers = (error: unknown): string => formatValue(error).replace(/\d+/g, "#")

const formatValue = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`.split("\n")[0]!
  return typeof value === "string" ? value : toJson(value)
}

/** JSON has no circular values and no `bigint`. */
export const toJson = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

/** The error or defect in a failure that has one. */
export const causeOf = (failure: Failure): unknown => {
  switch (failure._tag) {
    case "Assertion":
    case "TypedError":
      return failure.error
    case "Defect":
      return failure.defect
    case "Interruption":
    case "Unsatisfied":
    case "Deadlock":
    case "Endless":
    case "Leak":
    case "Uncontrolled":
      return undefined
  }
}
