/**
 * A scoped werift connection that does not leak, hang or end the process.
 *
 * Works around the faults of werift's sockets, ICE and closing. Does not handle tracks. The owner of a peer negotiates
 * through it, one exchange at a time, and neither closes `connection` nor sets a description on it directly.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { RTCPeerConnection } from "werift"
import * as CandidateLimit from "./CandidateLimit.ts"
import * as CandidateLog from "./CandidateLog.ts"
import * as Closing from "./Closing.ts"
import * as DatagramFilter from "./DatagramFilter.ts"
import * as Descriptions from "./Descriptions.ts"
import * as DroppedDatagrams from "./DroppedDatagrams.ts"
import * as HandshakeGuard from "./HandshakeGuard.ts"
import * as IceGathering from "./IceGathering.ts"
import * as IceRestart from "./IceRestart.ts"
import * as ManyMLines from "./ManyMLines.ts"
import { PeerError } from "./PeerError.ts"
import * as Options from "./PeerOptions.ts"
import * as ReceiveBuffer from "./ReceiveBuffer.ts"
import * as SendPath from "./SendPath.ts"
import * as SrtpReceiver from "./SrtpReceiver.ts"
import * as TransportWatch from "./TransportWatch.ts"

export { PeerError } from "./PeerError.ts"
export type { PeerOptions } from "./PeerOptions.ts"

/**
 * @stability unstable
 * @since 0.1.0
 */
export interface Peer extends Descriptions.Descriptions {
  /** For reading its state, and for adding transceivers. */
  readonly connection: RTCPeerConnection
  /** True during the last call of the `onChange` listeners, and after it. */
  readonly isClosed: () => boolean
  /**
   * Runs one exchange of descriptions. Exchanges and the close run one at a time: werift leaks a socket if it is closed
   * while a description binds it (H6), and then leaves the description unsettled (H7). An exchange that has begun is
   * not interrupted. An exchange that is requested after the close began fails with a `PeerError`.
   *
   * Noticed by "H6, H7: ..." in `test/werift/closing.long.test.ts`.
   */
  readonly serialized: <A, E, R>(exchange: Effect.Effect<A, E, R>) => Effect.Effect<A, E | PeerError, R>
  /** Calls the listener, synchronously, when the state of a transport may have changed. It must not throw. */
  readonly onChange: (listener: () => void) => void
  /**
   * From now on the listener gets the RTP packets, synchronously, and werift's receivers get none. It must not throw. A
   * second listener replaces the first.
   */
  readonly onRtp: (listener: SrtpReceiver.RtpListener) => void
}

/**
 * @stability unstable
 * @since 0.1.0
 */
export const open = Effect.fnUntraced(function*(
  options: Options.PeerOptions
): Effect.fn.Return<Peer, PeerError, Scope.Scope> {
  const semaphore = yield* Semaphore.make(1)
  const candidateLog = CandidateLog.make()
  const clock = yield* Clock.Clock
  const dropped = yield* DroppedDatagrams.make
  const filter = DatagramFilter.make(dropped, () => clock.currentTimeMillisUnsafe())
  const onRefused = yield* makeRefusalLog
  const transports = TransportWatch.make((transport) => {
    ManyMLines.keepFingerprint(transport)
    SrtpReceiver.install(transport, dropped, () => rtpListener)
    // After the receiver, which does not ask whether the handshake was verified.
    HandshakeGuard.guard(transport, onRefused)
    IceRestart.restartOnNewCredentials(transport.iceTransport)
    SendPath.keepDuringRestart(transport.iceTransport)
    CandidateLimit.apply(transport.iceTransport, () => candidateLog.addExcess(1))
  })
  const configuration = Options.configurationOf(options)
  let rtpListener: SrtpReceiver.RtpListener | undefined
  let isClosing = false
  let isClosed = false

  const close = (connection: RTCPeerConnection): Effect.Effect<void> =>
    Effect.gen(function*() {
      yield* Closing.close(connection)
      isClosed = true
      transports.notify()
      const watched = transports.close()
      watched.forEach(Closing.endHandshake)
      Closing.endTracks(connection)
      yield* Effect.forEach(watched, Closing.closeSockets, { discard: true })
    })

  const connection = yield* Effect.acquireRelease(
    Effect.try({
      try: () => new RTCPeerConnection(configuration),
      catch: (cause) => PeerError.of("Open", cause)
    }),
    (connection) =>
      Effect.suspend(() => {
        isClosing = true
        return semaphore.withPermit(close(connection))
      })
  )

  ManyMLines.indexTransceivers(connection)
  const gathering = IceGathering.make(options, yield* ReceiveBuffer.make)
  const steps = Descriptions.make(connection, {
    loopbackOnly: options.loopbackOnly,
    gathering: {
      ...gathering,
      prepare: (connection) => {
        filter.install(connection)
        gathering.prepare(connection)
      }
    },
    candidateLog,
    onSet: ({ type }) => {
      if (type === "answer") IceRestart.startChecks(connection, transports.notify)
      transports.update(connection)
    }
  })

  return {
    ...steps,
    connection,
    isClosed: () => isClosed,
    serialized: <A, E, R>(exchange: Effect.Effect<A, E, R>) =>
      semaphore.withPermit(
        Effect.uninterruptible(
          Effect.suspend((): Effect.Effect<A, E | PeerError, R> => isClosing ? Effect.fail(closedError()) : exchange)
        )
      ),
    onChange: transports.onChange,
    onRtp: (listener) => {
      rtpListener = listener
    }
  }
})

/** Logs each reason once: a stranger can repeat what causes it. */
const makeRefusalLog = Effect.map(Effect.context(), (context) => {
  const logged = new Set<string>()
  const run = Effect.runForkWith(context)
  return (reason: string): void => {
    if (logged.has(reason)) return
    logged.add(reason)
    run(Effect.logWarning(`DTLS message dropped: ${reason}`))
  }
})

const closedError = (): PeerError => new PeerError({ step: "Open", detail: "the connection is closed" })
