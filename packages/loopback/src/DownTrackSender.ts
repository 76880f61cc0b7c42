/**
 * Writes a publisher's packets to a subscriber's transceiver: same payload, with the subscriber's payload type and
 * continuous sequence numbers.
 */
import type { RTCRtpSender, RTCRtpTransceiver } from "werift"
import { RtpHeader, RtpPacket } from "werift"
import type { MediaPacket } from "./Publisher.ts"

export interface DownTrackSender {
  /**
   * False, if the subscriber has not negotiated the packet's codec. `onNewSource` is called before the first packet of a
   * source.
   */
  readonly send: (transceiver: RTCRtpTransceiver, packet: MediaPacket, onNewSource: () => void) => boolean
}

export const make = (): DownTrackSender => {
  const sources = new WeakMap<RTCRtpSender, object>()
  return {
    send: (transceiver, { codec, marker, payload, sequenceNumber, source, timestamp }, onNewSource) => {
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
      const header = new RtpHeader({ marker, sequenceNumber, timestamp, payloadType: negotiated.payloadType })
      sender.track.writeRtp(new RtpPacket(header, payload))
      return true
    }
  }
}
