/**
 * Hands packets to werift's receivers, which keep the statistics for receiver reports, and give the packets back.
 *
 * werift's own routing is switched off: it routes by SSRC first, then by rid, never by mid, and drops every other
 * packet (H16). Noticed by `test/werift/routing.test.ts`.
 */
import { MediaStreamTrack } from "werift"
import type { RTCPeerConnection, RTCRtpReceiver, RtpPacket } from "werift"
import type { TrackKind } from "../../Track.ts"

/** A receiver report has room for 31 sources (RFC 3550, section 6.4.2). */
export const maxSources = 31

/** The packets of one owner of an m-line, on their way through werift's receiver. */
export interface WeriftReceiver {
  readonly receive: (receiver: RTCRtpReceiver, packet: RtpPacket) => void
  /** Removes what werift keeps of this owner's SSRCs. */
  readonly end: () => void
}

export const disableRouting = (connection: RTCPeerConnection): void => {
  connection["router"].routeRtp = () => {}
}

export const make = (
  connection: RTCPeerConnection,
  kind: TrackKind,
  onPacket: (packet: RtpPacket) => void
): WeriftReceiver => {
  const router = connection["router"]
  const track = new MediaStreamTrack({ kind, remote: true })
  track.onReceiveRtp.subscribe(onPacket)
  /** Oldest first. */
  const receivers = new Map<number, RTCRtpReceiver>()

  const forget = (ssrc: number): void => {
    const receiver = receivers.get(ssrc)
    receivers.delete(ssrc)
    if (receiver === undefined || receiver.trackBySSRC[ssrc] !== track) return
    if (router.ssrcTable[ssrc] === receiver) delete router.ssrcTable[ssrc]
    delete receiver.trackBySSRC[ssrc]
    delete receiver["remoteStreams"][ssrc]
    delete receiver.lastSRtimestamp[ssrc]
    delete receiver.receiveLastSRTimestamp[ssrc]
  }

  const remember = (receiver: RTCRtpReceiver, ssrc: number): void => {
    receivers.delete(ssrc)
    receivers.set(ssrc, receiver)
    // `Retransmissions` requests lost packets, and `TransportFeedback` reports them.
    receiver["nack"].addPacket = () => {}
    receiver.setupTWCC = () => {}
    delete receiver.receiverTWCC
    if (receivers.size > maxSources) forget(receivers.keys().next().value!)
  }

  return {
    receive: (receiver, packet) => {
      const { ssrc } = packet.header
      if (receiver.trackBySSRC[ssrc] !== track || router.ssrcTable[ssrc] !== receiver) {
        remember(receiver, ssrc)
        receiver.trackBySSRC[ssrc] = track
        // The sender reports of the SSRC, which the receiver reports refer to.
        router.ssrcTable[ssrc] = receiver
      }
      // The statistics do not need the header extensions, and `TransportFeedback` and `MediaExtensions` read them.
      receiver.handleRtpBySsrc(packet, {})
    },
    end: () => {
      for (const ssrc of Array.from(receivers.keys())) forget(ssrc)
      track.stop()
    }
  }
}
