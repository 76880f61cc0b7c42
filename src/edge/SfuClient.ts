/**
 * Port: the signalling of an SFU. To use the edge with another SFU, implement `SfuClient` and provide it as a layer.
 *
 * Rules for an implementation:
 * - It validates every message. Ids in events are not empty. If it drops a message that changes the state of the call, for
 *   example because of a limit, `events` fails: the edge then joins again.
 * - It delivers events in the order of the SFU. It may deliver an event late or twice: the edge handles both.
 * - It retries each request that can succeed later. An error that it reports is final for that request.
 * - It never reconnects by itself: the edge opens the next session.
 *
 * Terms follow WebRTC and SDP (RFC 8829, RFC 8866). The subscriber connection receives media: the SFU offers, we
 * answer. The publisher connection sends media: we offer, the SFU answers.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as PeerText from "../internal/PeerText.ts"
import type { Participant, TrackKey, TrackType } from "../Track.ts"
import type { GenericSdps, IceCandidate, IceServer, PeerType, RtpCodec } from "./PeerConnection.ts"

/**
 * How well a participant is connected to the SFU, as the SFU measures it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ConnectionQuality = "Poor" | "Good" | "Excellent"

/**
 * What the application of a participant says about it. Comes from a peer: bounded, but otherwise not trustworthy. Absent
 * fields are unknown.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ParticipantProfile {
  readonly name?: string | undefined
  /** The address of a picture. */
  readonly image?: string | undefined
  /** Chosen by the coordinator, such as `host`. */
  readonly roles?: ReadonlyArray<string> | undefined
  /** Any JSON object. */
  readonly custom?: { readonly [name: string]: Schema.Json } | undefined
}

/**
 * What the SFU measures of a participant. Absent fields are unknown.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ParticipantActivity {
  readonly connectionQuality?: ConnectionQuality | undefined
  readonly isSpeaking?: boolean | undefined
  /** From 0, silence, to 1, the loudest. */
  readonly audioLevel?: number | undefined
  readonly isDominantSpeaker?: boolean | undefined
}

/**
 * A participant as one message of the SFU describes it. The message may be older than the events received before it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SfuParticipant extends Participant, ParticipantProfile, ParticipantActivity {
  /** The prefix of the stream ids of this participant's tracks; absent if the message does not contain it. */
  readonly streamIdPrefix?: string | undefined
  /** The types that the participant publishes. */
  readonly publishedTracks: ReadonlyArray<TrackType>
  /**
   * When the session joined, in milliseconds, by the SFU's clock. Absent if the message does not contain it. Distinguishes
   * a session that left and returned from a late message about the time before it left.
   */
  readonly joinedAt?: number | undefined
}

/**
 * The publication that an event is about.
 *
 * @stability stable
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
 * How loud a session is.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SfuAudioLevel {
  readonly sessionId: string
  /** From 0, silence, to 1, the loudest. */
  readonly level: number
  readonly isSpeaking: boolean
}

/**
 * Why a publication ended. After `Moderation` and `PermissionRevoked`, the edge stops the publication if it is ours.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type UnpublishCause = "Unspecified" | "UserMuted" | "PermissionRevoked" | "Moderation"

/**
 * The reconnection that an SFU requests. `Disconnect`: leave and do not return. `Unspecified`: none. For the others see
 * `Reconnection`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ReconnectStrategy = "Unspecified" | "Disconnect" | "Fast" | "Rejoin" | "Migrate"

/**
 * Why a call ended.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type CallEndedReason = "Unspecified" | "Ended" | "LiveEnded" | "Kicked" | "SessionEnded"

/**
 * The track types that we may publish. `screenShare` includes the audio of a screen share.
 *
 * @stability stable
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
 * @stability stable
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
 * @stability stable
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
 * One layer of video that the SFU requests: one encoding of simulcast, or one spatial layer of SVC. An absent field is
 * without limit, or the choice of the encoder.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface VideoLayerQuality {
  /** The RTP stream id of the encoding (RFC 8852), such as `q`, `h` or `f`. */
  readonly name: string
  /** False: no participant receives the layer now, so it need not be encoded. */
  readonly active: boolean
  /** In bits per second. */
  readonly maxBitrate?: number | undefined
  /** In frames per second. */
  readonly maxFramerate?: number | undefined
  /** By how much width and height of the source are divided. */
  readonly scaleResolutionDownBy?: number | undefined
  /** A scalability mode of WebRTC-SVC, such as `L1T2`. */
  readonly scalabilityMode?: string | undefined
  readonly codec?: RtpCodec | undefined
}

