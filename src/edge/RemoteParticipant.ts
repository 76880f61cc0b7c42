/**
 * The other participants of a call, as the edge reports them.
 *
 * @stability stable
 * @since 0.1.0
 */
import type { Participant, TrackId, TrackType } from "../Track.ts"
import type { Codec } from "./PeerConnection.ts"
import type { ConnectionQuality, ParticipantProfile, SfuAudioLevel, Subscription } from "./SfuClient.ts"

/**
 * What a participant publishes.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RemotePublication {
  readonly trackType: TrackType
  /** A muted publication has no track until it is unmuted. This SFU also reports a stopped publication as muted. */
  readonly isMuted: boolean
  /** The SFU does not send this video for now, because of our bandwidth. */
  readonly isPaused: boolean
  /** Whether the edge wants to receive the publication. */
  readonly isSubscribed: boolean
  /** Present from `TrackAdded` to `TrackRemoved`. */
  readonly trackId?: TrackId | undefined
  /** As `RemoteTrack.codec`; present from `TrackAdded` to `TrackRemoved`. */
  readonly codec?: Codec | undefined
  /** The size of the video that the edge asks the SFU for, in pixels. Present while it is subscribed to. */
  readonly requestedSize?: Subscription["dimension"]
}

/**
 * One session of another participant, as last reported. `name`, `image` and `custom` come from a peer: bounded, but
 * otherwise not trustworthy. A session that no message has described has only its ids.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RemoteParticipant extends Participant, ParticipantProfile {
  /** Whether the session belongs to the same user as the edge: another client of it, or a former session that still ends. */
  readonly isOwnUser: boolean
  /** In milliseconds, by the SFU's clock. */
  readonly joinedAt?: number | undefined
  readonly connectionQuality?: ConnectionQuality | undefined
  readonly isSpeaking: boolean
  readonly isDominantSpeaker: boolean
  /** From 0, silence, to 1, the loudest. `ParticipantChanged` does not report it: see `StreamEdge.audioLevels`. */
  readonly audioLevel: number
  /** In the order of the track types: at most one of each. Without those that have ended. */
  readonly publications: ReadonlyArray<RemotePublication>
}

/**
 * How loud a participant is.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type AudioLevel = Participant & SfuAudioLevel

/**
 * Selects participants: by a predicate, or by fields that all have to be equal.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ParticipantFilter =
  | ((participant: RemoteParticipant) => boolean)
  | Partial<Pick<RemoteParticipant, "userId" | "sessionId" | "isOwnUser">>

/**
 * Whether the filter selects the participant.
 *
 * @stability stable
 * @category predicates
 * @since 0.1.0
 */
export const matchesParticipant = (filter: ParticipantFilter, participant: RemoteParticipant): boolean => {
  if (typeof filter === "function") return filter(participant)
  const { isOwnUser, sessionId, userId } = filter
  return (userId === undefined || userId === participant.userId)
    && (sessionId === undefined || sessionId === participant.sessionId)
    && (isOwnUser === undefined || isOwnUser === participant.isOwnUser)
}
