/**
 * The call that the echo example runs in: with real connections (`Live`), or in memory (`Memory`).
 */
import type { PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

export interface EchoCall<E> {
  /** The ports with which an edge joins as this user. */
  readonly layer: (userId: string) => Layer.Layer<SfuClient | PeerConnectionFactory>
  /** A participant joins, and publishes audio until it is stopped. */
  readonly speak: (userId: string) => Effect.Effect<Speaker<E>, E, Scope.Scope>
  /** The user id in the payload of a speaker's packet. */
  readonly speakerOf: (payload: Uint8Array) => string
}

export interface Speaker<E> {
  readonly stop: Effect.Effect<void, E>
  /** The number of packets so far. */
  readonly sent: Effect.Effect<number>
}
