/**
 * Makes and inspects the events that the SFU sends.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type {
  CallEndedReason,
  ConnectionQuality,
  Grants,
  Participant,
  ParticipantActivity,
  ParticipantProfile,
  ReconnectStrategy,
  TrackKey,
  TrackType,
  UnpublishCause
} from "effect-track-resolver"
import { kindOf } from "effect-track-resolver"
import type { stream } from "effect-track-resolver/stream-sfu/protocol"
import * as Profile from "./Profile.ts"
import type { PublishOption } from "./Settings.ts"
import { codecs } from "./Settings.ts"
import * as WireTypes from "./WireTypes.ts"
import type { EventType, GoAwayReason, SfuEvent, WireParticipant } from "./WireTypes.ts"

/**
 * Default strategy: `Unspecified`.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const error = (
  { code, message = "", shouldRetry = false }: {
    readonly code: number
    readonly message?: string | undefined
    readonly shouldRetry?: boolean | undefined
  },
  strategy: ReconnectStrategy = "Unspecified"
): SfuEvent => ({
  error: { error: { code, message, shouldRetry }, reconnectStrategy: WireTypes.strategies[strategy] }
})

/**
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const goAway = (reason: GoAwayReason): SfuEvent => ({ goAway: { reason: WireTypes.goAwayReasons[reason] } })

/**
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const callEnded = (reason: CallEndedReason): SfuEvent => ({
  callEnded: { reason: WireTypes.endedReasons[reason] }
})

/**
 * Makes the client negotiate its publisher connection with new ICE credentials.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const publisherIceRestart: SfuEvent = {
  iceRestart: { peerType: WireTypes.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED }
}

/**
 * A track is live. In large calls `participant` is absent, so the prefix is absent too.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const trackPublished = (key: TrackKey, participant?: WireParticipant): SfuEvent => ({
  trackPublished: {
    userId: key.userId,
    sessionId: key.sessionId,
    type: WireTypes.wireTypeOf(key.trackType),
    ...(participant && { participant })
  }
})

/**
 * A track is no longer live. Default cause: `UserMuted`.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const trackUnpublished = (
  key: TrackKey,
  participant?: WireParticipant,
  cause: UnpublishCause = "UserMuted"
): SfuEvent => ({
  trackUnpublished: {
    userId: key.userId,
    sessionId: key.sessionId,
    type: WireTypes.wireTypeOf(key.trackType),
    cause: WireTypes.unpublishCauses[cause],
    ...(participant && { participant })
  }
})

/**
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const callGrantsUpdated = ({ audio, screenShare, video }: Grants): SfuEvent => ({
  callGrantsUpdated: {
    currentGrants: { canPublishAudio: audio, canPublishVideo: video, canScreenshare: screenShare }
  }
})

/**
 * What a participant message contains besides its ids, its prefix and its tracks.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export interface ParticipantDetails {
  readonly profile: ParticipantProfile
  /** In milliseconds since 1970. */
  readonly joinedAt: number
  readonly activity: ParticipantActivity
}

const timestampOf = (millis: number) => ({
  seconds: Math.floor(millis / 1_000),
  nanos: Math.floor(millis % 1_000) * 1_000_000
})

const describeActivity = (activity: ParticipantActivity): WireParticipant => ({
  ...(activity.connectionQuality !== undefined && {
    connectionQuality: WireTypes.connectionQualities[activity.connectionQuality]
  }),
  isSpeaking: activity.isSpeaking ?? false,
  audioLevel: activity.audioLevel ?? 0,
  isDominantSpeaker: activity.isDominantSpeaker ?? false
})

