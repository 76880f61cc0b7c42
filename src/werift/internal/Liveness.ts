/**
 * What state a connection is in: told by its transports, and by a clock.
 *
 * werift's own state cannot be asked. It says connected after an ICE restart that has cut the media off, failed after a
 * second offer that came while it was connecting, completed of an ICE that has gathered and reached nobody; it never
 * gives up on a candidate that does not answer, and never recovers from failed.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { PeerConnectionState } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import { isConnected } from "./Peer.ts"
import type { Peer } from "./Peer.ts"

export interface Liveness {
  /** The state now, and every one that follows. */
  readonly states: Stream.Stream<PeerConnectionState>
  /** An offer was answered. If it began or restarted ICE, it has until the timeout to connect. */
  readonly answered: Effect.Effect<void>
}

export const make = Effect.fnUntraced(function*(
  peer: Peer,
  connectTimeout: Duration.Duration
): Effect.fn.Return<Liveness, never, Scope.Scope> {
  const scope = yield* Effect.scope
  let deadline: Fiber.Fiber<void> | undefined
  let state: PeerConnectionState = "new"
  /** The attempt that the deadline was set for, and the last one that it put an end to. */
  let attempted = ""
  let abandoned = ""
  const changes = Fanout.dropOldest(() => [state])

  const look = (): void => {
    const seen = stateOf(peer, state, abandoned)
    if (seen === state) return
    state = seen
    changes.publish(state)
    if (state === "closed") changes.end()
  }
  peer.onChange(look)

  const expire = Effect.sync(() => {
    abandoned = attempted
    look()
  })

  const answered = Effect.gen(function*() {
    look()
    const attempt = attemptOf(peer)
    if (attempt === attempted) return
    attempted = attempt
    if (deadline !== undefined) yield* Fiber.interrupt(deadline)
    if (!Duration.isFinite(connectTimeout)) return
    deadline = yield* Effect.forkIn(Effect.andThen(Effect.sleep(connectTimeout), expire), scope)
  })

  return { states: changes.stream, answered }
})

const attemptOf = ({ connection }: Peer): string =>
  connection.iceTransports.map(({ iceRestarts, id }) => `${id} ${iceRestarts}`).join()

const stateOf = (peer: Peer, before: PeerConnectionState, abandoned: string): PeerConnectionState => {
  const { connectionState, dtlsTransports } = peer.connection
  if (peer.isClosed() || connectionState === "closed") return "closed"
  // Every m-line was rejected or stopped: nothing is left that could have a state.
  if (dtlsTransports.length === 0) return before
  // The other side's close comes as DTLS's close_notify, where it sends one: within milliseconds, not 30 seconds.
  if (dtlsTransports.some(({ iceTransport, state }) => isOver(state) || iceTransport.state === "failed")) {
    return "failed"
  }
  if (dtlsTransports.every(isConnected)) return "connected"
  if (abandoned === attemptOf(peer)) return "failed"
  const isIdle = dtlsTransports.every(({ iceTransport, state }) =>
    state === "new" && (iceTransport.state === "new" || iceTransport.state === "completed")
  )
  return isIdle && before === "new" ? "new" : "connecting"
}

const isOver = (dtls: string): boolean => dtls === "failed" || dtls === "closed"
