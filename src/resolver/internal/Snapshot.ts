/**
 * What a state contains, as plain values and as counts.
 */
import type { Binding, IncomingTrack, TrackKey } from "../../Track.ts"
import * as OrderedMap from "./OrderedMap.ts"
import type { State } from "./State.ts"
import { isWaiting, keyStates, toBinding, types } from "./State.ts"

/**
 * The content of a state as plain values. It takes time proportional to the content; for numbers see `counts`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  /** Waiting keys, each with the number of its callers. The longest waiting first. */
  readonly waiting: ReadonlyArray<{ readonly key: TrackKey; readonly callers: number }>
  /** Tracks that are registered and not bound. The longest pending first. `registeredAt` is in milliseconds. */
  readonly pending: ReadonlyArray<IncomingTrack & { readonly registeredAt: number }>
  /** The oldest binding first. */
  readonly bound: ReadonlyArray<Binding>
}

/**
 * The sizes of a state. They take constant time.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Counts {
  readonly waiting: number
  readonly pending: number
  readonly bound: number
  readonly inheritable: number
}

export const counts = ({ boundCount, inheritable, pending, waiting }: State): Counts => ({
  waiting: types.reduce((count, type) => count + OrderedMap.size(waiting[type]), 0),
  pending: OrderedMap.size(pending),
  bound: boundCount,
  inheritable: OrderedMap.size(inheritable)
})

export const make = (state: State): Snapshot => {
  const keys = keyStates(state)
  return {
    waiting: keys
      .flatMap(({ key, state }) => isWaiting(state) ? [{ key, inFlight: state.inFlight! }] : [])
      .sort((a, b) => a.inFlight.generation - b.inFlight.generation)
      .map(({ inFlight, key }) => ({ key, callers: inFlight.callers })),
    pending: Array.from(OrderedMap.values(state.pending), ({ track: { order: _, ...track } }) => track),
    bound: keys
      .flatMap(({ key, state: { binding } }) => binding === undefined ? [] : [{ key, binding }])
      .sort((a, b) => a.binding.bindingOrder - b.binding.bindingOrder)
      .map(({ binding, key }) => toBinding(key, binding))
  }
}
