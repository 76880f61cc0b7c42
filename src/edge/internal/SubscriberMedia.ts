/**
 * Watches the subscriber connection: restarts ICE once when the connection fails, and reports the connection as lost if
 * that does not recover it.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { PeerConnection, PeerConnectionState } from "../PeerConnection.ts"
import { PeerConnectionError } from "../PeerConnection.ts"
import type { SfuSession } from "../SfuClient.ts"
import type { ConnectionLost } from "./ConnectionLost.ts"
import { lose } from "./ConnectionLost.ts"

export interface SubscriberMedia {
  wasConnected: boolean
  /** Whether an ICE restart was requested since the connection was last connected. */
  isRestarted: boolean
}

/** The time from a request for an ICE restart until the connection has to be connected. */
const restartTimeout: Duration.Input = "10 seconds"

const unhealthy: ReadonlySet<PeerConnectionState> = new Set(["disconnected", "failed", "closed"])

/** Reads the current state, also while nothing watches the connection. */
export const isHealthy = (peer: PeerConnection): Effect.Effect<boolean> =>
  Effect.map(Stream.runHead(peer.states), Option.exists((state) => !unhealthy.has(state)))

/** Requests an offer that restarts ICE from the SFU. Fails if the SFU has lost the session's socket. */
export const restartIce = (session: SfuSession): Effect.Effect<void, ConnectionLost> =>
  Effect.catch(
    session.restartIce,
    (error) => error.reason === "SignalLost" ? lose("Fast", error) : Effect.logDebug("ICE was not restarted", error)
  )

const onFailed = (self: SubscriberMedia, session: SfuSession): Effect.Effect<never, ConnectionLost> =>
  Effect.suspend(() => {
    if (!self.wasConnected) return lose("Rejoin", new PeerConnectionError({ reason: "NeverConnected" }))
    const error = new PeerConnectionError({ reason: "Lost" })
    if (self.isRestarted) return lose("Rejoin", error)
    self.isRestarted = true
    return restartIce(session).pipe(
      Effect.andThen(Effect.sleep(restartTimeout)),
      Effect.andThen(lose("Rejoin", error))
    )
  })

/** Runs until the connection is lost. The state after `failed` cancels the recovery that `failed` started. */
export const watch = (
  self: SubscriberMedia,
  peer: PeerConnection,
  session: SfuSession
): Effect.Effect<never, ConnectionLost> =>
  peer.states.pipe(
    Stream.switchMap((state) => {
      if (state === "connected") {
        self.wasConnected = true
        self.isRestarted = false
      }
      return state === "failed" ? Stream.fromEffectDrain(onFailed(self, session)) : Stream.empty
    }),
    Stream.runDrain,
    Effect.andThen(Effect.never)
  )
