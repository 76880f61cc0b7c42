/**
 * Runs a program under `TestClock`, which advances by itself: the program does not wait, and its output is the same each time.
 */
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"

export const virtual = <A, E>(program: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.raceFirst(
    program,
    TestClock.adjust("1 minute").pipe(
      Effect.repeat({ times: 60 }),
      Effect.andThen(Effect.die("the program did not end within an hour"))
    )
  ).pipe(Effect.provide(TestClock.layer()))
