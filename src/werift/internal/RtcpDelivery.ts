/**
 * Delivers the RTCP packets of a transport one by one, after `RtcpCompound` has checked them.
 *
 * This replaces werift's parser of compound packets, which reads each packet to the end of the datagram. Noticed by "a
 * compound packet ..." in `test/werift/strangers.test.ts`.
 */
import type { RTCDtlsTransport } from "werift"
import { GenericNack, RtcpPacketConverter, RtcpTransportLayerFeedback } from "werift"
import * as RtcpCompound from "./RtcpCompound.ts"

const nothing = Buffer.alloc(0)

/** Has to be called after each handshake, when the keys are known. `onMalformed`: nothing of the datagram is used. */
export const replace = (transport: RTCDtlsTransport, onMalformed: () => void): void => {
  const { srtcp } = transport
  const { decrypt } = srtcp
  srtcp.decrypt = (datagram) => {
    const packets = RtcpCompound.split(decrypt(datagram))
    if (packets === undefined) onMalformed()
    else for (const packet of packets) deliver(transport, packet)
    // For werift's parser nothing is left.
    return nothing
  }
}

/** A listener that throws must not keep the packet from the others: werift catches as well. */
const deliver = (transport: RTCDtlsTransport, packet: Buffer): void => {
  try {
    for (const parsed of RtcpPacketConverter.deSerialize(packet)) {
      if (parsed instanceof RtcpTransportLayerFeedback && parsed.feedback instanceof GenericNack) {
        // werift sends a packet as often as one request names it.
        parsed.feedback.lost = Array.from(new Set(parsed.feedback.lost))
      }
      transport.onRtcp.execute(parsed)
    }
  } catch {
    // The packets that follow it are delivered.
  }
}
