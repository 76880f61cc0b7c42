/**
 * Port: the signalling of an SFU. To use the edge with another SFU, implement `SfuClient` and provide it as a layer.
 *
 * Rules for an implementation:
 * - It validates every message, and drops one that it cannot decode. Ids in events are not empty.
 * - It delivers events in the order of the SFU. It may deliver an event late or twice: the edge handles both.
 * - It retries each request that can succeed later. An error that it reports is final for that request.
 * - It never reconnects by itself: the edge opens the next session.
 *
 * Terms follow WebRTC and SDP (RFC 8829, RFC 8866). The subscriber connection receives media: the SFU offers, we
 * answer. The publisher connection sends media: we offer, the SFU answers.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { Participant, TrackKey, TrackType } from "../Track.ts"
import type { GenericSdps, IceCandidate, IceServer, PeerType, RtpCodec } from "./PeerConnection.ts"

/**
 * A participant as one message of the SFU describes it. The message may be older than the events received before it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuParticipant extends Participant {
  /** The prefix of the stream ids of this participant's tracks; absent if the message does not contain it. */
  readonly streamIdPrefix?: string | undefined
  /** The types that the participant publishes. */
  readonly publishedTracks: ReadonlyArray<TrackType>
}

/**
 * The publication that an event is about.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuPublication {
  /** Absent if the event does not contain it. */
  readonly userId?: string | undefined
  readonly sessionId: string
  readonly trackType: TrackType
  /** The publisher, if the event contains it. */
  readonly participant?: SfuParticipant | undefined
}

/**
 * Why a publication ended. After `Moderation` and `PermissionRevoked`, the edge stops the publication if it is ours.
 *
 * @category models
 * @since 0.1.0
 */
export type UnpublishCause = "Unspecified" | "UserMuted" | "PermissionRevoked" | "Moderation"

/**
 * The reconnection that an SFU requests. `Disconnect`: leave and do not return. `Unspecified`: none. For the others see
 * `Reconnection`.
 *
 * @category models
 * @since 0.1.0
 */
export type ReconnectStrategy = "Unspecified" | "Disconnect" | "Fast" | "Rejoin" | "Migrate"

/**
 * Why a call ended.
 *
 * @category models
 * @since 0.1.0
 */
export type CallEndedReason = "Unspecified" | "Ended" | "LiveEnded" | "Kicked" | "SessionEnded"

/**
 * The track types that we may publish. `screenShare` includes the audio of a screen share.
 *
 * @category models
 * @since 0.1.0
 */
export interface Grants {
  readonly audio: boolean
  readonly video: boolean
  readonly screenShare: boolean
}

/**
 * Whether the grants allow tracks of this type.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isGranted = (grants: Grants, trackType: TrackType): boolean => {
  switch (trackType) {
    case "Audio":
      return grants.audio
    case "Video":
      return grants.video
    case "ScreenShare":
    case "ScreenShareAudio":
      return grants.screenShare
  }
}

/**
 * A track type that the SFU accepts, and the codec that it prefers for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublishOption {
  /** Chosen by the SFU; sent back as `AnnouncedTrack.publishOptionId`. */
  readonly id: number
  readonly trackType: TrackType
  readonly codec?: RtpCodec | undefined
}

/**
 * A track of ours on the publisher connection, as we announce it to the SFU.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnnouncedTrack {
  /** WebRTC's `MediaStreamTrack.id`; not a `TrackId`. */
  readonly trackId: string
  readonly trackType: TrackType
  /** The mid of its m-line in the local description (RFC 5888). */
  readonly mid: string
  readonly muted: boolean
  readonly codec: RtpCodec
  /** The `PublishOption` that the codec was chosen from, if there is one. */
  readonly publishOptionId?: number | undefined
  /** The size of video, in pixels. */
  readonly dimension?: { readonly width: number; readonly height: number } | undefined
}

/**
 * A join that continues or replaces an earlier session.
 *
 * - `Fast`: the same session on another socket. The peer connections continue. Use the same SFU.
 * - `Rejoin`: another session replaces `previousSessionId`, with new peer connections.
 * - `Migrate`: the same session on another SFU than `fromSfuId`, with new peer connections. The former ones continue
 *   until `MigrationCompleted`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconnection {
  readonly strategy: "Fast" | "Rejoin" | "Migrate"
  /** The number of rejoins and migrations since the first join, this one included. A `Fast` join does not count. */
  readonly attempt: number
  /** Present for `Rejoin`. */
  readonly previousSessionId?: string | undefined
  /** The `sfuId` of the session so far. */
  readonly fromSfuId?: string | undefined
  /** Our tracks that the SFU has, or had in the previous session. */
  readonly announcedTracks: ReadonlyArray<AnnouncedTrack>
  /** The subscriptions at the time of the join. */
  readonly subscriptions: ReadonlyArray<Subscription>
  /** For the log of the SFU. */
  readonly reason: string
}

/**
 * Why an SFU reports an error, as far as the edge distinguishes it.
 *
 * - `SignalLost`: the SFU still has the session, but the socket is lost.
 * - `LiveEnded`: the livestream is over. The edge ends the call.
 * - `Other`: any other error. The edge follows `reconnectStrategy`.
 *
 * @category models
 * @since 0.1.0
 */
