/**
 * The state of a connection, from the states of its transports and a clock.
 *
 * werift's own states cannot be used. `connectionState` is `connected` after an ICE restart that has cut off the media
 * (H12), and `failed` after a second offer that arrives while connecting; `iceConnectionState` is `completed` when
 * gathering ends (H19). werift never stops trying a candidate that does not answer (H13), and never recovers from
 * `failed`.
 *
 * During an ICE restart the connection stays `connected` as long as media flows on the former path.
 *
 * Noticed by the tests of these hazards in `test/werift/ice.test.ts`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PeerConnectionState } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import * as ConsentWatch from "./ConsentWatch.ts"
import type { Peer } from "./Peer.ts"
import * as SendPath from "./SendPath.ts"

export interface Liveness {
  /** The current state, then every later one. Ends after `closed`. */
  readonly states: Stream.Stream<PeerConnectionState>
  /** An offer was answered. If it began or restarted ICE, the timeout for connecting begins. */
  readonly answered: Effect.Effect<void>
  /** An offer that restarted ICE got no answer. The timeout for connecting begins. */
  readonly unanswered: Effect.Effect<void>
  /** Waits until ICE and DTLS, if they have begun after an answer, have connected, failed or timed out. */
  readonly settled: Effect.Effect<void>
}

interface Status {
  readonly state: PeerConnectionState
  /** An answer has begun ICE, and DTLS the first time, and they are under way. */
  readonly isEstablishing: boolean
}

export const make = Effect.fnUntraced(function*(
  peer: Peer,
  connectTimeout: Duration.Duration
): Effect.fn.Return<Liveness, never, Scope.Scope> {
  const scope = yield* Effect.scope
  let status: Status = { state: "new", isEstablishing: false }
  let timer: Fiber.Fiber<void> | undefined
  /** The attempt that the timer was started for, and the last attempt that the timer ended. */
  let timedAttempt = ""
  let expiredAttempt = ""
  /** The last attempt that has an answer. */
  let answeredAttempt = ""
  const changes = Fanout.dropOldest(() => [status])
  const consent = ConsentWatch.make(peer.connection)

  const update = (): void => {
    const state = stateOf(peer, consent, status.state, expiredAttempt)
    const isEstablishing = answeredAttempt === attemptOf(peer) && answeredAttempt !== expiredAttempt &&
      isUnderWay(peer)
    if (state === status.state && isEstablishing === status.isEstablishing) return
    status = { state, isEstablishing }
    changes.publish(status)
    if (state === "closed") changes.end()
  }
  peer.onChange(update)

  const tick = Effect.sync(() => {
    consent.tick()
    update()
  })
  yield* Effect.forkScoped(Effect.schedule(tick, Schedule.spaced("1 second")))

  const expire = Effect.sync(() => {
    expiredAttempt = timedAttempt
    update()
  })

  const startTimer = Effect.gen(function*() {
    update()
    const attempt = attemptOf(peer)
    if (attempt === timedAttempt) return
    timedAttempt = attempt
    if (timer !== undefined) yield* Fiber.interrupt(timer)
    if (!Duration.isFinite(connectTimeout)) return
    timer = yield* Effect.forkIn(Effect.andThen(Effect.sleep(connectTimeout), expire), scope)
  })

  const answered = Effect.suspend(() => {
    const attempt = attemptOf(peer)
    if (attempt !== answeredAttempt) {
      answeredAttempt = attempt
      timedAttempt = ""
      expiredAttempt = ""
    }
    return startTimer
  })

  return {
    states: Stream.changes(Stream.map(changes.stream, ({ state }) => state)),
    answered,
    unanswered: startTimer,
    settled: Stream.runDrain(Stream.takeUntil(changes.stream, ({ isEstablishing }) => !isEstablishing))
  }
})

/** Differs after every ICE restart, and with every new transport. */
const attemptOf = ({ connection }: Peer): string =>
  connection.iceTransports.map(({ iceRestarts, id }) => `${id} ${iceRestarts}`).join()

const stateOf = (
  peer: Peer,
  consent: ConsentWatch.ConsentWatch,
  before: PeerConnectionState,
  expiredAttempt: string
): PeerConnectionState => {
  const { connectionState, dtlsTransports } = peer.connection
  if (before === "closed" || peer.isClosed() || connectionState === "closed") return "closed"
  // Every m-line was rejected or stopped, so no transport is left.
  if (dtlsTransports.length === 0) return before
  // The remote side has sent a close_notify or a fatal alert, or the handshake has failed. A restart of ICE brings back
  // neither the keys nor the handshake: werift would report `connected`, and decrypt nothing.
  if (dtlsTransports.some(({ state }) => hasEnded(state))) return "closed"
  // Without a close_notify, consent is missing within 8 seconds, and expires after 30: then ICE fails (H14).
  if (dtlsTransports.some(({ iceTransport }) => iceTransport.state === "failed")) return "failed"
  if (dtlsTransports.every(SendPath.isOpen) && !consent.isSilent()) return "connected"
  if (dtlsTransports.every(SendPath.isSelected)) return "disconnected"
  if (expiredAttempt === attemptOf(peer)) return "failed"
  const isIdle = dtlsTransports.every(({ iceTransport, state }) =>
    state === "new" && (iceTransport.state === "new" || iceTransport.state === "completed")
  )
  return isIdle && before === "new" ? "new" : "connecting"
}

const isUnderWay = ({ connection: { dtlsTransports }, isClosed }: Peer): boolean =>
  !isClosed() && !dtlsTransports.some(({ iceTransport, state }) => hasEnded(state) || iceTransport.state === "failed")
  && !dtlsTransports.every(SendPath.isSelected)

const hasEnded = (dtls: string): boolean => dtls === "failed" || dtls === "closed"
