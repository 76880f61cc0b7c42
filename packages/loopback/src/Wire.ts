/**
 * The SFU's side of the wire: what it decodes, what it encodes, and the words of the protocol for the words of `Track`.
 * Knows no socket.
 *
 * @since 0.1.0
 */
import type { CallEndedReason, Grants, ReconnectStrategy as Strategy, UnpublishCause } from "effect-track-resolver"
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import { stream } from "effect-track-resolver/stream-sfu/protocol"

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

const strategies = {
  Unspecified: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_UNSPECIFIED,
  Disconnect: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT,
  Fast: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_FAST,
  Rejoin: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_REJOIN,
  Migrate: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_MIGRATE
} satisfies { readonly [strategy in Strategy]: number }

const causes = {
  Unspecified: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_UNSPECIFIED,
  UserMuted: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_USER_MUTED,
  PermissionRevoked: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED,
  Moderation: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_MODERATION
} satisfies { readonly [cause in UnpublishCause]: number }

const endings = {
  Unspecified: models.CallEndedReason.CALL_ENDED_REASON_UNSPECIFIED,
  Ended: models.CallEndedReason.CALL_ENDED_REASON_ENDED,
  LiveEnded: models.CallEndedReason.CALL_ENDED_REASON_LIVE_ENDED,
  Kicked: models.CallEndedReason.CALL_ENDED_REASON_KICKED,
  SessionEnded: models.CallEndedReason.CALL_ENDED_REASON_SESSION_ENDED
} satisfies { readonly [reason in CallEndedReason]: number }

const departures = {
  Unspecified: models.GoAwayReason.GO_AWAY_REASON_UNSPECIFIED,
  ShuttingDown: models.GoAwayReason.GO_AWAY_REASON_SHUTTING_DOWN,
  Rebalance: models.GoAwayReason.GO_AWAY_REASON_REBALANCE
}

/**
 * Why a client has to go somewhere else.
 *
 * @category models
 * @since 0.1.0
 */
export type GoAwayReason = keyof typeof departures

/** As what a client joins again; nothing, if it joins for the first time. */
export const reconnectionOf = (
  { fastReconnect, reconnectDetails }: JoinRequest
): "Fast" | "Rejoin" | "Migrate" | undefined => {
  switch (reconnectDetails?.strategy) {
    case strategies.Fast:
      return "Fast"
    case strategies.Rejoin:
      return "Rejoin"
    case strategies.Migrate:
      return "Migrate"
    default:
      return fastReconnect === true ? "Fast" : undefined
  }
}

/** The types of the tracks that a client says it will publish again. */
export const announcedBy = ({ reconnectDetails }: JoinRequest): ReadonlyArray<TrackType> =>
  (reconnectDetails?.announcedTracks ?? []).flatMap(({ trackType }) => trackTypeOf(trackType) ?? [])

/**
 * @category constructors
 * @since 0.1.0
 */
export const failed = (
  { code, message = "", shouldRetry = false }: {
    readonly code: number
    readonly message?: string | undefined
    readonly shouldRetry?: boolean | undefined
  },
  strategy: Strategy = "Unspecified"
): SfuEvent => ({ error: { error: { code, message, shouldRetry }, reconnectStrategy: strategies[strategy] } })

/**
 * @category constructors
 * @since 0.1.0
 */
export const goAway = (reason: GoAwayReason): SfuEvent => ({ goAway: { reason: departures[reason] } })

/**
 * @category constructors
 * @since 0.1.0
 */
export const callEnded = (reason: CallEndedReason): SfuEvent => ({ callEnded: { reason: endings[reason] } })

const enumerations: { readonly [field in string]?: Readonly<Record<string, unknown>> } = {
  trackType: models.TrackType,
  peerType: models.PeerType,
  code: models.ErrorCode
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** As protobuf.js has it: lowerCamel names, enums as numbers, nothing that is null. */
const plain = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(plain)
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json).filter(([, value]) => value !== null).map(([name, value]) => {
      const field = camelCase(name)
      return [field, typeof value === "string" ? enumerations[field]?.[value] ?? value : plain(value)]
    })
  )
}

/** A message's two directions. */
export interface Codec<A> {
  readonly encode: (message: A) => { readonly finish: () => Uint8Array }
  readonly decode: (bytes: Uint8Array) => A
}

/**
 * A message in proto3 JSON as the bytes that it is in protobuf, so that nobody behind this has to know of JSON. Throws, if
 * it is no message.
 */
export const bytesOfJson = <A>(message: Codec<A>, text: string): Uint8Array => {
  const json: unknown = JSON.parse(text)
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error("not a JSON object")
  return message.encode(plain(json) as A).finish()
}

/** An answer in proto3 JSON. Its only enum is the code of an error. */
export const jsonOf = (message: { readonly error?: WireError | null }): unknown => {
  const { error } = message
  if (!error) return { ...message }
  const code = models.ErrorCode[error.code ?? 0] ?? error.code
  return { ...message, error: { ...error, code } }
}

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
 * Says that a track is no longer live. Default cause: its publisher muted it.
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
    type: wireTypes[key.trackType],
    cause: causes[cause],
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

/** With an id for each, from 1. */
export const publishOptionsOf = (
  options: ReadonlyArray<{ readonly trackType: TrackType; readonly codec: string }>
): Array<stream.video.sfu.models.PublishOption.$Properties> =>
  options.map(({ codec, trackType }, at) => ({
    id: at + 1,
    trackType: wireTypes[trackType],
    codec: { name: codec, clockRate: codec === "opus" ? 48_000 : 90_000 }
  }))

/**
 * @category constructors
 * @since 0.1.0
 */
export const callGrantsUpdated = ({ audio, screenShare, video }: Grants): SfuEvent => ({
  callGrantsUpdated: {
    currentGrants: { canPublishAudio: audio, canPublishVideo: video, canScreenshare: screenShare }
  }
})
