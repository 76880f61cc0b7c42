/**
 * Closes a werift connection, and cleans up after werift's own `close`.
 *
 * The caller must hold the permit of the negotiation: a close while a description binds its socket leaks the socket
 * (H6), and the description then never settles (H7).
 */
import * as Effect from "effect/Effect"
import type { RTCDtlsTransport, RTCPeerConnection } from "werift"
import { stepTimeout } from "./PeerOptions.ts"

/**
 * Never fails, and takes `stepTimeout` at most.
 *
 * The fault: werift searches its routing table for each m-line, which is quadratic. The table goes with the connection.
 * Noticed by "closing ..." in `test/werift/hostileOffers.test.ts`.
 */
export const close = (connection: RTCPeerConnection): Effect.Effect<void> =>
  Effect.tryPromise(() => {
    connection["router"].unregisterTransceiver = () => {}
    return connection.close()
  }).pipe(
    Effect.ignore,
    Effect.interruptible,
    Effect.timeoutOption(stepTimeout),
    Effect.asVoid
  )

/**
 * Removes every listener, and ends the remote tracks: werift leaves the tracks of a closed connection `live` (H18).
 *
 * Noticed by "H18: ..." in `test/werift/closing.long.test.ts`.
 */
export const endTracks = (connection: RTCPeerConnection): void => {
  connection.onTrack.allUnsubscribe()
  connection.removeAllListeners()
  for (const receiver of connection.getReceivers()) receiver.endTracks()
}

/**
 * Ends the DTLS handshake of a closed transport: a handshake that is under way, or one that is about to begin.
 *
 * The fault: werift repeats an unanswered flight for half a minute, and its timer keeps the process alive. It stops
 * only when the transport has reached a later flight. Noticed by "a process ends by itself if
 * its connection closes during the DTLS handshake ..." in `test/werift/closing.long.test.ts`.
 */
export const endHandshake = ({ dtls: socket }: RTCDtlsTransport): void => {
  if (socket !== undefined) Object.defineProperty(socket.dtls, "flight", { get: () => Infinity, set: () => {} })
}

/**
 * Closes the sockets of a transport that the connection no longer has.
 *
 * The fault: if the remote side has closed DTLS, werift makes another transport at the next description, and forgets the
 * sockets of the former one (H20). Noticed by "H20: ..." in `test/werift/closing.long.test.ts`.
 */
export const closeSockets = ({ iceTransport }: RTCDtlsTransport): Effect.Effect<void> =>
  Effect.ignore(Effect.tryPromise(() => iceTransport.stop()))
