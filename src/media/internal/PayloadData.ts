/**
 * The bytes that an RTP payload adds to the encoded frame, by its codec. Pure.
 *
 * Of H.264 they are a byte stream (ITU-T H.264, annex B), which every decoder reads: each NAL unit after a start code.
 */
import * as PayloadDescriptor from "../../internal/PayloadDescriptor.ts"

/** Nothing throws: what is malformed becomes data that the decoder refuses. */
type Read = (payload: Uint8Array) => ReadonlyArray<Uint8Array>

const startCode = Uint8Array.of(0, 0, 0, 1)

/** RFC 6184, section 5.4. */
const aggregation = 24
const fragmentation = 28

/** RFC 6184, section 5.7.1: a STAP-A, in which each NAL unit follows its size. */
const aggregated: Read = (payload) => {
  const parts: Array<Uint8Array> = []
  let start = 3
  while (start < payload.length) {
    const end = start + (payload[start - 2]! << 8 | payload[start - 1]!)
    parts.push(startCode, payload.subarray(start, end))
    start = end + 2
  }
  return parts
}

/** RFC 6184, section 5.8: an FU-A. The header of the NAL unit is that of the packet with the type that the second byte names. */
const fragment: Read = (payload) => {
  const [indicator = 0, header = 0] = payload
  const data = payload.subarray(2)
  return (header & 0x80) === 0 ? [data] : [startCode, Uint8Array.of(indicator & 0xe0 | header & 0x1f), data]
}

/** RFC 6184, section 5.2: the packets of the modes 0 and 1. The others are of the interleaved mode, which WebRTC does not use. */
const h264: Read = (payload) => {
  const type = payload[0]! & 0x1f
  if (type === aggregation) return aggregated(payload)
  if (type === fragmentation) return fragment(payload)
  return type < aggregation ? [startCode, payload] : []
}

const codecs: ReadonlyMap<string, Read> = new Map([
  ["vp8", (payload) => [payload.subarray(PayloadDescriptor.vp8Length(payload))]],
  ["vp9", (payload) => [payload.subarray(PayloadDescriptor.vp9Length(payload))]],
  ["h264", (payload) => payload.length === 0 ? [] : h264(payload)]
])

/** `undefined` for a codec that is not known here. `codec` is the name in SDP. */
export const readerOf = (codec: string): Read | undefined => codecs.get(codec.toLowerCase())
