/**
 * Reads SRTP packets: checks the lengths, drops replays, decrypts, removes the padding, and reads the header.
 */
import type { SrtpSession } from "werift"
import * as ReplayWindow from "./ReplayWindow.ts"
import * as RtpParser from "./RtpParser.ts"
import * as RtpShape from "./RtpShape.ts"
import * as SrtpCipher from "./SrtpCipher.ts"

export type Decrypt = (datagram: Buffer) => RtpParser.ReceivedPacket | undefined

/** `undefined` if the packet is malformed, not authenticated, or was received before. */
export const make = (session: SrtpSession): Decrypt => {
  const received = ReplayWindow.forSources()
  const cipher = SrtpCipher.make(session)

  return (datagram) => {
    const payloadOffset = RtpShape.payloadOffsetOf(datagram, cipher.tagLength)
    if (payloadOffset === RtpShape.malformed) return undefined
    const ssrc = datagram.readUInt32BE(8)
    const index = received.indexOf(ssrc, datagram.readUInt16BE(2))
    if (!received.isNew(ssrc, index)) return undefined
    const decrypted = cipher.decrypt(datagram, payloadOffset, ReplayWindow.rolloversOf(index))
    const payload = decrypted && RtpParser.withoutPadding(datagram, decrypted)
    if (payload === undefined) return undefined
    received.record(ssrc, index)
    return { header: RtpParser.headerOf(datagram, payloadOffset), payload }
  }
}
