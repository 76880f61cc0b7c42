/**
 * Tells a story line by line, each with the milliseconds since it began, by the `Clock`.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

export type Say = (line: string) => Effect.Effect<void>

export const begin: Effect.Effect<Say> = Effect.map(
  Clock.currentTimeMillis,
  (start): Say => (line) =>
    Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => Console.log(`${String(now - start).padStart(6)} ms  ${line}`)
    )
)