/**
 * The quality in which the SFU wants a track of ours.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface PublishQuality {
  readonly trackType: TrackType
  /** The `PublishOption` of the track. Absent if the SFU names none. */
  readonly publishOptionId?: number | undefined
  readonly codec?: RtpCodec | undefined
  /** Empty for audio, and while the SFU has requested nothing: then every quality is wanted. */
  readonly layers: ReadonlyArray<VideoLayerQuality>
  /** What to reduce first if encoder or network are too slow: WebRTC's `RTCDegradationPreference`. */
  readonly degradationPreference?: "Balanced" | "MaintainFramerate" | "MaintainResolution" | undefined
}

/**
 * A track of ours on the publisher connection, as we announce it to the SFU.
 *
 * @stability stable
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
 * @stability stable
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
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type SfuFailureReason = "SignalLost" | "LiveEnded" | "Other"

/**
 * A message of the SFU.
 *
 * @stability stable
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
  /**
   * The participant is in the call. Revives a session that left; so does any other event whose participant has a later
   * `joinedAt`, and, if `joinedAt` is absent, a `TrackPublished` that contains the participant.
   */
  | { readonly _tag: "ParticipantJoined"; readonly participant: SfuParticipant }
  | { readonly _tag: "ParticipantUpdated"; readonly participant: SfuParticipant }
  | { readonly _tag: "ParticipantLeft"; readonly participant: SfuParticipant }
  | { readonly _tag: "TrackPublished"; readonly publication: SfuPublication }
  | { readonly _tag: "TrackUnpublished"; readonly publication: SfuPublication; readonly cause: UnpublishCause }
  /** Several times a second, of those whose level has changed. */
  | { readonly _tag: "AudioLevelsChanged"; readonly levels: ReadonlyArray<SfuAudioLevel> }
  | { readonly _tag: "DominantSpeakerChanged"; readonly sessionId: string }
  | {
    readonly _tag: "ConnectionQualityChanged"
    readonly qualities: ReadonlyArray<{ readonly sessionId: string; readonly quality: ConnectionQuality }>
  }
  /** The SFU pauses video that we subscribe to, or resumes it, because of our bandwidth. */
  | {
    readonly _tag: "VideoPauseChanged"
    readonly states: ReadonlyArray<{
      readonly sessionId: string
      readonly trackType: TrackType
      readonly isPaused: boolean
    }>
  }
  /** Replaces the publish options of the session. */
  | { readonly _tag: "PublishOptionsChanged"; readonly publishOptions: ReadonlyArray<PublishOption> }
  /** Replaces the qualities of the tracks that it names. */
  | { readonly _tag: "PublishQualityChanged"; readonly qualities: ReadonlyArray<PublishQuality> }
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
 * @stability stable
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
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Subscription {
  readonly key: TrackKey
  readonly dimension?: { readonly width: number; readonly height: number } | undefined
}

/** In the message of an error, in characters. An SFU may have chosen these texts. */
const longestDetail = 1_000
const longestCode = 64