/**
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const participant = (
  { sessionId, userId }: Participant,
  prefix: string,
  published: ReadonlyArray<TrackType>,
  details?: ParticipantDetails
): WireParticipant => ({
  ...Profile.describe(userId, details?.profile ?? {}),
  ...(details && { joinedAt: timestampOf(details.joinedAt), ...describeActivity(details.activity) }),
  userId,
  sessionId,
  trackLookupPrefix: prefix,
  publishedTracks: published.map(WireTypes.wireTypeOf)
})

/**
 * How loud sessions are, each from 0, silence, to 1, the loudest.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const audioLevelChanged = (
  levels: ReadonlyArray<Participant & { readonly level: number; readonly isSpeaking: boolean }>
): SfuEvent => ({
  audioLevelChanged: {
    audioLevels: levels.map(({ isSpeaking, level, sessionId, userId }) => ({ userId, sessionId, level, isSpeaking }))
  }
})

/**
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const dominantSpeakerChanged = ({ sessionId, userId }: Participant): SfuEvent => ({
  dominantSpeakerChanged: { userId, sessionId }
})

/**
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const connectionQualityChanged = (
  { sessionId, userId }: Participant,
  quality: ConnectionQuality
): SfuEvent => ({
  connectionQualityChanged: {
    connectionQualityUpdates: [{ userId, sessionId, connectionQuality: WireTypes.connectionQualities[quality] }]
  }
})

/**
 * The SFU pauses a video for the receiver's bandwidth, or sends it again.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const inboundStateNotification = ({ sessionId, trackType, userId }: TrackKey, paused: boolean): SfuEvent => ({
  inboundStateNotification: {
    inboundVideoStates: [{ userId, sessionId, trackType: WireTypes.wireTypeOf(trackType), paused }]
  }
})

/** One id for each track type and codec, because clients compare options by id. */
const optionIdOf = ({ codec, trackType }: PublishOption): number =>
  10 * WireTypes.wireTypeOf(trackType) + codecs.indexOf(codec)

const videoFieldsOf = ({ fps, size, spatialLayers, temporalLayers, trackType }: PublishOption) => {
  const isScreen = trackType === "ScreenShare"
  return {
    fps: fps ?? (isScreen ? 15 : 30),
    maxSpatialLayers: spatialLayers ?? (isScreen ? 1 : 3),
    maxTemporalLayers: temporalLayers ?? (isScreen ? 1 : 3),
    videoDimension: size ?? (isScreen ? { width: 1_920, height: 1_080 } : { width: 1_280, height: 720 })
  }
}

/**
 * The order and the other fields of an option do not change its id.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const publishOptionsOf = (
  options: ReadonlyArray<PublishOption>
): Array<stream.video.sfu.models.PublishOption.$Properties> =>
  options.map((option) => {
    const { bitrate, codec, trackType } = option
    const isVideo = kindOf(trackType) === "video"
    return {
      id: optionIdOf(option),
      trackType: WireTypes.wireTypeOf(trackType),
      codec: { name: codec, clockRate: isVideo ? 90_000 : 48_000 },
      bitrate: bitrate ?? (isVideo ? 1_500_000 : 64_000),
      ...(isVideo && videoFieldsOf(option))
    }
  })

const eventTypes: ReadonlyArray<EventType> = [
  "subscriberOffer",
  "publisherAnswer",
  "connectionQualityChanged",
  "audioLevelChanged",
  "iceTrickle",
  "changePublishQuality",
  "participantJoined",
  "participantLeft",
  "dominantSpeakerChanged",
  "joinResponse",
  "healthCheckResponse",
  "trackPublished",
  "trackUnpublished",
  "error",
  "callGrantsUpdated",
  "goAway",
  "iceRestart",
  "pinsUpdated",
  "callEnded",
  "participantUpdated",
  "participantMigrationComplete",
  "changePublishOptions",
  "inboundStateNotification"
]

/**
 * @stability experimental
 * @category conversions
 * @since 0.1.0
 */
export const eventTypeOf = (event: SfuEvent): EventType | undefined =>
  eventTypes.find((type) => event[type] !== undefined && event[type] !== null)

/**
 * The session that an event describes, if it describes one.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const subjectOf = (event: SfuEvent): string | undefined =>
  (event.trackPublished ?? event.trackUnpublished)?.sessionId
    ?? (event.participantJoined ?? event.participantUpdated ?? event.participantLeft)?.participant?.sessionId
    ?? undefined
