/**
 * The IVF container of the recordings: a header of 32 bytes, then each frame after a header of 12 bytes. All numbers are
 * little endian. Pure.
 */
export interface Recording {
  readonly codec: "VP80" | "OPUS"
  /** In pixels; 0 for audio. */
  readonly width: number
  readonly height: number
  /** In frames a second. */
  readonly rate: number
  readonly frames: ReadonlyArray<Uint8Array>
}

const signature = "DKIF"

const headerSize = 32

const frameHeaderSize = 12

export const serialize = ({ codec, frames, height, rate, width }: Recording): Uint8Array => {
  const header = Buffer.alloc(headerSize)
  header.write(signature, "latin1")
  header.writeUInt16LE(headerSize, 6)
  header.write(codec, 8, "latin1")
  header.writeUInt16LE(width, 12)
  header.writeUInt16LE(height, 14)
  header.writeUInt32LE(rate, 16)
  header.writeUInt32LE(1, 20)
  header.writeUInt32LE(frames.length, 24)
  return Buffer.concat([
    header,
    ...frames.flatMap((frame, index) => {
      const frameHeader = Buffer.alloc(frameHeaderSize)
      frameHeader.writeUInt32LE(frame.length, 0)
      frameHeader.writeUInt32LE(index, 4)
      return [frameHeader, frame]
    })
  ])
}

/** Throws a `TypeError` if the file is damaged: it is a file of this package. */
export const parse = (file: Uint8Array): Recording => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const codec = bytes.toString("latin1", 8, 12)
  if (bytes.toString("latin1", 0, 4) !== signature || (codec !== "VP80" && codec !== "OPUS")) {
    throw new TypeError("an IVF file of VP8 or Opus is expected")
  }
  const frames: Array<Uint8Array> = []
  let offset = bytes.readUInt16LE(6)
  while (offset < bytes.length) {
    const begin = offset + frameHeaderSize
    offset = begin + bytes.readUInt32LE(offset)
    if (offset > bytes.length) throw new TypeError("the last frame of an IVF file is cut off")
    frames.push(bytes.subarray(begin, offset))
  }
  return { codec, width: bytes.readUInt16LE(12), height: bytes.readUInt16LE(14), rate: bytes.readUInt32LE(16), frames }
}
