/**
 * The packets of werift's tracks, as media that can be published.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { MediaStreamTrack, RtpPacket } from "werift"
import type { OutgoingPacket } from "../edge/PeerConnection.ts"
import * as Arguments from "../internal/Arguments.ts"

/** In packets: about one second of video. */
const capacity = 1_024

/**
 * The RTP packets of a werift track, from the subscription on. The track is either a local one that is written to with
 * `track.writeRtp`, or a remote one of a werift connection.
 *
 * Each packet keeps its sequence number (16 bits), its timestamp (32 bits, in units of the codec's clock rate) and its
 * marker (RFC 3550, section 5.1). SSRC and payload type are left out: the connection that sends the packet assigns its
 * own. The payload is a copy.
 *
 * Ends when the track is stopped, and at once if the track was stopped before the subscription. Never fails; anything
 * but a track of werift is a defect. A consumer that is more than 1,024 packets behind loses the oldest.
 *
 * @example
 * ```ts
 * import { WeriftTrack } from "effect-track-resolver/werift"
 * import { MediaStreamTrack } from "werift"
 *
 * const track = new MediaStreamTrack({ kind: "audio" })
 * const packets = WeriftTrack.packets(track)
 * ```
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const packets = (track: MediaStreamTrack): Stream.Stream<OutgoingPacket> =>
  Stream.callback<OutgoingPacket>(
    (queue) =>
      Effect.andThen(
        Effect.acquireRelease(
          Effect.sync(() => {
            if (!isTrack(track)) {
              throw Arguments.error("WeriftTrack.packets", "track", "a MediaStreamTrack of werift", track)
            }
            const end = (): void => void Queue.endUnsafe(queue)
            const { unSubscribe } = track.onReceiveRtp.subscribe((packet) => {
              Queue.offerUnsafe(queue, outgoing(packet))
            }, end)
            if (track.stopped) end()
            return unSubscribe
          }),
          (unSubscribe) => Effect.sync(unSubscribe)
        ),
        Effect.never
      ),
    { bufferSize: capacity, strategy: "sliding" }
  )

/** By its member, because an application may have another copy of werift. */
const isTrack = (track: unknown): boolean =>
  typeof track === "object" && track !== null && "onReceiveRtp" in track && typeof track.onReceiveRtp === "object"

const outgoing = ({ header, payload }: RtpPacket): OutgoingPacket => ({
  sequenceNumber: header.sequenceNumber,
  timestamp: header.timestamp,
  marker: header.marker,
  // werift's payload is a view of a datagram.
  payload: new Uint8Array(payload)
})
