/**
 * Who is in the call in these tests, what they publish, and how WebRTC tells of it.
 */
import { kindOf } from "effect-track-resolver"
import type { IncomingTrack, Participant, TrackId, TrackKey, TrackKind, TrackType } from "effect-track-resolver"

export const alice: Participant = { userId: "alice", sessionId: "a1" }
/** Alice once more: on a second device, or after a reconnection. */
export const aliceAgain: Participant = { userId: "alice", sessionId: "a2" }
export const bob: Participant = { userId: "bob", sessionId: "b1" }

export const keyOf = ({ sessionId, userId }: Participant, trackType: TrackType): TrackKey => ({
  userId,
  sessionId,
  trackType
})

export const camera = (participant: Participant): TrackKey => keyOf(participant, "Video")
export const microphone = (participant: Participant): TrackKey => keyOf(participant, "Audio")
export const screen = (participant: Participant): TrackKey => keyOf(participant, "ScreenShare")
export const screenAudio = (participant: Participant): TrackKey => keyOf(participant, "ScreenShareAudio")

/** A track that says whose and which it is. */
export const exact = (trackId: TrackId, { sessionId, trackType, userId }: TrackKey): IncomingTrack => ({
  trackId,
  kind: kindOf(trackType),
  participant: { userId, sessionId },
  trackType
})

/** A track that says whose it is. */
export const kindOnly = (trackId: TrackId, participant: Participant, kind: TrackKind = "video"): IncomingTrack => ({
  trackId,
  kind,
  participant
})

/** A track that says nothing. */
export const anonymous = (trackId: TrackId, kind: TrackKind = "video"): IncomingTrack => ({ trackId, kind })

/** So many keys of so many people, each with one camera. */
export const crowd = (size: number): ReadonlyArray<TrackKey> =>
  Array.from({ length: size }, (_, n) => camera({ userId: `user${n}`, sessionId: `session${n}` }))
