/**
 * Identifies a packet by its payload: the publisher writes its track key and the packet's index behind the media, as bytes
 * that a decoder skips. A test reads the mark at the receiver; no code in between reads it.
 *
 * @stability experimental
 * @since 0.1.0
 */
import { kindOf, TrackType } from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"

/**
 * The track of a packet, and the packet's index in the track, from 0.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface Mark {
  readonly key: TrackKey
  readonly index: number
}

/** An Opus packet (RFC 6716, section 3.1) with one silent frame of 20 ms of CELT, mono. */
const silence = Uint8Array.of(0xf8, 0xff, 0xfe)

/** A VP8 payload descriptor (RFC 7741, section 4.2) that begins a partition, and no frame. */
const noPicture = Uint8Array.of(0x10)

/** The frame count code of an Opus packet with any number of frames: the two lowest bits of its first byte. */
const anyNumber = 0x03

/** The Opus frame count byte (RFC 6716, section 3.2.5): one frame, with padding. The mark is the padding. */
const oneFramePadded = 0x41

/** The Opus padding length: a byte of 255 counts 254 bytes and is followed by another length byte. */
const paddingLength = (bytes: number): ReadonlyArray<number> => [
  ...Array.from({ length: Math.floor(bytes / 254) }, () => 255),
  bytes % 254
]

/** An encoder does not produce these bytes by chance. */
const magic = "whose?"

const types: ReadonlyArray<TrackType> = TrackType.literals

const isTrackType = (text: string | undefined): text is TrackType => types.some((type) => type === text)

/**
 * The payload of a packet with the mark behind its media. A decoder plays the media as if the mark were not there: in Opus
 * the mark is padding, and in VP8 it follows the last partition of the frame.
 *
 * `media` is an Opus packet of one frame (code 0), or a VP8 payload that ends a frame.
 *
 * @stability experimental
 * @category encoding
 * @since 0.1.0
 */
export const append = (media: Uint8Array, { index, key }: Mark): Uint8Array => {
  const mark = new TextEncoder().encode([magic, key.trackType, index, key.sessionId, key.userId].join("\n"))
  if (kindOf(key.trackType) === "video") return Buffer.concat([media, mark])
  const [first = 0] = media
  const before = Uint8Array.of(first | anyNumber, oneFramePadded, ...paddingLength(mark.length))
  return Buffer.concat([before, media.subarray(1), mark])
}

/**
 * A payload with the mark and without media: a silent Opus packet, or a VP8 packet that no decoder can decode.
 *
 * @stability experimental
 * @category encoding
 * @since 0.1.0
 */
export const write = (mark: Mark): Uint8Array =>
  append(kindOf(mark.key.trackType) === "audio" ? silence : noPicture, mark)

/**
 * The mark of a payload; undefined, if the payload has none.
 *
 * @stability experimental
 * @category decoding
 * @since 0.1.0
 */
export const read = (payload: Uint8Array): Mark | undefined => {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const offset = bytes.indexOf(`${magic}\n`)
  if (offset < 0) return undefined
  const [, trackType, index, sessionId, ...userId] = bytes.toString("utf8", offset).split("\n")
  return isTrackType(trackType) && sessionId !== undefined
    ? { key: { userId: userId.join("\n"), sessionId, trackType }, index: Number(index) }
    : undefined
}
