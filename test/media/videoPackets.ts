/**
 * VP8 frames as RTP packets.
 */
import type { RtpPacket } from "effect-track-resolver"

/** Of the payload descriptor (RFC 7741, section 4.2): the first packet of a frame. */
const start = 0x10

/** The packets of a frame, whose data is cut into `count` parts. `from`: the first sequence number. */
export const packetsOf = (
  data: Uint8Array,
  { count = 1, from = 0, receivedAt = 0, timestamp = 0 }: {
    readonly count?: number
    readonly from?: number
    readonly receivedAt?: number
    readonly timestamp?: number
  }
): ReadonlyArray<RtpPacket> => {
  const size = Math.ceil(data.length / count)
  return Array.from({ length: count }, (_, index) => ({
    ssrc: 1,
    payloadType: 96,
    sequenceNumber: (from + index) & 0xffff,
    timestamp,
    marker: index === count - 1,
    payload: Uint8Array.of(index === 0 ? start : 0, ...data.subarray(index * size, (index + 1) * size)),
    receivedAt,
    droppedBefore: 0
  }))
}

/** What stands for a frame: the lowest bit of its first byte is 0 in a key frame, and the next two bytes are its number. */
export const dataOf = (number: number, isKey: boolean): Uint8Array =>
  Uint8Array.of(isKey ? 0 : 1, number >> 8, number & 0xff, 0, 0, 0, 0, 0)

export const numberOf = (data: Uint8Array): number => data[1]! << 8 | data[2]!
