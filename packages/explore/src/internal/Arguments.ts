/**
 * Checks of arguments. The message is `<function>: <argument> must be <what>, got <value>`.
 */
import * as Duration from "effect/Duration"
import * as Formatter from "effect/Formatter"
import * as Option from "effect/Option"
import type { ParsedToken, Time } from "./Path.ts"
import * as Path from "./Path.ts"

const message = (where: string, argument: string, what: string, value: unknown): string =>
  `${where}: ${argument} must be ${what}, got ${Formatter.format(value)}`

const integer = (where: string, argument: string, value: number, least: number): number => {
  if (Number.isInteger(value) && value >= least) return value
  throw new RangeError(message(where, argument, `an integer of at least ${least}`, value))
}

export const steps = (where: string, value: number): number => integer(where, "maxSteps", value, 1)

export const seed = (where: string, value: number): number => {
  if (Number.isInteger(value)) return value
  throw new RangeError(message(where, "seed", "an integer", value))
}

export const depth = (where: string, value: number): number => integer(where, "depth", value, 1)

export const probability = (where: string, argument: string, value: number): number => {
  if (value >= 0 && value <= 1) return value
  throw new RangeError(message(where, argument, "a number from 0 to 1", value))
}

/** An integer of at least 0, or Infinity. */
export const limit = (where: string, argument: string, value: number): number => {
  if ((Number.isInteger(value) || value === Infinity) && value >= 0) return value
  throw new RangeError(message(where, argument, "an integer of at least 0, or Infinity", value))
}

export const time = (where: string, value: Time): Time => {
  if (value === "idle" || value === "race") return value
  throw new TypeError(message(where, "time", `"idle" or "race"`, value))
}

const units = ["weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"]

/** `Duration.fromInput` reads NaN, and an object without any unit, as zero. */
const isDuration = (value: Duration.Input): boolean =>
  typeof value === "object" && value !== null && !Duration.isDuration(value) && !("length" in value)
    ? units.some((unit) => unit in value)
    : !Number.isNaN(value)

/** In milliseconds. */
export const duration = (where: string, argument: string, value: Duration.Input): number => {
  const duration = Option.filter(Duration.fromInput(value), (duration) => !Duration.isNegative(duration))
  if (Option.isSome(duration) && isDuration(value)) return Duration.toMillis(duration.value)
  throw new RangeError(message(where, argument, "a duration of at least 0", value))
}

export const token = (where: string, argument: string, value: string): ParsedToken => {
  const parsed = Path.fromToken(value)
  if (parsed !== undefined) return parsed
  throw new TypeError(message(where, argument, `a token such as "x1-3"`, value))
}
