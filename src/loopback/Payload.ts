/**
 * Whose packet this is, written into its payload by who publishes it. Looks like Opus or VP8 to whoever reads no further
 * than the first byte, and is for the check at the end: nothing on the way may read it.
 *
 * @since 0.1.0
 */
import { kindOf, TrackType } from "../Track.ts"
import type { TrackKey, TrackKind } from "../Track.ts"

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
 * Opus: a TOC byte (RFC 6716, section 3.1), 20 ms of one CELT frame. VP8: a payload descriptor (RFC 7741, section 4.2) that
 * begins a partition, and so a frame.
 */
const firstBytes: { readonly [kind in TrackKind]: number } = { audio: 0xf8, video: 0x10 }

/** Cannot come out of an encoder by chance, as good as never. */
const magic = "whose?"

const types: ReadonlyArray<TrackType> = TrackType.literals

const isTrackType = (text: string | undefined): text is TrackType => types.some((type) => type === text)

/**
 * @category encoding
 * @since 0.1.0
 */
export const write = ({ index, key }: Mark): Uint8Array =>
  Uint8Array.of(
    firstBytes[kindOf(key.trackType)],
    ...new TextEncoder().encode([magic, key.trackType, index, key.sessionId, key.userId].join("\n"))
  )

/**
 * Nothing, if it carries no mark.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (payload: Uint8Array): Mark | undefined => {
  const [found, trackType, index, sessionId, ...userId] = new TextDecoder().decode(payload.subarray(1)).split("\n")
  return found === magic && isTrackType(trackType) && sessionId !== undefined
    ? { key: { userId: userId.join("\n"), sessionId, trackType }, index: Number(index) }
    : undefined
}
