/**
 * Reads the header of an RTP packet (RFC 3550, section 5.1) and its header extension (RFC 8285). Pure.
 *
 * The fault: werift reads it into an object whose properties it defines one by one, and reads each flag through a text of
 * eight digits. That costs ten times what is done here. Measured by `npm run bench:packets`.
 */
import * as RtpShape from "./RtpShape.ts"

export interface Element {
  readonly id: number
  /** A part of the packet. */
  readonly payload: Buffer
}

/** The fields have werift's names, because its statistics read them. */
export interface ReceivedPacket {
  readonly header: {
    readonly ssrc: number
    readonly payloadType: number
    readonly sequenceNumber: number
    readonly timestamp: number
    readonly marker: boolean
    readonly extensions: ReadonlyArray<Element>
    /** In bytes, of the header with its extension. */
    readonly serializeSize: number
  }
  readonly payload: Buffer
}

const none: ReadonlyArray<Element> = []

/** Of a packet whose lengths `RtpShape` has checked. */
export const headerOf = (packet: Buffer, payloadOffset: number): ReceivedPacket["header"] => {
  const [first, second] = [packet[0]!, packet[1]!]
  return {
    marker: second >= 0x80,
    payloadType: second & 0x7f,
    sequenceNumber: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    serializeSize: payloadOffset,
    extensions: (first & 0x10) === 0 ? none : elementsOf(packet, RtpShape.extensionOffsetOf(first), payloadOffset)
  }
}

const elementsOf = (packet: Buffer, extension: number, end: number): ReadonlyArray<Element> => {
  const form = RtpShape.formOf(packet.readUInt16BE(extension))
  if (form === undefined) return none
  const elements: Array<Element> = []
  for (let at = extension + 4; at < end;) {
    const first = packet[at++]!
    if (first === RtpShape.padding) continue
    const isShort = form === "OneByte"
    if (isShort && RtpShape.endsElements(first)) break
    const id = isShort ? first >> 4 : first
    const length = isShort ? (first & 0x0f) + 1 : packet[at++]!
    elements.push({ id, payload: packet.subarray(at, at + length) })
    at += length
  }
  return elements
}

/** What is before the padding, whose last byte is its length. `undefined` if that does not fit. */
export const withoutPadding = (packet: Buffer, payload: Buffer): Buffer | undefined => {
  if ((packet[0]! & 0x20) === 0) return payload
  const padding = payload.at(-1) ?? 0
  return padding > 0 && padding <= payload.length ? payload.subarray(0, payload.length - padding) : undefined
}