export type SfuFailureReason = "SignalLost" | "LiveEnded" | "Other"

/**
 * A message of the SFU.
 *
 * @category models
 * @since 0.1.0
 */
export type SfuEvent =
  /** An offer for the subscriber connection. From then on, the SFU sends on the m-lines of this offer only. */
  | {
    readonly _tag: "SubscriberOffer"
    readonly sdp: string
    /** Sent back with the answer. */
    readonly negotiationId: number
    readonly iceRestart: boolean
  }
  /** A remote ICE candidate for one of our connections (RFC 8838). */
  | { readonly _tag: "IceTrickle"; readonly peerType: PeerType; readonly candidate: IceCandidate }
  /**
   * The SFU requests an ICE restart (RFC 8445, section 9). For the subscriber connection, an offer of the SFU follows.
   */
  | { readonly _tag: "IceRestart"; readonly peerType: PeerType }
  /** The participant is in the call. The only event that revives a session that left. */
  | { readonly _tag: "ParticipantJoined"; readonly participant: SfuParticipant }
  | { readonly _tag: "ParticipantUpdated"; readonly participant: SfuParticipant }
  | { readonly _tag: "ParticipantLeft"; readonly participant: SfuParticipant }
  | { readonly _tag: "TrackPublished"; readonly publication: SfuPublication }
  | { readonly _tag: "TrackUnpublished"; readonly publication: SfuPublication; readonly cause: UnpublishCause }
  /** Replaces the publish options of the session. */
  | { readonly _tag: "PublishOptionsChanged"; readonly publishOptions: ReadonlyArray<PublishOption> }
  /** Replaces the grants of the session. */
  | { readonly _tag: "GrantsChanged"; readonly grants: Grants }
  /** The SFU that we migrate to is ready. Either of the two SFUs may report it. */
  | { readonly _tag: "MigrationCompleted" }
  /** The SFU is about to close: migrate. */
  | { readonly _tag: "GoAway"; readonly reason: "Unspecified" | "ShuttingDown" | "Rebalance" }
  /** The SFU reports an error of the session. */
  | {
    readonly _tag: "Failed"
    readonly reason: SfuFailureReason
    /** The SFU's error number, for the log. */
    readonly code: number
    readonly detail: string
    readonly reconnectStrategy: ReconnectStrategy
  }
  /** The call is over for us. The last event. */
  | { readonly _tag: "CallEnded"; readonly reason: CallEndedReason }

/**
 * The owner and the type that a stream id contains. The prefix is the `streamIdPrefix` of a participant.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamIdentity {
  readonly streamIdPrefix: string
  readonly trackType: TrackType
}

/**
 * A publication that we want to receive. `dimension` is the wanted size of video, in pixels; absent for audio.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subscription {
  readonly key: TrackKey
  readonly dimension?: { readonly width: number; readonly height: number } | undefined
}

/**
 * A join failed.
 *
 * - `Unreachable`: no connection to the SFU.
 * - `TimedOut`: no join response in time.
 * - `Refused`: the SFU refused. `code` is the SFU's error number, if there is one.
 *
 * If `shouldRetry`, the same join can succeed later.
 *
 * @category errors
 * @since 0.1.0
 */
export class SfuJoinError extends Schema.TaggedError<SfuJoinError>()("SfuJoinError", {
  reason: Schema.Literals(["Unreachable", "TimedOut", "Refused"]),
  code: Schema.optional(Schema.Int),
  detail: Schema.String,
  shouldRetry: Schema.Boolean
}) {
  override get message(): string {
    return `join ${this.reason}${this.code === undefined ? "" : ` (${this.code})`}: ${this.detail}`
  }
}

/**
 * The signalling was lost. An implementation fails `SfuSession.events` with one of:
 *
 * - `Closed`: the SFU closed the socket. `closeCode` is the close code of the WebSocket (RFC 6455, section 7.4).
 * - `Silent`: no message from the SFU for too long.
 * - `Broken`: the transport failed.
 *
 * The edge itself uses `Disconnect` and `Reconnect`, if an event of the SFU requests it.
 *
 * @category errors
 * @since 0.1.0
 */
export class SfuConnectionError extends Schema.TaggedError<SfuConnectionError>()("SfuConnectionError", {
  reason: Schema.Literals(["Closed", "Silent", "Broken", "Disconnect", "Reconnect"]),
  closeCode: Schema.optional(Schema.Int),
  detail: Schema.String
}) {
  override get message(): string {
    return `signalling ${this.reason}${this.closeCode === undefined ? "" : ` (${this.closeCode})`}: ${this.detail}`
  }
}

/**
 * A request to the SFU failed for good, after `attempts` attempts.
 *
 * - `SignalLost`: the SFU still has the session, but the socket is lost.
 * - `Refused`: the SFU answered with another error.
 * - `SessionEnded`: the scope of the session closed first.
 * - `Failed`: the request did not arrive, or its response could not be decoded.
 *
 * `code` is for the log: the SFU's error number, or the error name of the transport.
 *
 * @category errors
 * @since 0.1.0
 */
