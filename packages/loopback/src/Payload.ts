/**
 * Identifies a packet by its payload: the publisher writes its track key and the packet's index into it, as bytes that a
 * decoder skips. A test reads the mark at the receiver; no code in between reads it.
 *
 * @since 0.1.0
 */
import { kindOf, TrackType } from "effect-track-resolver"
import type { TrackKey, TrackKind } from "effect-track-resolver"

/**
 * The track of a packet, and the packet's index in the track, from 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mark {
  readonly key: TrackKey
  readonly index: number
}

/**
 * Audio: an Opus TOC byte (RFC 6716, section 3.1) for 20 ms of CELT, code 3. Video: a VP8 payload descriptor (RFC 7741,
 * section 4.2) that begins a partition.
 */
const firstBytes: { readonly [kind in TrackKind]: number } = { audio: 0xfb, video: 0x10 }

/** The Opus frame count byte (RFC 6716, section 3.2.5): one frame, with padding. The mark is the padding. */
const oneFramePadded = 0x41

const silence = [0xff, 0xfe]

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
 * A payload with the mark: a silent Opus packet, or a VP8 packet that no decoder can decode.
 *
 * @category encoding
 * @since 0.1.0
 */
export const write = ({ index, key }: Mark): Uint8Array => {
  const mark = new TextEncoder().encode([magic, key.trackType, index, key.sessionId, key.userId].join("\n"))
  const kind = kindOf(key.trackType)
  const opus = kind === "audio" ? [oneFramePadded, ...paddingLength(mark.length), ...silence] : []
  return Uint8Array.of(firstBytes[kind], ...opus, ...mark)
}

const markOffset = (payload: Uint8Array): number => {
  if (payload[0] !== firstBytes.audio) return 1
  const lengthEnd = payload.findIndex((byte, index) => index > 1 && byte !== 255)
  return lengthEnd + 1 + silence.length
}

/**
 * The mark of a payload; undefined, if the payload has none.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (payload: Uint8Array): Mark | undefined => {
  const text = new TextDecoder().decode(payload.subarray(markOffset(payload)))
  const [first, trackType, index, sessionId, ...userId] = text.split("\n")
  return first === magic && isTrackType(trackType) && sessionId !== undefined
    ? { key: { userId: userId.join("\n"), sessionId, trackType }, index: Number(index) }
    : undefined
}
