/**
 * Delivers the RTCP packets of a transport one by one, after `RtcpCompound` has checked them.
 *
 * This replaces werift's parser of compound packets, which reads each packet to the end of the datagram. Noticed by "a
 * compound packet ..." in `test/werift/strangers.test.ts`.
 */
import type { RTCDtlsTransport } from "werift"
import { GenericNack, RtcpPacketConverter, RtcpTransportLayerFeedback } from "werift"
import * as RtcpCompound from "./RtcpCompound.ts"

/** False if a length does not fit: then nothing of the compound packet is used. */
export const deliver = (transport: RTCDtlsTransport, compound: Buffer): boolean => {
  const packets = RtcpCompound.split(compound)
  packets?.forEach((packet) => deliverOne(transport, packet))
  return packets !== undefined
}

/** A listener that throws must not keep the packet from the others: werift catches as well. */
const deliverOne = (transport: RTCDtlsTransport, packet: Buffer): void => {
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
