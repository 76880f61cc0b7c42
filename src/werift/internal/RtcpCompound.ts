/**
 * The packets of a compound RTCP packet (RFC 3550, section 6.1; RFC 5506), each with lengths that fit. Pure.
 *
 * The fault: werift reads each packet to the end of the datagram instead of its own end, so a datagram of 370 headers is
 * read 370 times, and a feedback packet takes its neighbours for its own content. It makes 65,535 objects for a transport-wide
 * feedback of 22 bytes that claims so many packets. An SFU that forwards RTCP lets any participant do that.
 */

const headerLength = 4

/** A compound packet of a call of WebRTC has fewer than ten. */
const maxPackets = 64

/** `undefined` if a length does not fit: then nothing of the datagram is used. */
export const split = (compound: Buffer): ReadonlyArray<Buffer> | undefined => {
  const packets: Array<Buffer> = []
  for (let at = 0; at < compound.length;) {
    if (packets.length === maxPackets || compound.length < at + headerLength) return undefined
    const end = at + headerLength + 4 * compound.readUInt16BE(at + 2)
    if (compound[at]! >> 6 !== 2 || end > compound.length) return undefined
    const packet = compound.subarray(at, end)
    const isLast = end === compound.length
    if (!hasSoundPadding(packet, isLast) || !hasSoundContent(packet)) return undefined
    packets.push(packet)
    at = end
  }
  return packets
}

/** Only the last packet has padding. Its last byte is the number of padding bytes, itself included. */
const hasSoundPadding = (packet: Buffer, isLast: boolean): boolean => {
  if ((packet[0]! & 0x20) === 0) return true
  const padding = packet.at(-1)!
  return isLast && padding > 0 && padding <= packet.length - headerLength
}

const senderReport = 200
const receiverReport = 201
const transportFeedback = 205
const payloadFeedback = 206

/** The bytes before the reports of a sender report and of a receiver report, and of one report. */
const senderReportHeader = 28
const receiverReportHeader = 8
const reportLength = 24

/** The header of a feedback packet with both SSRCs (RFC 4585, section 6.1). */
const feedbackHeader = 12

/** The feedback message type of transport-wide congestion control. */
const transportWide = 15

const hasSoundContent = (packet: Buffer): boolean => {
  const count = packet[0]! & 0x1f
  switch (packet[1]) {
    case senderReport:
      return packet.length >= senderReportHeader + count * reportLength
    case receiverReport:
      return packet.length >= receiverReportHeader + count * reportLength
    case transportFeedback:
      return packet.length >= feedbackHeader && (count !== transportWide || hasSoundStatuses(packet))
    case payloadFeedback:
      return packet.length >= feedbackHeader
    default:
      return true
  }
}

/**
 * Whether the chunks of a transport-wide feedback cover the packets that it claims, and a delta follows for each received
 * one (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1).
 */
const hasSoundStatuses = (packet: Buffer): boolean => {
  const chunks = 20
  if (packet.length < chunks) return false
  const count = packet.readUInt16BE(14)
  let covered = 0
  let deltas = 0
  let at = chunks
  for (; covered < count; at += 2) {
    if (packet.length < at + 2) return false
    const chunk = packet.readUInt16BE(at)
    if ((chunk & 0x8000) === 0) {
      const length = Math.min(chunk & 0x1fff, count - covered)
      if (length === 0) return false
      covered += length
      deltas += length * deltaOf(chunk >> 13 & 3)
    } else if ((chunk & 0x4000) === 0) {
      for (let bit = 13; bit >= 0; bit--) deltas += chunk >> bit & 1
      covered += 14
    } else {
      for (let bit = 12; bit >= 0; bit -= 2) deltas += deltaOf(chunk >> bit & 3)
      covered += 7
    }
  }
  return at + deltas <= packet.length
}

/** The bytes of a delta, by the status of its packet. */
const deltaOf = (status: number): number => status === 3 ? 0 : status
