/**
 * Requests lost packets, and recognizes those that arrive a second time: as a copy in the same SSRC, or in RTX packets
 * with an SSRC of their own (RFC 4588).
 *
 * The SSRC that an RTX packet repairs, by the first rule that names one:
 *
 * 1. the `a=ssrc-group:FID` lines of the offer (RFC 5576);
 * 2. the rid that the packet repairs, and the SSRC whose packets carried this rid last (RFC 8852);
 * 3. the only SSRC that misses a packet with the original sequence number (RFC 4588, section 5.3);
 * 4. the only SSRC of the m-line.
 *
 * If there is none, or several miss such a packet, the packet is dropped.
 *
 * werift unwraps RTX only if the m-line lists exactly two SSRCs, and loses the key frame requests if the payload type of
 * RTX is the lowest. So werift does not know of RTX: `RtxAnswer` puts it into the answer.
 */
import { GenericNack, RtcpTransportLayerFeedback } from "werift"
import type { RTCRtpReceiver } from "werift"
import { textOf } from "./HeaderExtension.ts"
import * as LossTracker from "./LossTracker.ts"
import type { OfferedSection } from "./OfferedSection.ts"
import type { ReceivedPacket } from "./RtpParser.ts"

/** Of one owner of an m-line. */
export interface Retransmissions {
  /** False if the packet was received before. Requests the packets that are missing before it. */
  readonly isNew: (packet: ReceivedPacket, section: OfferedSection, receiver: RTCRtpReceiver | undefined) => boolean
  /**
   * The packet inside an RTX packet. `undefined` if it has none, as in padding, or if the SSRC that it repairs is unknown.
   */
  readonly unwrap: (packet: ReceivedPacket, section: OfferedSection) => ReceivedPacket | undefined
  readonly end: () => void
}

/** Beyond this number of SSRCs, the oldest is forgotten. */
const maxSources = 31

/** In milliseconds. */
const interval = 20

/** `now` returns milliseconds. */
export const make = (now: () => number): Retransmissions => {
  const trackers = new Map<number, LossTracker.LossTracker>()
  const ssrcOfRid = new Map<string, number>()
  let receiver: RTCRtpReceiver | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const trackerOf = (ssrc: number): LossTracker.LossTracker => {
    const known = trackers.get(ssrc)
    if (known !== undefined) return known
    const tracker = LossTracker.make()
    trackers.set(ssrc, tracker)
    if (trackers.size > maxSources) trackers.delete(trackers.keys().next().value!)
    return tracker
  }

  const request = (): void => {
    timer = undefined
    for (const [mediaSourceSsrc, tracker] of trackers) {
      const lost = Array.from(tracker.request(now()))
      if (lost.length > 0 && receiver !== undefined) sendNack(receiver, mediaSourceSsrc, lost)
      if (tracker.size() > 0) schedule()
    }
  }

  const schedule = (): void => {
    timer ??= setTimeout(request, interval)
  }

  const repairedSsrc = ({ header, payload }: ReceivedPacket, section: OfferedSection): number | undefined => {
    const grouped = section.repairs.get(header.ssrc)
    if (grouped !== undefined) return grouped
    const rid = textOf(header.extensions, new Set([section.repairedRidExtension]))
    if (rid !== undefined && ssrcOfRid.has(rid)) return ssrcOfRid.get(rid)
    const sequenceNumber = payload.readUInt16BE(0)
    const ssrcs = Array.from(trackers.keys())
    const missing = ssrcs.filter((ssrc) => trackers.get(ssrc)!.isMissing(sequenceNumber))
    const possible = missing.length > 0 ? missing : ssrcs
    return possible.length === 1 ? possible[0] : undefined
  }

  return {
    isNew: ({ header }, { hasNack, ridExtension, rids }, current) => {
      const tracker = trackerOf(header.ssrc)
      const rid = rids.size === 0 ? undefined : textOf(header.extensions, new Set([ridExtension]))
      if (rid !== undefined && rids.has(rid)) ssrcOfRid.set(rid, header.ssrc)
      const isNew = tracker.receive(header.sequenceNumber, now())
      receiver = current
      if (hasNack && tracker.size() > 0) schedule()
      return isNew
    },
    unwrap: (packet, section) => {
      const payloadType = section.rtxPayloadTypes.get(packet.header.payloadType)
      // Two bytes are the original sequence number.
      if (payloadType === undefined || packet.payload.length <= 2) return undefined
      const ssrc = repairedSsrc(packet, section)
      if (ssrc === undefined) return undefined
      // The rest of the header is that of the original (RFC 4588, section 4).
      const header = { ...packet.header, ssrc, payloadType, sequenceNumber: packet.payload.readUInt16BE(0) }
      return { header, payload: packet.payload.subarray(2) }
    },
    end: () => {
      clearTimeout(timer)
      trackers.clear()
      ssrcOfRid.clear()
      receiver = undefined
    }
  }
}

const sendNack = (receiver: RTCRtpReceiver, mediaSourceSsrc: number, lost: Array<number>): void => {
  const feedback = new GenericNack({ senderSsrc: receiver.rtcpSsrc, mediaSourceSsrc, lost })
  receiver.dtlsTransport.sendRtcp([new RtcpTransportLayerFeedback({ feedback })]).catch(() => {})
}

export const isRtx = ({ header }: ReceivedPacket, { rtxPayloadTypes }: OfferedSection): boolean =>
  rtxPayloadTypes.has(header.payloadType)
