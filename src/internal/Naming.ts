/**
 * What errors and log lines call a participant and a key.
 */
import type { Participant, TrackKey } from "../Track.ts"

export const participant = ({ sessionId, userId }: Participant): string => `${userId} (${sessionId})`

export const key = (key: TrackKey): string => `${key.trackType} of ${participant(key)}`
