/**
 * The events of a session, from the fiber that reads the socket to the one consumer of `SfuSession.events`.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { SfuConnectionError, type SfuEvent } from "../../edge/SfuClient.ts"

export interface EventQueue {
  /**
   * Drops no event. If the queue is full, waits until the consumer has taken some: the frames of a burst, of which one read
   * of the network can have thousands, are no lag. Fails, and the session is lost, if nobody consumes, or if the consumer
   * takes none for 10 seconds.
   */
  readonly offer: (event: SfuEvent) => Effect.Effect<void, SfuConnectionError>
  /** The consumer first receives the events in the queue. */
  readonly end: Effect.Effect<void>
  /** The consumer first receives the events in the queue. */
  readonly fail: (error: SfuConnectionError) => Effect.Effect<void>
  readonly stream: Stream.Stream<SfuEvent, SfuConnectionError>
}

/** Less than the time after which the SFU counts as silent: a reader that waits does not hear it. */
const patience = "10 seconds"

export const make = (maxEventsBehind: number): Effect.Effect<EventQueue> =>
  Effect.map(Queue.bounded<SfuEvent, SfuConnectionError | Cause.Done>(maxEventsBehind), (queue) => {
    let consumers = 0
    const tooFarBehind = Effect.suspend(() => {
      const detail = `the consumer of the events is more than maxEventsBehind (${maxEventsBehind}) behind`
      return Effect.fail(new SfuConnectionError({ reason: "Broken", detail }))
    })
    return {
      offer: (event) =>
        Effect.suspend(() => {
          if (Queue.offerUnsafe(queue, event)) return Effect.void
          if (consumers === 0) return tooFarBehind
          return Effect.timeoutOrElse(Effect.asVoid(Queue.offer(queue, event)), {
            duration: patience,
            orElse: () => tooFarBehind
          })
        }),
      end: Effect.asVoid(Queue.end(queue)),
      fail: (error) => Effect.asVoid(Queue.fail(queue, error)),
      stream: Stream.unwrap(Effect.as(
        Effect.acquireRelease(Effect.sync(() => consumers++), () => Effect.sync(() => consumers--)),
        Stream.fromQueue(queue)
      ))
    }
  })
