/**
 * The state of a connection, from the states of its transports and a clock.
 *
 * werift's own states cannot be used. `connectionState` is `connected` after an ICE restart that has cut off the media
 * (H12), and `failed` after a second offer that arrives while connecting; `iceConnectionState` is `completed` when
 * gathering ends (H19). werift never stops trying a candidate that does not answer (H13), and never recovers from
 * `failed`.
 *
 * Noticed by the tests of these hazards in `test/werift/ice.test.ts`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { PeerConnectionState } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { Peer } from "./Peer.ts"
import { isConnected } from "./TransportWatch.ts"

export interface Liveness {
  /** The current state, then every later one. Ends after `closed`. */
  readonly states: Stream.Stream<PeerConnectionState>
  /** An offer was answered. If it began or restarted ICE, the timeout for connecting begins. */
  readonly answered: Effect.Effect<void>
}

export const make = Effect.fnUntraced(function*(
  peer: Peer,
  connectTimeout: Duration.Duration
): Effect.fn.Return<Liveness, never, Scope.Scope> {
  const scope = yield* Effect.scope
  let state: PeerConnectionState = "new"
  let timer: Fiber.Fiber<void> | undefined
  /** The attempt that the timer was started for, and the last attempt that the timer ended. */
  let timedAttempt = ""
  let expiredAttempt = ""
  const changes = Fanout.dropOldest(() => [state])

  const update = (): void => {
    const current = stateOf(peer, state, expiredAttempt)
    if (current === state) return
    state = current
    changes.publish(state)
    if (state === "closed") changes.end()
  }
  peer.onChange(update)

  const expire = Effect.sync(() => {
    expiredAttempt = timedAttempt
    update()
  })

  const answered = Effect.gen(function*() {
    update()
    const attempt = attemptOf(peer)
    if (attempt === timedAttempt) return
    timedAttempt = attempt
    if (timer !== undefined) yield* Fiber.interrupt(timer)
    if (!Duration.isFinite(connectTimeout)) return
    timer = yield* Effect.forkIn(Effect.andThen(Effect.sleep(connectTimeout), expire), scope)
  })

  return { states: changes.stream, answered }
})

/** Differs after every ICE restart, and with every new transport. */
const attemptOf = ({ connection }: Peer): string =>
  connection.iceTransports.map(({ iceRestarts, id }) => `${id} ${iceRestarts}`).join()

const stateOf = (peer: Peer, before: PeerConnectionState, expiredAttempt: string): PeerConnectionState => {
  const { connectionState, dtlsTransports } = peer.connection
  if (peer.isClosed() || connectionState === "closed") return "closed"
  // Every m-line was rejected or stopped, so no transport is left.
  if (dtlsTransports.length === 0) return before
  // A DTLS close_notify from the remote side closes the transport in milliseconds. Without one, consent expires after
  // 30 seconds and ICE fails (H14).
  if (dtlsTransports.some(({ iceTransport, state }) => hasEnded(state) || iceTransport.state === "failed")) {
    return "failed"
  }
  if (dtlsTransports.every(isConnected)) return "connected"
  if (expiredAttempt === attemptOf(peer)) return "failed"
  const isIdle = dtlsTransports.every(({ iceTransport, state }) =>
    state === "new" && (iceTransport.state === "new" || iceTransport.state === "completed")
  )
  return isIdle && before === "new" ? "new" : "connecting"
}

const hasEnded = (dtls: string): boolean => dtls === "failed" || dtls === "closed"
