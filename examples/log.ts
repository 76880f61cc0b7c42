/**
 * Logs lines, each with the milliseconds since the log was made, by the `Clock`.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

export type Log = (line: string) => Effect.Effect<void>

export const make: Effect.Effect<Log> = Effect.map(
  Clock.currentTimeMillis,
  (start): Log => (line) =>
    Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => Console.log(`${String(now - start).padStart(6)} ms  ${line}`)
    )
)
