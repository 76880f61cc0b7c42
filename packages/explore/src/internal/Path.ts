/**
 * Properties of a path: its cost, its hash, and its token.
 */
import type { Path } from "../Search.ts"

export const empty = (): Path => ({ choices: [], candidateCounts: [], canContinue: [] })

/** Removes the zeros at the end. After the end of its choices a schedule follows the stock runtime, which is choice 0. */
export const trim = (choices: ReadonlyArray<number>): ReadonlyArray<number> =>
  choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1)

export const preemptions = (path: Path): number =>
  path.choices.reduce((count, choice, index) => count + (choice !== 0 && path.canContinue[index] === true ? 1 : 0), 0)

/** The distance from the stock runtime's order: to choose candidate `n` costs `n`. */
export const delays = (choices: ReadonlyArray<number>): number => choices.reduce((sum, choice) => sum + choice, 0)

/** A hash of 53 bits of the trimmed choices. Two different paths have the same hash with a probability of about 1e-13. */
export const hash = (choices: ReadonlyArray<number>): number => {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  for (const choice of trim(choices)) {
    high = Math.imul(high ^ (choice + 1), 0x01000193)
    low = Math.imul(low ^ (choice + 1), 0x5bd1e995) ^ (low >>> 15)
  }
  return (high >>> 0) * 0x200000 + ((low ^ (low >>> 13)) >>> 11)
}

// --- Tokens -----------------------------------------------------------------------------------------------------------

/** When timers fire: if nothing else can run, or at any choice point. */
export type Time = "idle" | "race"

const prefixes: { readonly [time in Time]: string } = { idle: "x1", race: "x1r" }

/**
 * Each part after the prefix is one choice that is not 0: the number of zeros before it, then the choice, omitted if it
 * is 1. Numbers are in base 36.
 *
 * - `x1-3`: three times candidate 0, then candidate 1.
 * - `x1r-3.2-0`: the same with racing timers, but candidate 2, then candidate 1.
 */
export const toToken = (choices: ReadonlyArray<number>, time: Time): string => {
  const parts = [prefixes[time]]
  let zeros = 0
  for (const choice of choices) {
    if (choice === 0) zeros++
    else {
      parts.push(zeros.toString(36) + (choice === 1 ? "" : `.${choice.toString(36)}`))
      zeros = 0
    }
  }
  return parts.join("-")
}

export interface ParsedToken {
  readonly choices: ReadonlyArray<number>
  readonly time: Time
}

/** More choices than any schedule has. A token with more of them is none. */
const mostChoices = 10_000_000

/** Undefined if it is not a token. */
export const fromToken = (token: string): ParsedToken | undefined => {
  if (!/^x1r?(-[0-9a-z]+(\.[0-9a-z]+)?)*$/.test(token)) return undefined
  const [prefix, ...parts] = token.split("-")
  const choices: Array<number> = []
  for (const part of parts) {
    const [zeros, choice = "1"] = part.split(".")
    const end = choices.length + Number.parseInt(zeros!, 36)
    if (end >= mostChoices) return undefined
    while (choices.length < end) choices.push(0)
    choices.push(Number.parseInt(choice, 36))
  }
  return { choices, time: prefix === prefixes.race ? "race" : "idle" }
}
