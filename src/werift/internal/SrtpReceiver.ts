/**
 * Receives the SRTP and SRTCP packets of a transport, in place of werift's own listener.
 *
 * Noticed by `test/werift/replay.test.ts`, and by "a compound packet ..." in `test/werift/strangers.test.ts`.
 */
import type { RTCDtlsTransport, SrtcpSession } from "werift"
import { isMedia, isRtcp, RtpHeader, RtpPacket } from "werift"
import type { DroppedDatagrams } from "./DroppedDatagrams.ts"
import * as RtcpDelivery from "./RtcpDelivery.ts"
import type { ReceivedPacket } from "./RtpParser.ts"
import * as SrtpIndices from "./SrtpIndices.ts"
import * as SrtpKeys from "./SrtpKeys.ts"

export type RtpListener = (transport: RTCDtlsTransport, packet: ReceivedPacket) => void

/**
 * Has to be called before the handshake: werift makes the sessions when it ends. While there is no listener, werift's
 * receivers get the RTP packets.
 */
export const install = (
  transport: RTCDtlsTransport,
  { count }: DroppedDatagrams,
  listener: () => RtpListener | undefined
): void => {
  const receiveRtp = (datagram: Buffer, packet: ReceivedPacket | undefined): void => {
    if (packet === undefined) return count("SRTP that is not authenticated")
    const listen = listener()
    if (listen === undefined) transport.onRtp.execute(asWerifts(datagram, packet))
    else listen(transport, packet)
  }

  const receiveRtcp = (compound: Buffer | undefined): void => {
    if (compound === undefined) count("SRTP that is not authenticated")
    else if (!RtcpDelivery.deliver(transport, compound)) count("malformed RTCP")
  }

  transport.startSrtp = () => {
    transport.updateSrtpSession()
    const { iceTransport, srtcp, srtp } = transport
    SrtpIndices.repairSrtp(srtp)
    SrtpIndices.repairSrtcp(srtcp)
    SrtpKeys.importOnce(srtp)
    SrtpKeys.importOnce(srtcp)
    const unprotect = SrtpIndices.unprotectOf(srtp)
    iceTransport.connection.onData.subscribe((datagram) => {
      if (!isMedia(datagram)) return
      if (isRtcp(datagram)) receiveRtcp(decrypt(srtcp, datagram))
      else receiveRtp(datagram, unprotect(datagram))
    })
  }
}

/** `undefined` if it is not authenticated, or was received before. */
const decrypt = (session: SrtcpSession, datagram: Buffer): Buffer | undefined => {
  try {
    return session.decrypt(datagram)
  } catch {
    return undefined
  }
}

/** The header is not encrypted. Its padding was removed from the payload. */
const asWerifts = (datagram: Buffer, { payload }: ReceivedPacket): RtpPacket => {
  const header = RtpHeader.deSerialize(datagram)
  return new RtpPacket(Object.assign(header, { padding: false, paddingSize: 0 }), payload)
}
