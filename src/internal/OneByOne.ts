/**
 * Reads single elements from a source that returns chunks, such as `Stream.toPull` or the reader of a socket.
 */
import * as Effect from "effect/Effect"

/**
 * Returns the next element. If interrupted, the element stays for the next caller. Single consumer.
 */
export const fromPull = <A, E, R>(pull: Effect.Effect<ReadonlyArray<A>, E, R>): Effect.Effect<A, E, R> => {
  let chunk: ReadonlyArray<A> = []
  let read = 0
  const next: Effect.Effect<A, E, R> = Effect.suspend(() =>
    read < chunk.length
      ? Effect.succeed(chunk[read++]!)
      : Effect.flatMap(pull, (more) => {
        chunk = more
        read = 0
        return next
      })
  )
  return next
}
