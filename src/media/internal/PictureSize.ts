/**
 * Which size a key frame announces, read from its header before a decoder allocates memory for it: a few bytes can announce
 * 400 MB. Pure.
 */

export interface Size {
  readonly width: number
  readonly height: number
}

/** In pixels: 4,096 by 2,304. */
export const maxPixels = 4_096 * 2_304

/** RFC 6386, section 9.1: 14 bits each, after the start code of a key frame. */
const vp8 = (frame: Uint8Array): Size | undefined => {
  const [first = 1, , , , , , a = 0, b = 0, c = 0, d = 0] = frame
  if ((first & 0x01) !== 0) return undefined
  return { width: (b & 0x3f) << 8 | a, height: (d & 0x3f) << 8 | c }
}

/** VP9 Bitstream Specification, section 6.2: the uncompressed header, most significant bit first. */
const vp9 = (frame: Uint8Array): Size | undefined => {
  let at = 0
  const read = (count: number): number => {
    let value = 0
    for (let bit = 0; bit < count; bit++, at++) value = value * 2 + ((frame[at >> 3] ?? 0) >> (7 - (at & 7)) & 1)
    return value
  }
  read(2)
  const profile = read(1) + 2 * read(1)
  if (profile === 3) read(1)
  const showsExisting = read(1) === 1
  const isKey = read(1) === 0
  if (showsExisting || !isKey) return undefined
  // show_frame, error_resilient_mode and the frame sync code.
  read(2 + 24)
  if (profile >= 2) read(1)
  const isRgb = read(3) === 7
  if (!isRgb) read(1)
  if (profile === 1 || profile === 3) read(isRgb ? 1 : 3)
  return { width: read(16) + 1, height: read(16) + 1 }
}

const readers: ReadonlyMap<string, (frame: Uint8Array) => Size | undefined> = new Map([["vp8", vp8], ["vp9", vp9]])

/** Absent for a frame that announces none. `codec` is the name in SDP. */
export const announced = (codec: string, frame: Uint8Array): Size | undefined =>
  readers.get(codec.toLowerCase())?.(frame)
