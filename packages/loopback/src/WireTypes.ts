/**
 * The protocol's messages and enumerations, and their conversion from and to the types of the library.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type {
  CallEndedReason,
  ConnectionQuality,
  ReconnectStrategy as Strategy,
  TrackType,
  UnpublishCause
} from "effect-track-resolver"
import { stream } from "effect-track-resolver/stream-sfu/protocol"

const { event, models, signal } = stream.video.sfu

/**
 * An event of the SFU, in the shape of protobuf.js. At most one field is set.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type SfuEvent = stream.video.sfu.event.SfuEvent.$Properties

/**
 * The name of the field that an `SfuEvent` sets.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type EventType = NonNullable<SfuEvent["eventPayload"]>

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type WireParticipant = stream.video.sfu.models.Participant.$Properties

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type WireError = stream.video.sfu.models.Error.$Properties

/**
 * A request of a client on the socket. At most one field is set.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type SfuRequest = stream.video.sfu.event.SfuRequest.$Properties

/**
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type JoinRequest = stream.video.sfu.event.JoinRequest.$Properties

/**
 * @stability experimental
 * @category constants
 * @since 0.1.0
 */
export const ErrorCode = models.ErrorCode

/**
 * @stability experimental
 * @category constants
 * @since 0.1.0
 */
export const PeerType = models.PeerType

/**
 * @stability experimental
 * @category constants
 * @since 0.1.0
 */
export const ReconnectStrategy = models.WebsocketReconnectStrategy

/**
 * The generated protobuf messages by package, for a client that is written by hand.
 *
 * @stability experimental
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
 * @stability experimental
 * @category conversions
 * @since 0.1.0
 */
export const wireTypeOf = (type: TrackType): stream.video.sfu.models.TrackType => wireTypes[type]

/**
 * Undefined, if the protocol has no such type.
 *
 * @stability experimental
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
 * The name of a type in a stream id, such as `TRACK_TYPE_AUDIO`.
 *
 * @stability experimental
 * @category conversions
 * @since 0.1.0
 */
export const wireNameOf = (type: TrackType): string => models.TrackType[wireTypes[type]]

/**
 * @stability experimental
 * @since 0.1.0
 */
export const strategies = {
  Unspecified: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_UNSPECIFIED,
  Disconnect: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_DISCONNECT,
  Fast: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_FAST,
  Rejoin: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_REJOIN,
  Migrate: models.WebsocketReconnectStrategy.WEBSOCKET_RECONNECT_STRATEGY_MIGRATE
} satisfies { readonly [strategy in Strategy]: number }

/**
 * @stability experimental
 * @since 0.1.0
 */
export const unpublishCauses = {
  Unspecified: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_UNSPECIFIED,
  UserMuted: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_USER_MUTED,
  PermissionRevoked: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED,
  Moderation: models.TrackUnpublishReason.TRACK_UNPUBLISH_REASON_MODERATION
} satisfies { readonly [cause in UnpublishCause]: number }

/**
 * @stability experimental
 * @since 0.1.0
 */
export const connectionQualities = {
  Poor: models.ConnectionQuality.CONNECTION_QUALITY_POOR,
  Good: models.ConnectionQuality.CONNECTION_QUALITY_GOOD,
  Excellent: models.ConnectionQuality.CONNECTION_QUALITY_EXCELLENT
} satisfies { readonly [quality in ConnectionQuality]: number }

/**
 * @stability experimental
 * @since 0.1.0
 */
export const endedReasons = {
  Unspecified: models.CallEndedReason.CALL_ENDED_REASON_UNSPECIFIED,
  Ended: models.CallEndedReason.CALL_ENDED_REASON_ENDED,
  LiveEnded: models.CallEndedReason.CALL_ENDED_REASON_LIVE_ENDED,
  Kicked: models.CallEndedReason.CALL_ENDED_REASON_KICKED,
  SessionEnded: models.CallEndedReason.CALL_ENDED_REASON_SESSION_ENDED
} satisfies { readonly [reason in CallEndedReason]: number }

/**
 * @stability experimental
 * @since 0.1.0
 */
export const goAwayReasons = {
  Unspecified: models.GoAwayReason.GO_AWAY_REASON_UNSPECIFIED,
  ShuttingDown: models.GoAwayReason.GO_AWAY_REASON_SHUTTING_DOWN,
  Rebalance: models.GoAwayReason.GO_AWAY_REASON_REBALANCE
}

/**
 * Why an SFU sends its clients to another SFU.
 *
 * @stability experimental
 * @category models
 * @since 0.1.0
 */
export type GoAwayReason = keyof typeof goAwayReasons

/**
 * How a client comes back; undefined, if it joins for the first time.
 *
 * @stability experimental
 * @since 0.1.0
 */
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

/**
 * Whether the client knows that the SFU pauses its video, and so is told.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const canPauseVideo = ({ capabilities }: JoinRequest): boolean =>
  (capabilities ?? []).includes(models.ClientCapability.CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE)

/**
 * The types of the tracks that a client announces to publish again.
 *
 * @stability experimental
 * @since 0.1.0
 */
export const announcedTypes = ({ reconnectDetails }: JoinRequest): ReadonlyArray<TrackType> =>
  (reconnectDetails?.announcedTracks ?? []).flatMap(({ trackType }) => trackTypeOf(trackType) ?? [])
