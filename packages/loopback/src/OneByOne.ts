/**
 * Reads single messages from a socket, which reads all that have arrived.
 */
import * as Effect from "effect/Effect"

/** Returns the next message of `read`. If interrupted, the message stays for the next caller. Single consumer. */
export const make = <A, E, R>(read: Effect.Effect<ReadonlyArray<A>, E, R>): Effect.Effect<A, E, R> => {
  let batch: ReadonlyArray<A> = []
  let taken = 0
  const next: Effect.Effect<A, E, R> = Effect.suspend(() =>
    taken < batch.length
      ? Effect.succeed(batch[taken++]!)
      : Effect.flatMap(read, (more) => {
        batch = more
        taken = 0
        return next
      })
  )
  return next
}
