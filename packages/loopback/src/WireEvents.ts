/**
 * Makes and inspects the events that the SFU sends.
 *
 * @since 0.1.0
 */
import type {
  CallEndedReason,
  Grants,
  Participant,
  ReconnectStrategy,
  TrackKey,
  TrackType,
  UnpublishCause
} from "effect-track-resolver"
import type { stream } from "effect-track-resolver/stream-sfu/protocol"
import * as WireTypes from "./WireTypes.ts"
import type { EventType, GoAwayReason, SfuEvent, WireParticipant } from "./WireTypes.ts"

/**
 * Default strategy: `Unspecified`.
 *
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
 * @category constructors
 * @since 0.1.0
 */
export const goAway = (reason: GoAwayReason): SfuEvent => ({ goAway: { reason: WireTypes.goAwayReasons[reason] } })

/**
 * @category constructors
 * @since 0.1.0
 */
export const callEnded = (reason: CallEndedReason): SfuEvent => ({
  callEnded: { reason: WireTypes.endedReasons[reason] }
})

/**
 * Makes the client negotiate its publisher connection with new ICE credentials.
 *
 * @category constructors
 * @since 0.1.0
 */
export const publisherIceRestart: SfuEvent = {
  iceRestart: { peerType: WireTypes.PeerType.PEER_TYPE_PUBLISHER_UNSPECIFIED }
}

/**
 * A track is live. In large calls `participant` is absent, so the prefix is absent too.
 *
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
 * @category constructors
 * @since 0.1.0
 */
export const callGrantsUpdated = ({ audio, screenShare, video }: Grants): SfuEvent => ({
  callGrantsUpdated: {
    currentGrants: { canPublishAudio: audio, canPublishVideo: video, canScreenshare: screenShare }
  }
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const participant = (
  { sessionId, userId }: Participant,
  prefix: string,
  published: ReadonlyArray<TrackType>
): WireParticipant => ({
  userId,
  sessionId,
  name: userId,
  trackLookupPrefix: prefix,
  publishedTracks: published.map(WireTypes.wireTypeOf)
})

/** Ids count from 1. */
export const publishOptionsOf = (
  options: ReadonlyArray<{ readonly trackType: TrackType; readonly codec: string }>
): Array<stream.video.sfu.models.PublishOption.$Properties> =>
  options.map(({ codec, trackType }, index) => ({
    id: index + 1,
    trackType: WireTypes.wireTypeOf(trackType),
    codec: { name: codec, clockRate: codec === "opus" ? 48_000 : 90_000 }
  }))

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
 * @category conversions
 * @since 0.1.0
 */
export const eventTypeOf = (event: SfuEvent): EventType | undefined =>
  eventTypes.find((type) => event[type] !== undefined && event[type] !== null)

/** The session that an event describes, if it describes one. */
export const subjectOf = (event: SfuEvent): string | undefined =>
  (event.trackPublished ?? event.trackUnpublished)?.sessionId
    ?? (event.participantJoined ?? event.participantUpdated ?? event.participantLeft)?.participant?.sessionId
    ?? undefined
