/**
 * Tells what happens to whoever listens, beginning with how things stand. Never waits for a listener and never skips
 * one: a listener that is too far behind hears what it has not yet heard, and then fails with `LaggedError`.
 *
 * Effect's `PubSub` either waits for its slowest subscriber or drops; a bounded queue for each, failed when it is full,
 * does neither.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { LaggedError } from "../LaggedError.ts"

const capacity = 1_024

export interface Feed<A> {
  /** How things stand, then what happens. */
  readonly stream: Stream.Stream<A, LaggedError>
  /** Runs no listener inside the call, so it may stand in the middle of a step. */
  readonly publish: (event: A) => void
  readonly end: () => void
}

/** `standing` is read in the same synchronous step that begins to listen, so nothing is missed and nothing comes twice. */
export const make = <A>(standing: () => ReadonlyArray<A>): Feed<A> => {
  const listeners = new Set<Queue.Queue<A, LaggedError | Cause.Done>>()
  let ended = false

  const listen = Effect.map(
    Queue.bounded<A, LaggedError | Cause.Done>(capacity),
    (queue) => {
      if (ended) Queue.endUnsafe(queue)
      else listeners.add(queue)
      return { queue, standing: standing() }
    }
  )

  return {
    stream: Stream.unwrap(Effect.map(
      Effect.acquireRelease(listen, ({ queue }) => Effect.sync(() => listeners.delete(queue))),
      ({ queue, standing }) => Stream.concat(Stream.fromIterable(standing), Stream.fromQueue(queue))
    )),
    publish: (event) => {
      for (const queue of listeners) {
        if (Queue.offerUnsafe(queue, event)) continue
        listeners.delete(queue)
        Queue.failCauseUnsafe(queue, Cause.fail(new LaggedError({ behind: capacity })))
      }
    },
    end: () => {
      ended = true
      for (const queue of listeners) Queue.endUnsafe(queue)
      listeners.clear()
    }
  }
}
