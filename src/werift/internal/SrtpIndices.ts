/**
 * The packet indices of werift's SRTP and SRTCP sessions (RFC 3711). `SrtpDecryption` has those of received SRTP packets.
 *
 * The faults: werift delivers a packet as often as it arrives, so it also delivers replays (section 3.3.2). In both
 * directions it counts a rollover of the sequence number only if a packet within 100 numbers of the rollover passes: after a
 * longer gap no packet of the source is authenticated any more (section 3.3.1). Noticed by `test/werift/replay.test.ts` and
 * `SrtpIndices.test.ts`.
 */
import { ProtectionProfileAeadAes128Gcm, SrtpAuthenticationError } from "werift"
import type { SrtcpSession, SrtpSession } from "werift"
import * as ReplayWindow from "./ReplayWindow.ts"

export const repairEncryption = (session: SrtpSession): void => {
  const sent = ReplayWindow.forSources()
  const outgoing = session.localContext.cipher
  session.encrypt = (payload, header) => {
    const index = sent.indexOf(header.ssrc, header.sequenceNumber)
    sent.record(header.ssrc, index)
    return outgoing.encryptRtp(header, payload, ReplayWindow.rolloversOf(index))
  }
}

/** An SRTCP packet carries its index, so what is sent needs no repair. */
export const repairSrtcpDecryption = (session: SrtcpSession): void => {
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
