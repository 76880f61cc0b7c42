/**
 * PCMU and PCMA: G.711's mu-law and A-law, one byte a sample, 8,000 samples a second (RFC 3551, sections 4.5.14). Pure.
 *
 * Both divide the magnitude into segments, each twice as wide as the one below it, with 16 steps each. A code is the sign, the
 * segment in three bits and the step in four.
 */

/** Samples a second, and ticks a second. */
export const clockRate = 8_000

/** In bytes: 200 ms, which a receiver has to accept (RFC 3551, section 4.2). */
export const longestPayload = 1_600

export interface Law {
  readonly decode: (payload: Uint8Array) => Int16Array
  readonly encode: (samples: Int16Array) => Uint8Array
}

const highestBit = (value: number): number => 31 - Math.clz32(value)

/** Mu-law adds this to each magnitude, so that its highest bit is the segment. */
const bias = 132

/** The largest magnitude that has a code after the bias. */
const muLawLimit = 0x7fff - bias

const decodeMuLaw = (code: number): number => {
  const bits = ~code & 0xff
  const magnitude = (((bits & 0x0f) << 3) + bias << (bits >> 4 & 7)) - bias
  return (bits & 0x80) === 0 ? magnitude : -magnitude
}

const encodeMuLaw = (sample: number): number => {
  const magnitude = Math.min(Math.abs(sample), muLawLimit) + bias
  const segment = highestBit(magnitude) - 7
  const step = magnitude >> segment + 3 & 0x0f
  return ~((sample < 0 ? 0x80 : 0) | segment << 4 | step) & 0xff
}

/** A-law sends every other bit inverted. A set sign bit means positive. */
const inverted = 0x55

const decodeALaw = (code: number): number => {
  const bits = code ^ inverted
  const segment = bits >> 4 & 7
  const step = (bits & 0x0f) << 4 | 8
  const magnitude = segment === 0 ? step : step + 256 << segment - 1
  return (bits & 0x80) === 0 ? -magnitude : magnitude
}

const encodeALaw = (sample: number): number => {
  // 12 bits. Of a negative sample one less, so that -32,768 fits too.
  const magnitude = (sample < 0 ? ~sample : sample) >> 4
  // The two lowest segments are equally wide.
  const segment = Math.max(0, highestBit(magnitude) - 3)
  const step = magnitude >> Math.max(0, segment - 1) & 0x0f
  return ((sample < 0 ? 0 : 0x80) | segment << 4 | step) ^ inverted
}

const lawOf = (decodeCode: (code: number) => number, encodeSample: (sample: number) => number): Law => {
  const values = Int16Array.from({ length: 256 }, (_, code) => decodeCode(code))
  return {
    decode: (payload) => Int16Array.from(payload, (code) => values[code]!),
    encode: (samples) => Uint8Array.from(samples, encodeSample)
  }
}

export const muLaw: Law = lawOf(decodeMuLaw, encodeMuLaw)

export const aLaw: Law = lawOf(decodeALaw, encodeALaw)
