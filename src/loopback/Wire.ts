/**
 * The SFU's side of the wire: what it decodes, what it encodes, and the words of the protocol for the words of `Track`.
 * Knows no socket.
 *
 * @since 0.1.0
 */
import { stream } from "../stream-sfu/generated/sfu.js"
import type { Participant, TrackKey, TrackType } from "../Track.ts"

const { event, models, signal } = stream.video.sfu

/**
 * What the SFU can tell, as protobuf.js has it: at most one field.
 *
 * @category models
 * @since 0.1.0
 */
export type SfuEvent = stream.video.sfu.event.SfuEvent.$Properties

/**
 * Which field of an `SfuEvent` is there.
 *
 * @category models
 * @since 0.1.0
 */
export type EventType = NonNullable<SfuEvent["eventPayload"]>

/**
 * @category models
 * @since 0.1.0
 */
export type WireParticipant = stream.video.sfu.models.Participant.$Properties

/**
 * @category models
 * @since 0.1.0
 */
export type WireError = stream.video.sfu.models.Error.$Properties

export type SfuRequest = stream.video.sfu.event.SfuRequest.$Properties

export type JoinRequest = stream.video.sfu.event.JoinRequest.$Properties

export type TrackInfo = stream.video.sfu.models.TrackInfo.$Properties

/**
 * @category constants
 * @since 0.1.0
 */
export const ErrorCode = models.ErrorCode

/**
 * @category constants
 * @since 0.1.0
 */
export const PeerType = models.PeerType

/**
 * @category constants
 * @since 0.1.0
 */
export const ReconnectStrategy = models.WebsocketReconnectStrategy

/**
 * The protocol's messages, by package: for a client that is played by hand.
 *
 * @category encoding
 * @since 0.1.0
 */
export const Messages = { event, models, signal }

const wireTypes = {
  Audio: models.TrackType.TRACK_TYPE_AUDIO,
  Video: models.TrackType.TRACK_TYPE_VIDEO,
  ScreenShare: models.TrackType.TRACK_TYPE_SCREEN_SHARE,
  ScreenShareAudio: models.TrackType.TRACK_TYPE_SCREEN_SHARE_AUDIO
} satisfies { readonly [type in TrackType]: number }

/**
 * @category conversions
 * @since 0.1.0
 */
export const wireTypeOf = (type: TrackType): stream.video.sfu.models.TrackType => wireTypes[type]

/**
 * Nothing, if the protocol has no such type.
 *
 * @category conversions
 * @since 0.1.0
 */
export const trackTypeOf = (wireType: number | null | undefined): TrackType | undefined => {
  switch (wireType) {
    case models.TrackType.TRACK_TYPE_AUDIO:
      return "Audio"
    case models.TrackType.TRACK_TYPE_VIDEO:
      return "Video"
    case models.TrackType.TRACK_TYPE_SCREEN_SHARE:
      return "ScreenShare"
    case models.TrackType.TRACK_TYPE_SCREEN_SHARE_AUDIO:
      return "ScreenShareAudio"
    default:
      return undefined
  }
}

/**
 * The name of a type inside a stream id: `TRACK_TYPE_AUDIO`.
 *
 * @category conversions
 * @since 0.1.0
 */
export const wireNameOf = (type: TrackType): string => models.TrackType[wireTypes[type]]

/** Nothing, if the frame is none of ours. */
export const decodeRequest = (frame: Uint8Array): SfuRequest | undefined => {
  try {
    return event.SfuRequest.decode(frame)
  } catch {
    return undefined
  }
}

/**
 * @category encoding
 * @since 0.1.0
 */
export const encodeEvent = (told: SfuEvent): Uint8Array => event.SfuEvent.encode(told).finish()

/**
 * Nothing, if the frame is not an event.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeEvent = (frame: Uint8Array): SfuEvent | undefined => {
  try {
    return event.SfuEvent.decode(frame)
  } catch {
    return undefined
  }
}

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
export const eventTypeOf = (told: SfuEvent): EventType | undefined =>
  eventTypes.find((type) => told[type] !== undefined && told[type] !== null)

/** The session that an event is about, if it is about one. */
export const subjectOf = (told: SfuEvent): string | undefined =>
  (told.trackPublished ?? told.trackUnpublished)?.sessionId
    ?? (told.participantJoined ?? told.participantUpdated ?? told.participantLeft)?.participant?.sessionId
    ?? undefined

/**
 * Says that a track is live. Without `participant` it names no prefix, as in large calls.
 *
 * @category constructors
 * @since 0.1.0
 */
export const trackPublished = (key: TrackKey, participant?: WireParticipant): SfuEvent => ({
  trackPublished: {
    userId: key.userId,
    sessionId: key.sessionId,
    type: wireTypes[key.trackType],
    ...(participant && { participant })
  }
})

/**
 * Says that a track is no longer live: its publisher muted it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const trackUnpublished = (key: TrackKey, participant?: WireParticipant): SfuEvent => ({
  trackUnpublished: {
    userId: key.userId,
    sessionId: key.sessionId,
    type: wireTypes[key.trackType],
    cause: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_USER_MUTED,
    ...(participant && { participant })
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
  publishedTracks: published.map(wireTypeOf)
})

/**
 * One entry for each type: enough for every client that insists on one before it publishes.
 */
export const publishOptions: ReadonlyArray<stream.video.sfu.models.PublishOption.$Properties> = [
  { id: 1, trackType: wireTypes.Audio, codec: { name: "opus", clockRate: 48_000 } },
  { id: 2, trackType: wireTypes.Video, codec: { name: "vp8", clockRate: 90_000 } },
  { id: 3, trackType: wireTypes.ScreenShare, codec: { name: "vp8", clockRate: 90_000 } },
  { id: 4, trackType: wireTypes.ScreenShareAudio, codec: { name: "opus", clockRate: 48_000 } }
]
