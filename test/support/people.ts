/**
 * Participants, keys and tracks for the tests.
 */
import { kindOf } from "effect-track-resolver"
import type {
  IncomingTrack,
  Participant,
  RemoteParticipant,
  TrackId,
  TrackKey,
  TrackKind,
  TrackType
} from "effect-track-resolver"

export const alice: Participant = { userId: "alice", sessionId: "a1" }
/** Another session of Alice: a second device, or a rejoin. */
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

/** The participant as an edge reports it if the SFU has sent the ids alone. */
export const remote = ({ sessionId, userId }: Participant): RemoteParticipant => ({
  userId,
  sessionId,
  isOwnUser: false,
  isSpeaking: false,
  isDominantSpeaker: false,
  audioLevel: 0,
  publications: []
})

/** A track that names its participant and type. */
export const exact = (trackId: TrackId, { sessionId, trackType, userId }: TrackKey): IncomingTrack => ({
  trackId,
  kind: kindOf(trackType),
  participant: { userId, sessionId },
  trackType
})

/** A track that names its participant and no type. */
export const kindOnly = (trackId: TrackId, participant: Participant, kind: TrackKind = "video"): IncomingTrack => ({
  trackId,
  kind,
  participant
})

/** A track that names neither participant nor type. */
export const anonymous = (trackId: TrackId, kind: TrackKind = "video"): IncomingTrack => ({ trackId, kind })

/** The camera keys of this many participants. */
export const crowd = (size: number): ReadonlyArray<TrackKey> =>
  Array.from({ length: size }, (_, n) => camera({ userId: `user${n}`, sessionId: `session${n}` }))
