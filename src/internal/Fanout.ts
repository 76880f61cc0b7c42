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

export interface Feed<A, E = never> {
  /** How things stand, then what happens. */
  readonly stream: Stream.Stream<A, E | LaggedError>
  /** Runs no listener inside the call, so it may stand in the middle of a step. */
  readonly publish: (event: A) => void
  /** Nothing more happens. Whoever listens later hears how things stood, and the same end. */
  readonly end: (cause?: Cause.Cause<E>) => void
}

/** `standing` is read in the same synchronous step that begins to listen, so nothing is missed and nothing comes twice. */
export const make = <A, E = never>(standing: () => ReadonlyArray<A>): Feed<A, E> => {
  type Listener = Queue.Queue<A, E | LaggedError | Cause.Done>
  const listeners = new Set<Listener>()
  let finish: ((queue: Listener) => void) | undefined

  const listen = Effect.map(
    Queue.bounded<A, E | LaggedError | Cause.Done>(capacity),
    (queue) => {
      if (finish === undefined) listeners.add(queue)
      else finish(queue)
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
    end: (cause) => {
      if (finish !== undefined) return
      finish = (queue) => cause === undefined ? Queue.endUnsafe(queue) : Queue.failCauseUnsafe(queue, cause)
      listeners.forEach(finish)
      listeners.clear()
    }
  }
}
