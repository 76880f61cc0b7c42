/**
 * Sends each event to every subscriber. `publish` never waits for a subscriber, so each one has a bounded queue, and
 * the policy decides what happens to a subscriber whose queue is full: its stream fails, or it loses its oldest events.
 *
 * `PubSub` waits for its slowest subscriber or drops, and cannot report which subscriber lags.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { LaggedError } from "../LaggedError.ts"

/** The number of events that a subscriber can be behind. */
const capacity = 1_024

export interface Fanout<A, E = never> {
  /** `initial`, then every event from the subscription on, without a gap or a repetition. */
  readonly stream: Stream.Stream<A, E>
  /** Never runs a subscriber inside the call, so it is safe within a synchronous step and in a callback. */
  readonly publish: (event: A) => void
  /** Subscribers receive the earlier events first. Later subscribers receive `initial` and the same end. */
  readonly end: (cause?: Cause.Cause<E>) => void
}

type Subscriber<A, E> = Queue.Queue<A, E | Cause.Done>

interface Policy<A, E> {
  readonly open: Effect.Effect<Subscriber<A, E>>
  /** Returns false if the subscriber must not receive further events. */
  readonly offer: (subscriber: Subscriber<A, E>, event: A) => boolean
}

const make = <A, E>(initial: () => ReadonlyArray<A>, policy: Policy<A, E>): Fanout<A, E> => {
  const subscribers = new Set<Subscriber<A, E>>()
  let finish: ((subscriber: Subscriber<A, E>) => void) | undefined

  // One synchronous step reads `initial` and subscribes: no event is lost or repeated.
  const subscribe = Effect.map(policy.open, (subscriber) => {
    if (finish === undefined) subscribers.add(subscriber)
    else finish(subscriber)
    return { subscriber, initial: initial() }
  })

  return {
    stream: Stream.unwrap(Effect.map(
      Effect.acquireRelease(subscribe, ({ subscriber }) => Effect.sync(() => subscribers.delete(subscriber))),
      ({ initial, subscriber }) => Stream.concat(Stream.fromIterable(initial), Stream.fromQueue(subscriber))
    )),
    publish: (event) => {
      for (const subscriber of subscribers) if (!policy.offer(subscriber, event)) subscribers.delete(subscriber)
    },
    end: (cause) => {
      if (finish !== undefined) return
      finish = (subscriber) =>
        void (cause === undefined ? Queue.endUnsafe(subscriber) : Queue.failCauseUnsafe(subscriber, cause))
      subscribers.forEach(finish)
      subscribers.clear()
    }
  }
}

const none = (): ReadonlyArray<never> => []

/** A subscriber that is more than 1,024 events behind receives those, then fails with `LaggedError`. */
export const failOnLag = <A, E = never>(initial: () => ReadonlyArray<A> = none): Fanout<A, E | LaggedError> =>
  make<A, E | LaggedError>(initial, {
    open: Queue.bounded(capacity),
    offer: (subscriber, event) => {
      if (Queue.offerUnsafe(subscriber, event)) return true
      Queue.failCauseUnsafe(subscriber, Cause.fail(new LaggedError({ behind: capacity })))
      return false
    }
  })

/** A subscriber that is more than 1,024 events behind loses the oldest. */
export const dropOldest = <A>(initial: () => ReadonlyArray<A> = none): Fanout<A> =>
  make<A, never>(initial, {
    open: Queue.sliding(capacity),
    offer: (subscriber, event) => {
      Queue.offerUnsafe(subscriber, event)
      return true
    }
  })
