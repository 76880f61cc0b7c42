/**
 * An m-line that we send on, and the track that it carries.
 *
 * An m-line outlives its track: after an answer to an offer in which it is inactive, it is free for the next track of
 * its kind. No m-line is ever stopped: when its only m-line stops, werift closes the transport.
 *
 * werift's senders get the packets directly, without a `MediaStreamTrack`: writing to a track does not report a
 * failure.
 */
import * as Effect from "effect/Effect"
import { MediaStream, RtpHeader, RtpPacket } from "werift"
import type { RTCPeerConnection, RTCRtpCodecParameters, RTCRtpSender, RTCRtpTransceiver } from "werift"
import type { LocalTrack, OutgoingPacket, PacketResult } from "../../edge/PeerConnection.ts"
import type * as Fanout from "../../internal/Fanout.ts"
import type { TrackKind } from "../../Track.ts"
import * as Numbering from "./Numbering.ts"
import * as SendPath from "./SendPath.ts"

/** A track of ours. */
export interface OutgoingTrack {
  readonly track: LocalTrack
  readonly kind: TrackKind
  readonly parameters: RTCRtpCodecParameters
  readonly keyFrameRequests: Fanout.Fanout<void>
  /** From its first offer on. */
  section: SendSection | undefined
  /** An offer with this track was answered. */
  isNegotiated: boolean
  isStopped: boolean
}

export interface SendSection {
  readonly transceiver: RTCRtpTransceiver
  carries: OutgoingTrack | undefined
  /** It was answered as inactive: another track may use it. */
  isFree: boolean
  /** The numbering of its SSRC. All tracks of the m-line use the same SSRC. */
  numbering: Numbering.Numbering<OutgoingPacket> | undefined
}

/** `-` is no stream id (RFC 8830): the SFU assigns its own. */
export const open = (connection: RTCPeerConnection, kind: TrackKind): SendSection => ({
  transceiver: connection.addTransceiver(kind, { direction: "sendonly", streams: [new MediaStream({ id: "-" })] }),
  carries: undefined,
  isFree: false,
  numbering: undefined
})

export const isFreeFor = ({ isFree, transceiver }: SendSection, kind: TrackKind): boolean =>
  isFree && !transceiver.stopped && transceiver.kind === kind

/** The next offer sends the track on this m-line, with its codec and no other. */
export const assign = (section: SendSection, outgoing: OutgoingTrack): void => {
  section.isFree = false
  section.carries = outgoing
  section.numbering = Numbering.endSource(section.numbering)
  outgoing.section = section
  const { transceiver } = section
  transceiver.setDirection("sendonly")
  transceiver.setCodecPreferences([outgoing.parameters])
  // Read-only in werift's types, and a plain field at run time. It is the track id of `a=msid`.
  const sender: { -readonly [key in "trackId"]: RTCRtpSender[key] } = transceiver.sender
  sender.trackId = outgoing.track.id
}

/** Makes the m-line inactive in the next offer, if its track was stopped. */
export const vacate = (section: SendSection): void => {
  if (section.carries?.isStopped !== true) return
  section.carries = undefined
  section.transceiver.setDirection("inactive")
}

/** Sends a packet, or drops it if the m-line cannot send now. `now` in milliseconds. */
export const send = (
  section: SendSection,
  packet: OutgoingPacket,
  now: number
): Effect.Effect<ReadonlyArray<PacketResult>> => {
  const { currentDirection, sender } = section.transceiver
  const { codec, dtlsTransport } = sender
  if (currentDirection !== "sendonly" || codec === undefined || !SendPath.isOpen(dtlsTransport)) {
    return notConnected
  }
  const { isSuspectDropped, numbering, sends } = Numbering.next(section.numbering, packet, now, codec.clockRate)
  section.numbering = numbering
  const sending = Effect.forEach(sends, ({ numbers, packet }) => {
    const header = new RtpHeader({ ...numbers, marker: packet.marker, payloadType: codec.payloadType })
    // A copy: werift keeps the payload for retransmission.
    const rtp = new RtpPacket(header, Buffer.from(packet.payload))
    return Effect.tryPromise(() => sender.sendRtp(rtp)).pipe(
      Effect.as<PacketResult>("Sent"),
      Effect.catch((error) => Effect.as(Effect.logDebug("a packet was not sent", error), failed))
    )
  })
  return isSuspectDropped ? Effect.map(sending, (results) => ["OutOfOrder", ...results]) : sending
}

const failed: PacketResult = "Failed"

/** The result of a packet on a track that cannot send. */
export const notConnected: Effect.Effect<ReadonlyArray<PacketResult>> = Effect.succeed(["NotConnected"])
