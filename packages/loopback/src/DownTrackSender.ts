/**
 * Writes a publisher's packets to a subscriber's transceiver: same payload, with the subscriber's payload type and
 * continuous sequence numbers.
 */
import type { RTCRtpSender, RTCRtpTransceiver } from "werift"
import { RtpHeader, RtpPacket } from "werift"
import * as LazyPeer from "./LazyPeer.ts"
import type { MediaPacket } from "./Publisher.ts"

export interface DownTrackSender {
  /**
   * False, if the subscriber has not negotiated the packet's codec. `onNewSource` is called before the first packet of a
   * source. `midExtensionId` is the id of the header extension for the mid (RFC 8843), if the client has accepted it.
   */
  readonly send: (
    transceiver: RTCRtpTransceiver,
    packet: MediaPacket,
    midExtensionId: number | undefined,
    onNewSource: () => void
  ) => boolean
}

export const make = (): DownTrackSender => {
  const sources = new WeakMap<RTCRtpSender, object>()
  return {
    send: (transceiver, packet, midExtensionId, onNewSource) => {
      const { audioLevel, codec, marker, payload, sequenceNumber, source, timestamp } = packet
      const { codecs, sender } = transceiver
      const negotiated = codecs.find(({ mimeType }) => mimeType.toLowerCase() === codec)
      if (!sender.track || negotiated === undefined) return false
      sender.codec = negotiated
      if (sources.get(sender) !== source) {
        // werift shifts the numbers of the new source, so that they continue those of the last one.
        sender.replaceRTP({ sequenceNumber, timestamp })
        sources.set(sender, source)
        onNewSource()
      }
      // werift adds the mid itself once the section is answered.
      const mid = midExtensionId === undefined || transceiver.mid === null
        ? []
        : [{ id: midExtensionId, payload: Buffer.from(transceiver.mid) }]
      const level = LazyPeer.audioLevelExtensions(LazyPeer.audioLevelId(sender), audioLevel)
      const extensions = [...mid, ...level]
      const { payloadType } = negotiated
      const header = new RtpHeader({ marker, sequenceNumber, timestamp, payloadType, extensions })
      sender.track.writeRtp(new RtpPacket(header, payload))
      return true
    }
  }
}
