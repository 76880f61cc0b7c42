/**
 * A measured value beside its goal: printed at once, and once more by `npm run bench`, which shows the goals of all measurements as one
 * table.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

export interface Goal {
  readonly what: string
  readonly value: number
  readonly unit: "x" | "us" | "%"
  readonly atMost?: number
  readonly atLeast?: number
}

const isReached = ({ atLeast = -Infinity, atMost = Infinity, value }: Goal): boolean =>
  value >= atLeast && value <= atMost

const format = (value: number, unit: Goal["unit"]): string =>
  `${value.toFixed(value < 100 ? 1 : 0)}${unit === "x" ? "" : " "}${unit}`

/** The value, the goal, and whether it is reached. */
export const cells = (goal: Goal): readonly [value: string, bound: string, result: string] => {
  const { atLeast, atMost, unit, value } = goal
  const bound = atMost === undefined ? `at least ${format(atLeast ?? 0, unit)}` : `at most ${format(atMost, unit)}`
  return [format(value, unit), bound, isReached(goal) ? "reached" : "missed"]
}

/** Sends it to `bench/main.ts`, if that has started this process. */
export const goal = (goal: Goal): Effect.Effect<void> => {
  const [value, bound, result] = cells(goal)
  return Effect.andThen(
    Console.log(`  ${goal.what}: ${value} (goal: ${bound}, ${result})`),
    Effect.sync(() => void process.send?.(goal))
  )
}
