/**
 * An m-line that we receive, for as long as it has the same owner: its packet stream and its pending key frame request.
 */
import * as Effect from "effect/Effect"
import type { RTCRtpReceiver } from "werift"
import type { RemoteMediaSection, RtpPacket } from "../../edge/PeerConnection.ts"
import * as PacketFanout from "../../internal/PacketFanout.ts"
import * as Codecs from "./Codecs.ts"
import * as HeldPackets from "./HeldPackets.ts"
import * as MediaExtensions from "./MediaExtensions.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import type { ReceivedPacket } from "./RtpParser.ts"
import * as SendPath from "./SendPath.ts"

export interface ReceivedSection {
  /** From the last applied offer. */
  offered: OfferedSection
  /** Of the m-line's transceiver. `undefined` if werift has none, or has stopped it. */
  receiver: RTCRtpReceiver | undefined
  readonly media: RemoteMediaSection
  readonly rtp: PacketFanout.PacketFanout<RtpPacket>
  /** The packets that arrived before the first subscription, for the first subscriber. */
  readonly early: HeldPackets.HeldPackets<RtpPacket>
  /** When the first packet arrived, in milliseconds. */
  openedAt: number | undefined
  isSubscribed: boolean
  /** Drops packets: an offer that is not yet answered gives the m-line to another owner. */
  isPaused: boolean
  /** Of the last packet. */
  lastSsrc: number | undefined
  /** A key frame was requested, and no request was sent since. */
  isKeyFrameWanted: boolean
}

/** `now` returns milliseconds. */
export const make = (
  offered: OfferedSection,
  now: () => number,
  onKeyFrameWanted: (section: ReceivedSection) => void
): ReceivedSection => {
  const { kind, mid, streamId } = offered
  const early = HeldPackets.make<RtpPacket>()
  const rtp = PacketFanout.make<RtpPacket>(now, () => {
    section.isSubscribed = true
    return early.take(now()).map(({ packet }) => packet)
  })
  const section: ReceivedSection = {
    offered,
    receiver: undefined,
    rtp,
    early,
    openedAt: undefined,
    isSubscribed: false,
    isPaused: false,
    lastSsrc: undefined,
    isKeyFrameWanted: false,
    media: {
      mid,
      kind,
      streamId,
      get codecs() {
        return section.offered.codecs.filter(({ name }) => Codecs.receives(kind, name))
      },
      rtp: rtp.stream,
      arrivals: rtp.changes,
      reception: rtp.reception,
      restartReception: rtp.restartReception,
      requestKeyFrame: Effect.sync(() => onKeyFrameWanted(section))
    }
  }
  return section
}

/** Applies the description of the m-line in the last applied offer. */
export const update = (
  section: ReceivedSection,
  offered: OfferedSection,
  receiver: RTCRtpReceiver | undefined
): void => {
  section.offered = offered
  section.receiver = receiver
  section.isPaused = false
}

/** `arrivedAt` in milliseconds. */
export const deliver = (section: ReceivedSection, { header, payload }: ReceivedPacket, arrivedAt: number): void => {
  const { extensions } = header
  const { audioLevel, captureTime, videoOrientation } = section.offered.mediaExtensions
  const packet: RtpPacket = {
    ssrc: header.ssrc,
    payloadType: header.payloadType,
    sequenceNumber: header.sequenceNumber,
    timestamp: header.timestamp,
    marker: header.marker,
    payload: ownBytesOf(payload),
    receivedAt: arrivedAt,
    droppedBefore: 0,
    audioLevel: MediaExtensions.audioLevelOf(extensions, audioLevel),
    videoOrientation: MediaExtensions.videoOrientationOf(extensions, videoOrientation),
    captureTime: MediaExtensions.captureTimeOf(extensions, captureTime)
  }
  if (!section.isSubscribed) hold(section, packet)
  section.rtp.publish(packet)
}

/** As no Buffer. A part of larger memory is copied, so that it does not keep it, nor gives it away when it is transferred. */
const ownBytesOf = (payload: Buffer): Uint8Array =>
  payload.length === payload.buffer.byteLength ? new Uint8Array(payload.buffer) : new Uint8Array(payload)

/**
 * How long packets are held for the first subscriber, in milliseconds after the first one: the default timeout of a resolve.
 * Media that nobody receives takes no memory after that.
 */
const maxHolding = 10_000

const hold = (section: ReceivedSection, packet: RtpPacket): void => {
  const { early } = section
  section.openedAt ??= packet.receivedAt
  if (packet.receivedAt - section.openedAt <= maxHolding) early.add(packet, packet.payload.length, packet.receivedAt)
  else if (early.size() > 0) early.take(Infinity)
}

/** Ends the stream. Later subscribers get no packet. */
export const end = ({ early, rtp }: ReceivedSection): void => {
  early.take(Infinity)
  rtp.end()
}

/**
 * Sends a pending key frame request as a PLI (RFC 4585, section 6.3.1), for the SSRC that sends. The request stays
 * pending while there is no receiver, while no SSRC is known, and while the transport has no path.
 */
export const sendKeyFrameRequest = (section: ReceivedSection): void => {
  const { isKeyFrameWanted, lastSsrc, offered, receiver } = section
  const ssrc = lastSsrc ?? Array.from(offered.ssrcs)[0]
  if (!isKeyFrameWanted || ssrc === undefined || receiver === undefined) return
  if (!SendPath.isOpen(receiver.dtlsTransport)) return
  section.isKeyFrameWanted = false
  receiver.sendRtcpPLI(ssrc).catch(() => {})
}
