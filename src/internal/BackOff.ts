/**
 * How long to wait before trying once more: drawn from ranges that grow, so that those who were lost or refused together do
 * not come back together. Of the SFU's protocol, so that its adapter pauses by it as well.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"

/** Before the attempt after so many that failed, in milliseconds. */
const range = (failures: number): readonly [from: number, to: number] => [
  Math.min(Math.max(250, (failures - 1) * 2_000), 5_000),
  Math.min(500 + failures * 2_000, 5_000)
]

/** Before the attempt after so many that failed. */
export const pause = (failures: number): Effect.Effect<void> =>
  Effect.flatMap(Random.nextBetween(...range(failures)), Effect.sleep)

/** Without an end: after so many attempts that failed, and one more each time. */
const schedule = (failures: number): Schedule.Schedule<number> =>
  Schedule.addDelay(Schedule.forever, ({ output }) => Random.nextBetween(...range(failures + output)))

/** The delays of the schedule, one after the other, for whoever has to know them before: in milliseconds. */
export const delays = (failures: number): Effect.Effect<Effect.Effect<number>> =>
  Effect.map(Schedule.toStep(schedule(failures)), (step) =>
    Effect.gen(function*() {
      const [, delay] = yield* Effect.orDie(step(yield* Clock.currentTimeMillis, undefined))
      return Duration.toMillis(delay)
    }))
