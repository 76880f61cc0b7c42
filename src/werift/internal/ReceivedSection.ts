/**
 * An m-line that we receive, for as long as it has the same owner: its packet stream and its pending key frame request.
 */
import * as Effect from "effect/Effect"
import type { RTCRtpReceiver, RtpPacket as WeriftPacket } from "werift"
import type { RemoteMediaSection, RtpPacket } from "../../edge/PeerConnection.ts"
import * as Fanout from "../../internal/Fanout.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import { isConnected } from "./TransportWatch.ts"

export interface ReceivedSection {
  /** From the last applied offer. */
  offered: OfferedSection
  readonly media: RemoteMediaSection
  readonly rtp: Fanout.Fanout<RtpPacket>
  /** Drops packets: an offer that is not yet answered gives the m-line to another owner. */
  isPaused: boolean
  /** Of the last packet. */
  lastSsrc: number | undefined
  /** A key frame was requested, and no request was sent since. */
  isKeyFrameWanted: boolean
}

export const make = (
  offered: OfferedSection,
  onKeyFrameWanted: (section: ReceivedSection) => void
): ReceivedSection => {
  const { kind, mid, streamId } = offered
  const rtp = Fanout.dropOldest<RtpPacket>()
  const section: ReceivedSection = {
    offered,
    rtp,
    isPaused: false,
    lastSsrc: undefined,
    isKeyFrameWanted: false,
    media: {
      mid,
      kind,
      streamId,
      get codecs() {
        return section.offered.codecs
      },
      rtp: rtp.stream,
      requestKeyFrame: Effect.sync(() => onKeyFrameWanted(section))
    }
  }
  return section
}

/** Applies the description of the m-line in the last applied offer. */
export const update = (section: ReceivedSection, offered: OfferedSection): void => {
  section.offered = offered
  section.isPaused = false
  if (section.lastSsrc !== undefined && !offered.ssrcs.has(section.lastSsrc)) section.lastSsrc = undefined
}

export const deliver = ({ rtp }: ReceivedSection, { header, payload }: WeriftPacket): void =>
  rtp.publish({
    ssrc: header.ssrc,
    payloadType: header.payloadType,
    sequenceNumber: header.sequenceNumber,
    timestamp: header.timestamp,
    marker: header.marker,
    // werift's payload is a view of a datagram. The copy keeps no datagram in memory, and is not a Buffer.
    payload: new Uint8Array(payload)
  })

/**
 * Sends a pending key frame request as a PLI (RFC 4585, section 6.3.1). The request stays pending while there is no
 * receiver, while no SSRC is known, and while the transport is not connected.
 */
export const sendKeyFrameRequest = (section: ReceivedSection, receiver: RTCRtpReceiver | undefined): void => {
  const { isKeyFrameWanted, lastSsrc, offered } = section
  const ssrc = lastSsrc ?? Array.from(offered.ssrcs)[0]
  if (!isKeyFrameWanted || ssrc === undefined || receiver === undefined || !isConnected(receiver.dtlsTransport)) return
  section.isKeyFrameWanted = false
  receiver.sendRtcpPLI(ssrc).catch(() => {})
}
