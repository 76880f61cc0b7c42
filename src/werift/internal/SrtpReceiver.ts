/**
 * Receives the SRTP and SRTCP packets of a transport, in place of werift's own listener, whose faults `SrtpIndices`,
 * `SrtpCipher`, `RtpParser` and `RtcpCompound` name. Noticed by `test/werift/SrtpReceiver.test.ts`.
 */
import type { RTCDtlsTransport, SrtcpSession } from "werift"
import { isMedia, isRtcp, RtpHeader, RtpPacket } from "werift"
import type { DroppedDatagrams } from "./DroppedDatagrams.ts"
import * as RtcpDelivery from "./RtcpDelivery.ts"
import type { ReceivedPacket } from "./RtpParser.ts"
import * as SrtpDecryption from "./SrtpDecryption.ts"
import * as SrtpIndices from "./SrtpIndices.ts"
import * as SrtpKeys from "./SrtpKeys.ts"

export type RtpListener = (transport: RTCDtlsTransport, packet: ReceivedPacket) => void

/**
 * Has to be called before the handshake: when the handshake ends, werift makes the sessions. While there is no listener,
 * werift's receivers get the RTP packets.
 */
export const install = (
  transport: RTCDtlsTransport,
  { count }: DroppedDatagrams,
  listener: () => RtpListener | undefined
): void => {
  const receiveRtp = (packet: ReceivedPacket | undefined): void => {
    if (packet === undefined) return count("SRTP that is not authenticated")
    const listen = listener()
    if (listen === undefined) transport.onRtp.execute(asWerifts(packet))
    else listen(transport, packet)
  }

  const receiveRtcp = (compound: Buffer | undefined): void => {
    if (compound === undefined) count("SRTP that is not authenticated")
    else if (!RtcpDelivery.deliver(transport, compound)) count("malformed RTCP")
  }

  transport.startSrtp = () => {
    transport.updateSrtpSession()
    const { iceTransport, srtcp, srtp } = transport
    SrtpIndices.repairEncryption(srtp)
    SrtpIndices.repairSrtcpDecryption(srtcp)
    SrtpKeys.importOnce(srtp)
    SrtpKeys.importOnce(srtcp)
    const decryptRtp = SrtpDecryption.make(srtp)
    iceTransport.connection.onData.subscribe((datagram) => {
      if (!isMedia(datagram)) return
      transport.packetsReceived++
      transport.bytesReceived += datagram.length
      if (isRtcp(datagram)) receiveRtcp(decryptRtcp(srtcp, datagram))
      else receiveRtp(decryptRtp(datagram))
    })
  }
}

/** `undefined` if it is not authenticated, or was received before. */
const decryptRtcp = (session: SrtcpSession, datagram: Buffer): Buffer | undefined => {
  try {
    return session.decrypt(datagram)
  } catch {
    return undefined
  }
}

/** Without the CSRCs, which no receiver of werift reads. */
const asWerifts = ({ header, payload }: ReceivedPacket): RtpPacket => {
  const { extensions, marker, payloadType, sequenceNumber, ssrc, timestamp } = header
  const fields = { marker, payloadType, sequenceNumber, ssrc, timestamp }
  return new RtpPacket(
    new RtpHeader({ ...fields, extension: extensions.length > 0, extensions: Array.from(extensions) }),
    payload
  )
}
