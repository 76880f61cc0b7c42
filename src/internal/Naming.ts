/**
 * What errors and log lines call a participant, a key and a track. Ids come from peers, so a long one is cut.
 */
import type { Participant, TrackId, TrackKey } from "../Track.ts"

const longest = 64

const short = (id: string): string => id.length > longest ? `${id.slice(0, longest)}...` : id

export const participant = ({ sessionId, userId }: Participant): string => `${short(userId)} (${short(sessionId)})`

export const key = (key: TrackKey): string => `${key.trackType} of ${participant(key)}`

export const track = (trackId: TrackId): string => short(trackId)
