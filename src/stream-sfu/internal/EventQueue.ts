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
   * Never waits for the consumer: a reader that waits cannot detect silence. Drops no event: if the queue is full,
   * fails, and the session is lost.
   */
  readonly offer: (event: SfuEvent) => Effect.Effect<void, SfuConnectionError>
  /** The consumer first receives the events in the queue. */
  readonly end: Effect.Effect<void>
  /** The consumer first receives the events in the queue. */
  readonly fail: (error: SfuConnectionError) => Effect.Effect<void>
  readonly stream: Stream.Stream<SfuEvent, SfuConnectionError>
}

export const make = (maxEventsBehind: number): Effect.Effect<EventQueue> =>
  Effect.map(Queue.bounded<SfuEvent, SfuConnectionError | Cause.Done>(maxEventsBehind), (queue) => ({
    offer: (event) =>
      Effect.suspend(() => {
        if (Queue.offerUnsafe(queue, event)) return Effect.void
        const detail = `the consumer of the events is more than ${maxEventsBehind} behind`
        return Effect.fail(new SfuConnectionError({ reason: "Broken", detail }))
      }),
    end: Effect.asVoid(Queue.end(queue)),
    fail: (error) => Effect.asVoid(Queue.fail(queue, error)),
    stream: Stream.fromQueue(queue)
  }))
