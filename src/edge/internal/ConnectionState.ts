/**
 * The state of the connection with the call as last reported, and its changes.
 *
 * Not a `SubscriptionRef`, which keeps every change for a subscriber that does not read them: an SFU that makes the edge
 * reconnect again and again could fill the memory.
 */
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import type { EdgeState } from "../EdgeState.ts"

export interface ConnectionState {
  readonly current: () => EdgeState
  /** `Left` is the last state. */
  readonly set: (state: EdgeState) => Effect.Effect<void>
  /** The current state, then every change. Ends after `Left`. A subscriber that is too far behind loses the oldest. */
  readonly states: Stream.Stream<EdgeState>
}

/** The number of changes that a subscriber can be behind. */
const capacity = 1_024

export const make: Effect.Effect<ConnectionState> = Effect.gen(function*() {
  let current: EdgeState = { _tag: "Connecting" }
  const changes = yield* PubSub.sliding<EdgeState>({ capacity, replay: 1 })
  const set = (state: EdgeState) =>
    Effect.suspend(() => {
      current = state
      return Effect.asVoid(PubSub.publish(changes, state))
    })
  yield* set(current)
  return {
    current: () => current,
    set,
    states: Stream.takeUntil(Stream.fromPubSub(changes), ({ _tag }) => _tag === "Left")
  }
})
