/**
 * How long the payload descriptors of VP8 and VP9 are, in bytes: what stands before the data of the codec in each RTP payload.
 * A descriptor that is cut is longer than its payload. Pure.
 */

/** Of the picture id: its first bit says whether it has 15 bits or 7. */
export const pictureIdLength = (payload: Uint8Array, at: number): number => ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1

/** RFC 7741, section 4.2. */
export const vp8Length = (payload: Uint8Array): number => {
  const [first = 0, extension = 0] = payload
  let length = 1
  if ((first & 0x80) !== 0) {
    length++
    if ((extension & 0x80) !== 0) length += pictureIdLength(payload, length)
    if ((extension & 0x40) !== 0) length++
    if ((extension & 0x30) !== 0) length++
  }
  return length
}

/** RFC 9628, section 4.2.1: the sizes and the picture group of the spatial layers. */
const scalabilityLength = (payload: Uint8Array, at: number): number => {
  const structure = payload[at] ?? 0
  let length = 1
  if ((structure & 0x10) !== 0) length += 4 * ((structure >> 5) + 1)
  if ((structure & 0x08) !== 0) {
    const pictures = payload[at + length] ?? 0
    length++
    for (let n = 0; n < pictures; n++) length += 1 + ((payload[at + length] ?? 0) >> 2 & 0x03)
  }
  return length
}

/** RFC 9628, section 4.2. */
export const vp9Length = (payload: Uint8Array): number => {
  const [first = 0] = payload
  const isFlexible = (first & 0x10) !== 0
  let length = 1
  if ((first & 0x80) !== 0) length += pictureIdLength(payload, length)
  if ((first & 0x20) !== 0) length += isFlexible ? 1 : 2
  if (isFlexible && (first & 0x40) !== 0) {
    // At most three references to former pictures; the lowest bit says whether another one follows.
    for (let references = 1; references < 3 && ((payload[length] ?? 0) & 0x01) !== 0; references++) length++
    length++
  }
  if ((first & 0x02) !== 0) length += scalabilityLength(payload, length)
  return length
}
