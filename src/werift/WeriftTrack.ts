/**
 * werift's tracks as media that can be published.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { MediaStreamTrack, RtpPacket } from "werift"
import type { OutgoingPacket } from "../edge/PeerConnection.ts"

/** A second of video at the most. Past it the oldest go. */
const capacity = 1_024

/**
 * What comes out of a track from now on: a local one that somebody writes into, or a remote one of a connection of one's
 * own. Ends when the track does; a consumer that is too slow loses the oldest packets.
 *
 * @category constructors
 * @since 0.1.0
 */
export const packets = (track: MediaStreamTrack): Stream.Stream<OutgoingPacket> =>
  Stream.callback<OutgoingPacket>(
    (queue) =>
      Effect.andThen(
        Effect.acquireRelease(
          Effect.sync(() => {
            const ended = (): void => void Queue.endUnsafe(queue)
            const { unSubscribe } = track.onReceiveRtp.subscribe((packet) => {
              Queue.offerUnsafe(queue, outgoing(packet))
            }, ended)
            if (track.stopped) ended()
            return unSubscribe
          }),
          (unSubscribe) => Effect.sync(unSubscribe)
        ),
        Effect.never
      ),
    { bufferSize: capacity, strategy: "sliding" }
  )

const outgoing = ({ header, payload }: RtpPacket): OutgoingPacket => ({
  sequenceNumber: header.sequenceNumber,
  timestamp: header.timestamp,
  marker: header.marker,
  // A copy: werift's is a window on a datagram.
  payload: new Uint8Array(payload)
})
