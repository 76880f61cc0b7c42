/**
 * Keeps the statistics of the received packets in werift's receivers, which send them in receiver reports (RFC 3550, section 6.4).
 *
 * werift would route by SSRC first, then by rid, never by mid, and drop every other packet (H16). It gets only the first
 * packet of each SSRC. Noticed by `test/werift/ReceiverReports.test.ts`.
 */
import type { RTCPeerConnection, RTCRtpReceiver, RtpPacket } from "werift"
import type { ReceivedPacket } from "./RtpParser.ts"

/** A receiver report has room for 31 sources (RFC 3550, section 6.4.2). */
export const maxSources = 31

/** The SSRCs of one owner of an m-line. */
export interface ReceiverReports {
  /** Counts a packet. False if the receiver takes none with its payload type, or has stopped. */
  readonly add: (receiver: RTCRtpReceiver, packet: ReceivedPacket) => boolean
  /** Removes what werift keeps of these SSRCs. */
  readonly end: () => void
}

interface Source {
  readonly receiver: RTCRtpReceiver
  readonly statistics: { readonly add: (packet: ReceivedPacket) => void }
}

export const make = (connection: RTCPeerConnection): ReceiverReports => {
  const { ssrcTable } = connection["router"]
  /** By SSRC, oldest first. */
  const sources = new Map<number, Source>()

  const forget = (ssrc: number): void => {
    const { receiver } = sources.get(ssrc)!
    sources.delete(ssrc)
    if (ssrcTable[ssrc] === receiver) delete ssrcTable[ssrc]
    delete receiver["remoteStreams"][ssrc]
    delete receiver.lastSRtimestamp[ssrc]
    delete receiver.receiveLastSRTimestamp[ssrc]
  }

  /** werift makes the statistics with the first packet, and begins to send reports. */
  const open = (receiver: RTCRtpReceiver, packet: ReceivedPacket): void => {
    const { ssrc } = packet.header
    // Without a track, werift reads only what a `ReceivedPacket` has.
    receiver["handleRTP"](packet as RtpPacket, {}, undefined)
    // The sender reports of the SSRC, which the receiver reports refer to.
    ssrcTable[ssrc] = receiver
    sources.delete(ssrc)
    sources.set(ssrc, { receiver, statistics: receiver["remoteStreams"][ssrc]! })
    if (sources.size > maxSources) forget(sources.keys().next().value!)
  }

  return {
    add: (receiver, packet) => {
      const { payloadType, ssrc } = packet.header
      if (receiver.stopped || receiver["codecs"][payloadType] === undefined) return false
      const source = sources.get(ssrc)
      if (source !== undefined && ssrcTable[ssrc] === receiver) source.statistics.add(packet)
      else open(receiver, packet)
      return true
    },
    end: () => {
      for (const ssrc of Array.from(sources.keys())) forget(ssrc)
    }
  }
}
