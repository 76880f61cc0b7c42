/**
 * Watches the subscriber connection: restarts ICE once when the path is lost, and reports the connection as lost if that
 * does not recover it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { PeerConnection, PeerConnectionState } from "../PeerConnection.ts"
import { PeerConnectionError } from "../PeerConnection.ts"
import type { SfuSession } from "../SfuClient.ts"
import type { ConnectionHealth } from "./ConnectionHealth.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import { lose } from "./ConnectionLost.ts"
import { restartIce } from "./SubscriberNegotiation.ts"

export interface SubscriberMedia {
  wasConnected: boolean
  /** The time until which the connection has to be connected again; `undefined` if no ICE restart was requested. */
  restartUntil: number | undefined
}

/** The time from a request for an ICE restart until the connection has to be connected, in milliseconds. */
const restartTimeout = 10_000

/**
 * Reads the current state, also while nothing watches the connection. A connection that is `disconnected` counts as
 * healthy: an outage of the network takes media and signalling together, and the connection continues after it.
 */
export const isHealthy = (peer: PeerConnection): Effect.Effect<boolean> =>
  Effect.map(Stream.runHead(peer.states), Option.exists((state) => state !== "failed" && state !== "closed"))

const mediaLost = new PeerConnectionError({ reason: "Lost" })
const neverConnected = new PeerConnectionError({ reason: "NeverConnected" })

/**
 * Runs until the connection is lost. `disconnected` is not final, but a restart loses nothing, and is faster. `closed` is
 * final: without DTLS a restart of ICE recovers nothing.
 */
export const watch = (
  self: SubscriberMedia,
  peer: PeerConnection,
  session: SfuSession,
  health: ConnectionHealth
): Effect.Effect<never, ConnectionLost> => {
  const awaitRestart = Effect.gen(function*() {
    if (self.restartUntil === undefined) return
    yield* Effect.sleep(Math.max(0, self.restartUntil - (yield* Clock.currentTimeMillis)))
    return yield* lose("Rejoin", self.wasConnected ? mediaLost : neverConnected)
  })

  const onState = Effect.fnUntraced(function*(state: PeerConnectionState) {
    if (state === "connected") {
      self.wasConnected = true
      self.restartUntil = undefined
      return yield* health.mediaConnected("Receiving")
    }
    if ((state === "failed" || state === "closed") && !self.wasConnected) {
      return yield* lose("Rejoin", neverConnected)
    }
    if (state === "closed" || (state === "failed" && self.restartUntil !== undefined)) {
      return yield* lose("Rejoin", mediaLost)
    }
    if ((state === "failed" || state === "disconnected") && self.restartUntil === undefined) {
      self.restartUntil = (yield* Clock.currentTimeMillis) + restartTimeout
      yield* health.mediaLost("Receiving", mediaLost)
      yield* restartIce(session, health)
    }
    yield* awaitRestart
  })

  return peer.states.pipe(
    // The next state interrupts the wait for the restart.
    Stream.switchMap((state) => Stream.fromEffectDrain(onState(state))),
    Stream.runDrain,
    Effect.andThen(Effect.never)
  )
}
