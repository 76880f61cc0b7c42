/**
 * Sends each event to every subscriber. `publish` never waits for a subscriber, so each one has a bounded queue, and
 * the policy decides what happens to a subscriber whose queue is full: its stream fails, or it loses its oldest events.
 *
 * `PubSub` waits for its slowest subscriber or drops, and cannot report which subscriber lags.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { LaggedError } from "../LaggedError.ts"

/** The smallest number of events that a subscriber can be behind before its stream fails. */
const maxBehind = 16_384

/** The number of events that a subscriber can be behind before it loses the oldest. */
const capacity = 1_024

export interface Fanout<A, E = never> {
  /** `initial`, then every event from the subscription on, without a gap or a repetition. */
  readonly stream: Stream.Stream<A, E>
  /** Every event from the subscription on, without `initial`. */
  readonly changes: Stream.Stream<A, E>
  /** Never runs a subscriber inside the call, so it is safe within a synchronous step and in a callback. */
  readonly publish: (event: A) => void
  /** Subscribers receive the earlier events first. Later subscribers receive `initial` and the same end. */
  readonly end: (cause?: Cause.Cause<E>) => void
}

/** One consumer: what it has not taken yet. */
export interface Subscriber<A, E = never> {
  /** `initial`, then the events of `offer`. */
  readonly stream: (initial: ReadonlyArray<A>) => Stream.Stream<A, E>
  /** Returns false if the subscriber must not receive further events. */
  readonly offer: (event: A) => boolean
  readonly end: (cause: Cause.Cause<E> | undefined) => void
}

export const none = (): ReadonlyArray<never> => []

/** The consumers of a fanout, each with a subscriber of its own. */
export interface Subscribers<A, E> extends Pick<Fanout<A, E>, "publish" | "end"> {
  /** `open` makes the subscriber of a consumer. */
  readonly stream: (
    initial: () => ReadonlyArray<A>,
    open: Effect.Effect<Subscriber<A, E>, never, Scope.Scope>
  ) => Stream.Stream<A, E>
}

export const subscribers = <A, E>(): Subscribers<A, E> => {
  const subscribers = new Set<Subscriber<A, E>>()
  let finish: ((subscriber: Subscriber<A, E>) => void) | undefined

  return {
    stream: (initial, open) => {
      // One synchronous step reads `initial` and subscribes: no event is lost or repeated.
      const subscribe = Effect.map(open, (subscriber) => {
        if (finish === undefined) subscribers.add(subscriber)
        else finish(subscriber)
        return { subscriber, stream: subscriber.stream(initial()) }
      })
      return Stream.unwrap(Effect.map(
        Effect.acquireRelease(subscribe, ({ subscriber }) => Effect.sync(() => subscribers.delete(subscriber))),
        ({ stream }) => stream
      ))
    },
    publish: (event) => {
      for (const subscriber of subscribers) if (!subscriber.offer(event)) subscribers.delete(subscriber)
    },
    end: (cause) => {
      if (finish !== undefined) return
      finish = (subscriber) => subscriber.end(cause)
      subscribers.forEach(finish)
      subscribers.clear()
    }
  }
}

const make = <A, E>(initial: () => ReadonlyArray<A>, open: Effect.Effect<Subscriber<A, E>>): Fanout<A, E> => {
  const { end, publish, stream } = subscribers<A, E>()
  return { stream: stream(initial, open), changes: stream(none, open), publish, end }
}

const ofQueue = <A, E>(
  queue: Queue.Queue<A, E | Cause.Done>,
  offer: Subscriber<A, E>["offer"]
): Subscriber<A, E> => ({
  stream: (initial) => Stream.concat(Stream.fromIterable(initial), Stream.fromQueue(queue)),
  offer,
  end: (cause) => void (cause === undefined ? Queue.endUnsafe(queue) : Queue.failCauseUnsafe(queue, cause))
})

/**
 * A subscriber that is more than `limit()` events behind receives those, then fails with `LaggedError`. No subscriber can
 * run during one step, so `limit()` has to be at least the number of events that one step publishes; it is never less than
 * 16,384.
 */
export const failOnLag = <A, E = never>(
  initial: () => ReadonlyArray<A> = none,
  limit: () => number = () => 0
): Fanout<A, E | LaggedError> =>
  make<A, E | LaggedError>(
    initial,
    Effect.map(Queue.unbounded<A, E | LaggedError | Cause.Done>(), (queue) =>
      ofQueue(queue, (event) => {
        const behind = Math.max(maxBehind, limit())
        if (Queue.sizeUnsafe(queue) < behind) return Queue.offerUnsafe(queue, event)
        Queue.failCauseUnsafe(queue, Cause.fail(new LaggedError({ behind })))
        return false
      }))
  )

/** A subscriber that is more than 1,024 events behind loses the oldest. For packets there is `PacketFanout`. */
export const dropOldest = <A>(initial: () => ReadonlyArray<A> = none): Fanout<A> =>
  make<A, never>(
    initial,
    Effect.map(Queue.sliding<A, Cause.Done>(capacity), (queue) =>
      ofQueue<A, never>(queue, (event) => {
        Queue.offerUnsafe(queue, event)
        return true
      }))
  )
