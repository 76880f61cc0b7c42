/**
 * The packet indices of werift's SRTP and SRTCP sessions (RFC 3711).
 *
 * The faults: werift delivers a packet as often as it arrives, so it also delivers replays (section 3.3.2). In both
 * directions it counts a rollover of the sequence number only if a packet within 100 numbers of the rollover passes: after a
 * longer gap no packet of the source is authenticated any more (section 3.3.1). Noticed by `test/werift/replay.test.ts` and
 * `SrtpIndices.test.ts`.
 */
import { ProtectionProfileAeadAes128Gcm, SrtpAuthenticationError } from "werift"
import type { RTCDtlsTransport, RtpHeader, SrtcpSession, SrtpSession } from "werift"
import type { DroppedDatagrams } from "./DroppedDatagrams.ts"
import * as ReplayWindow from "./ReplayWindow.ts"
import * as RtcpDelivery from "./RtcpDelivery.ts"
import * as RtpShape from "./RtpShape.ts"
import * as SrtpKeys from "./SrtpKeys.ts"

/** Repairs the sessions of a transport, after each handshake and before the first packet. */
export const repairSessions = (transport: RTCDtlsTransport, { count }: DroppedDatagrams): void => {
  let repaired: SrtpSession | undefined
  const repair = (): void => {
    const { srtcp, srtp } = transport
    if (srtp === undefined || srtp === repaired) return
    repaired = srtp
    repairSrtp(srtp)
    repairSrtcp(srtcp)
    for (const session of [srtp, srtcp]) {
      SrtpKeys.importOnce(session)
      countRejected(session, count)
    }
    RtcpDelivery.replace(transport, () => count("malformed RTCP"))
  }
  transport.onStateChange.subscribe(repair)
  repair()
}

/** werift drops what these throw for. */
const countRejected = (session: SrtpSession | SrtcpSession, count: DroppedDatagrams["count"]): void => {
  const { decrypt } = session
  session.decrypt = (datagram) => {
    try {
      return decrypt(datagram)
    } catch (error) {
      count("SRTP that is not authenticated")
      throw error
    }
  }
}

/** The authentication tag of SRTP (RFC 3711, section 5.2; RFC 7714, section 12.1). */
const tagLengthOf = ({ profile }: { readonly profile: number }): number =>
  profile === ProtectionProfileAeadAes128Gcm ? 16 : 10

const rolloversOf = (index: number): number => Math.floor(index / 0x1_0000)

export const repairSrtp = (session: SrtpSession): void => {
  const received = ReplayWindow.forSources()
  const sent = ReplayWindow.forSources()
  const incoming = session.remoteContext.cipher
  const outgoing = session.localContext.cipher

  const tagLength = tagLengthOf(session.config)

  session.decrypt = (datagram) => {
    const payloadOffset = RtpShape.payloadOffsetOf(datagram, tagLength)
    if (payloadOffset === RtpShape.malformed) throw new SrtpAuthenticationError("SRTP packet malformed")
    const ssrc = datagram.readUInt32BE(8)
    const sequenceNumber = datagram.readUInt16BE(2)
    const index = received.indexOf(ssrc, sequenceNumber)
    if (!received.isNew(ssrc, index)) throw new SrtpAuthenticationError("SRTP packet received before")
    // Otherwise werift parses the header, with its extension, before it has authenticated the packet.
    const header = { payloadOffset, sequenceNumber, ssrc, padding: (datagram[0]! & 0x20) !== 0 } as RtpHeader
    const [packet] = incoming.decryptRtp(datagram, rolloversOf(index), header)
    received.record(ssrc, index)
    return packet
  }

  session.encrypt = (payload, header) => {
    const index = sent.indexOf(header.ssrc, header.sequenceNumber)
    sent.record(header.ssrc, index)
    return outgoing.encryptRtp(header, payload, rolloversOf(index))
  }
}

export const repairSrtcp = (session: SrtcpSession): void => {
  const received = ReplayWindow.forSources()
  const { decrypt } = session
  // The index is in the trailer: before the authentication tag, or after it (RFC 7714, section 9.2).
  const trailer = session.config.profile === ProtectionProfileAeadAes128Gcm ? 4 : 14

  session.decrypt = (datagram) => {
    if (datagram.length < 8 + trailer) throw new SrtpAuthenticationError("SRTCP packet too short")
    const ssrc = datagram.readUInt32BE(4)
    const index = datagram.readUInt32BE(datagram.length - trailer) & 0x7fff_ffff
    if (!received.isNew(ssrc, index)) throw new SrtpAuthenticationError("SRTCP packet received before")
    const packet = decrypt(datagram)
    received.record(ssrc, index)
    return packet
  }
}
