/**
 * The fields of Opus and VP8 payloads that show that an encoder wrote them.
 */

/** The number of samples, at 48 kHz, in an Opus packet (RFC 6716, section 3.1); undefined if it is empty. */
export const opusSamples = (payload: Uint8Array): number | undefined => {
  const [toc, frameCount] = payload
  if (toc === undefined) return undefined
  const configuration = toc >> 3
  const milliseconds = configuration < 12
    ? [10, 20, 40, 60][configuration % 4]!
    : configuration < 16
    ? [10, 20][configuration % 2]!
    : [2.5, 5, 10, 20][configuration % 4]!
  const frames = [1, 2, 2, (frameCount ?? 0) & 0x3f][toc & 3]!
  return 48 * milliseconds * frames
}

/** The size of the picture, in pixels, if a VP8 key frame begins here (RFC 7741, section 4.2; RFC 6386, section 9.1). */
export const vp8Size = (payload: Uint8Array): { readonly width: number; readonly height: number } | undefined => {
  const [first = 0, extension = 0] = payload
  const isExtended = (first & 0x80) !== 0
  const has = (bit: number): number => isExtended && (extension & bit) !== 0 ? 1 : 0
  const startsFrame = (first & 0x10) !== 0 && (first & 0x07) === 0
  const isLong = has(0x80) === 1 && (payload[2]! & 0x80) !== 0
  const header = 1 + Number(isExtended) + has(0x80) + Number(isLong) + has(0x40) + (has(0x20) | has(0x10))
  const [tag, , , code1, code2, code3, widthLow, widthHigh, heightLow, heightHigh] = payload.subarray(header)
  const isKeyFrame = startsFrame && tag !== undefined && (tag & 1) === 0
  if (!isKeyFrame || code1 !== 0x9d || code2 !== 0x01 || code3 !== 0x2a) return undefined
  return { width: widthLow! | (widthHigh! & 0x3f) << 8, height: heightLow! | (heightHigh! & 0x3f) << 8 }
}
