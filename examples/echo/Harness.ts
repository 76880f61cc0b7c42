/**
 * Where the echo is played: a call with real connections, or one in memory.
 */
import type { PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

export interface Stage<E> {
  /** What an edge joins with, as this user. */
  readonly layer: (userId: string) => Layer.Layer<SfuClient | PeerConnectionFactory>
  /** Somebody joins who speaks, until they stop. */
  readonly speak: (userId: string) => Effect.Effect<Speaker<E>, E, Scope.Scope>
  /** Reads in a payload who has spoken it. */
  readonly senderOf: (payload: Uint8Array) => string
}

export interface Speaker<E> {
  readonly stop: Effect.Effect<void, E>
  /** How many packets. */
  readonly spoken: Effect.Effect<number>
}
