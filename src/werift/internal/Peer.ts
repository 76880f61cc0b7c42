/**
 * A scoped werift connection that does not leak, hang or end the process.
 *
 * Works around the faults of werift's sockets, ICE and closing. Does not handle tracks. The owner of a peer negotiates
 * through it, one exchange at a time, and neither closes `connection` nor sets a description on it directly.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { RTCPeerConnection } from "werift"
import * as Closing from "./Closing.ts"
import * as Descriptions from "./Descriptions.ts"
import * as IceRestart from "./IceRestart.ts"
import { PeerError } from "./PeerError.ts"
import * as Options from "./PeerOptions.ts"
import * as TransportWatch from "./TransportWatch.ts"

export { PeerError } from "./PeerError.ts"
export type { PeerOptions } from "./PeerOptions.ts"

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
   * Noticed by "H6, H7: ..." in `test/werift/closing.test.ts`.
   */
  readonly serialized: <A, E, R>(exchange: Effect.Effect<A, E, R>) => Effect.Effect<A, E | PeerError, R>
  /** Calls the listener, synchronously, when the state of a transport may have changed. It must not throw. */
  readonly onChange: (listener: () => void) => void
}

export const open = Effect.fnUntraced(function*(
  options: Options.PeerOptions
): Effect.fn.Return<Peer, PeerError, Scope.Scope> {
  const semaphore = yield* Semaphore.make(1)
  const transports = TransportWatch.make(({ iceTransport }) => IceRestart.restartOnNewCredentials(iceTransport))
  const configuration = Options.configurationOf(options)
  let isClosing = false
  let isClosed = false

  const close = (connection: RTCPeerConnection): Effect.Effect<void> =>
    Effect.andThen(
      Closing.close(connection),
      Effect.sync(() => {
        isClosed = true
        transports.notify()
        transports.close().forEach(Closing.endHandshake)
        Closing.endTracks(connection)
      })
    )

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

  const steps = Descriptions.make(connection, {
    loopbackOnly: options.loopbackOnly,
    hasStunServer: Options.hasStunServer(configuration),
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
    onChange: transports.onChange
  }
})

const closedError = (): PeerError => new PeerError({ step: "Open", detail: "the connection is closed" })
