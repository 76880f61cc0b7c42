/**
 * Whose packet this is, written into its payload by who publishes it. To a decoder it is silence, or a picture that cannot
 * be decoded; the mark is for the check at the end, and nothing on the way may read it.
 *
 * @since 0.1.0
 */
import { kindOf, TrackType } from "effect-track-resolver"
import type { TrackKey, TrackKind } from "effect-track-resolver"

/**
 * What a simulated participant wrote: whose packet, and the how many-eth of its track, from 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mark {
  readonly key: TrackKey
  readonly index: number
}

/**
 * Opus: a TOC byte (RFC 6716, section 3.1), 20 ms of CELT in a packet of code 3; one frame, which is silence, and the mark
 * as padding, which decoders skip (section 3.2.5): whoever listens hears nothing. VP8: a payload descriptor (RFC 7741,
 * section 4.2) that begins a partition, and so a frame.
 */
const firstBytes: { readonly [kind in TrackKind]: number } = { audio: 0xfb, video: 0x10 }

const oneFramePadded = 0x41

const silence = [0xff, 0xfe]

/** A byte of 255 says that another one follows, and counts 254. */
const paddingLength = (bytes: number): ReadonlyArray<number> => [
  ...Array.from({ length: Math.floor(bytes / 254) }, () => 255),
  bytes % 254
]

/** Cannot come out of an encoder by chance, as good as never. */
const magic = "whose?"

const types: ReadonlyArray<TrackType> = TrackType.literals

const isTrackType = (text: string | undefined): text is TrackType => types.some((type) => type === text)

/**
 * @category encoding
 * @since 0.1.0
 */
export const write = ({ index, key }: Mark): Uint8Array => {
  const mark = new TextEncoder().encode([magic, key.trackType, index, key.sessionId, key.userId].join("\n"))
  const kind = kindOf(key.trackType)
  const opus = kind === "audio" ? [oneFramePadded, ...paddingLength(mark.length), ...silence] : []
  return Uint8Array.of(firstBytes[kind], ...opus, ...mark)
}

/** Where the mark is, if there is one. */
const startOf = (payload: Uint8Array): number => {
  if (payload[0] !== firstBytes.audio) return 1
  const length = payload.findIndex((byte, at) => at > 1 && byte !== 255)
  return length + 1 + silence.length
}

/**
 * Nothing, if it carries no mark.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (payload: Uint8Array): Mark | undefined => {
  const text = new TextDecoder().decode(payload.subarray(startOf(payload)))
  const [found, trackType, index, sessionId, ...userId] = text.split("\n")
  return found === magic && isTrackType(trackType) && sessionId !== undefined
    ? { key: { userId: userId.join("\n"), sessionId, trackType }, index: Number(index) }
    : undefined
}
