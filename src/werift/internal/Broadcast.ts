/**
 * Tells what happens to whoever listens, from the moment they do. Waits for nobody: a listener that is too slow loses
 * the oldest.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

export interface Broadcast<A> {
  readonly stream: Stream.Stream<A>
  /** Runs no listener inside the call, so it may stand in a callback of werift. */
  readonly publish: (a: A) => void
  /** What has been published is still heard. */
  readonly end: () => void
}

const capacity = 1_024

/** `standing` is what a listener hears first, read in the step that begins to listen. */
export const make = <A>(standing: () => ReadonlyArray<A> = () => []): Broadcast<A> => {
  const listeners = new Set<Queue.Queue<A, Cause.Done>>()
  let ended = false

  const listen = Effect.map(Queue.sliding<A, Cause.Done>(capacity), (queue) => {
    for (const a of standing()) Queue.offerUnsafe(queue, a)
    if (ended) Queue.endUnsafe(queue)
    else listeners.add(queue)
    return queue
  })

  return {
    stream: Stream.unwrap(Effect.map(
      Effect.acquireRelease(listen, (queue) => Effect.sync(() => listeners.delete(queue))),
      Stream.fromQueue
    )),
    publish: (a) => {
      for (const queue of listeners) Queue.offerUnsafe(queue, a)
    },
    end: () => {
      ended = true
      for (const queue of listeners) Queue.endUnsafe(queue)
      listeners.clear()
    }
  }
}