export class SfuRequestError extends Schema.TaggedError<SfuRequestError>()("SfuRequestError", {
  method: Schema.String,
  reason: Schema.Literals(["SignalLost", "Refused", "SessionEnded", "Failed"]),
  code: Schema.Union([Schema.String, Schema.Int]),
  detail: Schema.String,
  attempts: Schema.Int
}) {
  override get message(): string {
    return `${this.method} failed (${this.code}, ${this.attempts} attempts): ${this.detail}`
  }
}

/**
 * Every error of the port.
 *
 * @category errors
 * @since 0.1.0
 */
export type SfuError = SfuJoinError | SfuConnectionError | SfuRequestError

/**
 * A joined session on one socket. It lives as long as the scope of the join. Closing that scope leaves the call, unless
 * `detach` ran before.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuSession {
  /** The participants at the time of the join, ourselves included. An SFU may shorten this list in a large call. */
  readonly participants: ReadonlyArray<SfuParticipant>
  /** For both peer connections. */
  readonly iceServers: ReadonlyArray<IceServer>
  /** Identifies the SFU, if known; becomes `Reconnection.fromSfuId`. */
  readonly sfuId?: string | undefined
  /** In reply to a `Fast` join: true if the SFU still had the session. The peer connections then continue. */
  readonly reconnected: boolean
  /**
   * How long the SFU keeps the session after its socket is lost, in milliseconds. 0 if unknown: then no `Fast` join
   * follows.
   */
  readonly fastReconnectDeadline: number
  /** The accepted track types, one entry for each codec. Empty if the SFU sends none: then every type is accepted. */
  readonly publishOptions: ReadonlyArray<PublishOption>
  /** The track types that we may publish. Absent if unknown: then the edge refuses no type in advance. */
  readonly grants?: Grants | undefined
  /**
   * Decodes the stream id of an m-line (the first part of `a=msid`, RFC 8830). `undefined` if it is not a stream id of
   * this SFU. The edge ignores an m-line without an identity.
   */
  readonly identify: (streamId: string) => StreamIdentity | undefined
  /**
   * The events of the SFU, in its order. Events that arrived before the join response are included, and may be newer
   * than the list of participants in that response. Single consumer. Ends after `CallEnded`; fails if the signalling is
   * lost.
   */
  readonly events: Stream.Stream<SfuEvent, SfuConnectionError>
  /** Sends the answer to a `SubscriberOffer`. The edge answers one offer at a time. */
  readonly sendAnswer: (answer: {
    readonly sdp: string
    readonly negotiationId: number
  }) => Effect.Effect<void, SfuRequestError>
  /**
   * Sends an offer for the publisher connection. `tracks` always lists every track of the connection. Returns the SDP
   * of the SFU's answer. Concurrent calls run one after the other, in their order.
   */
  readonly sendOffer: (offer: {
    readonly sdp: string
    readonly tracks: ReadonlyArray<AnnouncedTrack>
  }) => Effect.Effect<string, SfuRequestError>
  /**
   * Sends changed mute states of our tracks. An unchanged state must not be sent: if an unmuted track is reported as
   * unmuted again, an SFU may announce the track again.
   */
  readonly updateMuteStates: (
    states: ReadonlyArray<{ readonly trackType: TrackType; readonly muted: boolean }>
  ) => Effect.Effect<void, SfuRequestError>
  /** Sends a local ICE candidate (RFC 8838). */
  readonly sendIceCandidate: (peerType: PeerType, candidate: IceCandidate) => Effect.Effect<void, SfuRequestError>
  /**
   * Replaces our subscriptions. The edge does not wait for the response. If several calls arrive during a request, an
   * implementation sends the newest one and may drop the others.
   */
  readonly updateSubscriptions: (subscriptions: ReadonlyArray<Subscription>) => Effect.Effect<void, SfuRequestError>
  /** Requests an offer that restarts ICE on the subscriber connection (RFC 8445, section 9). */
  readonly restartIce: Effect.Effect<void, SfuRequestError>
  /**
   * From now on, closing the scope closes the socket without leaving the call: another socket (`Resume`) or another SFU
   * (`Migrate`) has the session.
   */
  readonly detach: (to: "Resume" | "Migrate") => Effect.Effect<void>
}

/**
 * Joins a call. Each `join` opens one session, which lives until its scope closes. If it fails or is interrupted,
 * nothing stays open.
 *
 * @category services
 * @since 0.1.0
 */
export class SfuClient extends Context.Service<SfuClient, {
  join(options: {
    /** Chosen by us; unique in the call. */
    readonly sessionId: string
    /** The session id of the first join, which stays the same through rejoins. Default `sessionId`. */
    readonly unifiedSessionId?: string | undefined
    /** What we can receive and send. */
    readonly genericSdps: GenericSdps
    /** Absent for the first join. */
    readonly reconnection?: Reconnection | undefined
  }): Effect.Effect<SfuSession, SfuJoinError, Scope.Scope>
}>()("effect-track-resolver/SfuClient") {}
