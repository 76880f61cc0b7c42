/**
 * Whose packet this is, written into its payload by who publishes it, and read by nothing but the check at the end.
 */
import type { TrackKey, TrackType } from "effect-track-resolver"

export const nameOf = ({ sessionId, trackType, userId }: TrackKey): string => `${userId} ${sessionId} ${trackType}`

export const write = (key: TrackKey): Buffer => Buffer.from(nameOf(key))

/** `nobody`, if it carries no mark. */
export const read = (payload: Buffer): string => {
  const text = payload.toString()
  return types.some((type) => text.endsWith(` ${type}`)) ? text : "nobody"
}

const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]
