/**
 * Whether an RTP packet begins a key frame, by its codec. Reads the payload header only. Pure.
 */
import * as PayloadDescriptor from "./PayloadDescriptor.ts"

type IsStart = (payload: Uint8Array) => boolean

/** RFC 7741, sections 4.2 and 4.3: the first packet of partition 0, whose frame header has the inverse key frame flag P. */
const vp8: IsStart = (payload) => {
  const [first = 0] = payload
  const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0
  if (!isStart) return false
  const header = payload[PayloadDescriptor.vp8Length(payload)]
  return header !== undefined && (header & 0x01) === 0
}

/** RFC 9628, section 4.2: the beginning (B) of a frame that no other predicts (P), in the lowest spatial layer. */
const vp9: IsStart = (payload) => {
  const [first] = payload
  if (first === undefined || (first & 0x40) !== 0 || (first & 0x08) === 0) return false
  if ((first & 0x20) === 0) return true
  let length = 1
  if ((first & 0x80) !== 0) length += PayloadDescriptor.pictureIdLength(payload, length)
  const layers = payload[length]
  return layers !== undefined && (layers & 0x0e) === 0
}

const sequenceParameterSet = 7

/** Of a STAP-A: each NAL unit follows its size. */
const aggregates = (payload: Uint8Array, type: number): boolean => {
  for (let start = 1; start + 2 < payload.length; start += 2 + (payload[start]! << 8 | payload[start + 1]!)) {
    if ((payload[start + 2]! & 0x1f) === type) return true
  }
  return false
}

/**
 * RFC 6184, sections 5.6 and 5.7.1: a sequence parameter set, alone or in a STAP-A. WebRTC's senders put one before each IDR
 * picture, and that picture cannot be decoded without it.
 */
const h264: IsStart = (payload) => {
  const type = (payload[0] ?? 0) & 0x1f
  return type === sequenceParameterSet || (type === 24 && aggregates(payload, sequenceParameterSet))
}

/** RTP Payload Format For AV1, section 4.4: N, the first packet of a coded video sequence. */
const av1: IsStart = ([aggregation = 0]) => (aggregation & 0x08) !== 0

const codecs: ReadonlyMap<string, IsStart> = new Map([
  ["vp8", vp8],
  ["vp9", vp9],
  ["h264", h264],
  ["av1", av1],
  ["av1x", av1]
])

/** False for a codec that is not known here. `codec` is the name in SDP. */
export const isKeyFrameStart = (codec: string, payload: Uint8Array): boolean =>
  codecs.get(codec.toLowerCase())?.(payload) ?? false