/**
 * A join failed.
 *
 * - `Unreachable`: no connection to the SFU.
 * - `TimedOut`: no join response in time.
 * - `TooLarge`: the response is larger than the implementation accepts. `detail` has its kind, its size and the limit.
 * - `Refused`: the SFU refused. `code` is the SFU's error number, if there is one.
 *
 * If `shouldRetry`, the same join can succeed later.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class SfuJoinError extends Schema.TaggedError<SfuJoinError>()("SfuJoinError", {
  reason: Schema.Literals(["Unreachable", "TimedOut", "TooLarge", "Refused"]),
  code: Schema.optional(Schema.Int),
  detail: Schema.String,
  shouldRetry: Schema.Boolean
}) {
  override get message(): string {
    return `join ${this.reason}${this.code === undefined ? "" : ` (${this.code})`}: ${
      PeerText.quote(this.detail, longestDetail)
    }`
  }
}

/**
 * The signalling was lost. An implementation fails `SfuSession.events` with one of:
 *
 * - `Closed`: the SFU closed the socket. `closeCode` is the close code of the WebSocket (RFC 6455, section 7.4).
 * - `Silent`: no message from the SFU for too long.
 * - `Broken`: the transport failed.
 * - `TooLarge`: a needed message is larger than the implementation accepts. `detail` has its kind, its size and the limit.
 * - `Unreadable`: a needed message cannot be decoded.
 *
 * After the last two the edge rejoins: no later message repeats the lost one, and the response to a join contains the state
 * of the call.
 *
 * The edge itself uses `Disconnect` and `Reconnect`, if an event of the SFU requests it.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class SfuConnectionError extends Schema.TaggedError<SfuConnectionError>()("SfuConnectionError", {
  reason: Schema.Literals(["Closed", "Silent", "Broken", "TooLarge", "Unreadable", "Disconnect", "Reconnect"]),
  closeCode: Schema.optional(Schema.Int),
  detail: Schema.String
}) {
  override get message(): string {
    const code = this.closeCode === undefined ? "" : ` (${this.closeCode})`
    return `signalling ${this.reason}${code}: ${PeerText.quote(this.detail, longestDetail)}`
  }
}

/**
 * A request to the SFU failed for good, after `attempts` attempts.
 *
 * - `SignalLost`: the SFU still has the session, but the socket is lost.
 * - `SessionNotFound`: the SFU no longer has the session.
 * - `Unauthenticated`: the SFU does not accept the token of this session. A token from another join may be accepted.
 * - `Refused`: the SFU answered with another error.
 * - `Unreachable`: no attempt was answered, or each answer reports that the SFU is not available for now.
 * - `SessionEnded`: the scope of the session closed first.
 * - `Failed`: the answer is not an SFU's or cannot be decoded, or the request could not be sent.
 *
 * `code` is for the log: the SFU's error number, or the error name of the transport.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class SfuRequestError extends Schema.TaggedError<SfuRequestError>()("SfuRequestError", {
  method: Schema.String,
  reason: Schema.Literals([
    "SignalLost",
    "SessionNotFound",
    "Unauthenticated",
    "Refused",
    "Unreachable",
    "SessionEnded",
    "Failed"
  ]),
  code: Schema.Union([Schema.String, Schema.Int]),
  detail: Schema.String,
  attempts: Schema.Int
}) {
  override get message(): string {
    const code = PeerText.quote(String(this.code), longestCode)
    return `${this.method} failed (${code}, ${this.attempts} attempts): ${PeerText.quote(this.detail, longestDetail)}`
  }
}

/**
 * Every error of the port.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type SfuError = SfuJoinError | SfuConnectionError | SfuRequestError

/**
 * A joined session on one socket. It lives as long as the scope of the join. Closing that scope leaves the call, unless
 * `detach` ran before.
 *
 * @stability stable
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
   * Whether the participants encrypt their media end to end: packets arrive, but only those who have the participants'
   * keys can decode them. Absent if unknown: then the edge reports false.
   */
  readonly endToEndEncrypted?: boolean | undefined
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
   * Replaces our subscriptions. The edge makes a second call before the response to the first one, and interrupts the second
   * one for a newer set. An implementation sends the newest set, and may answer both calls with one request.
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
 * @stability stable
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
