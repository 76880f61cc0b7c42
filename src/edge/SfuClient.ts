/**
 * Port: an SFU's signalling. Joins a call; says what the SFU tells, what we may answer, and how it fails.
 *
 * What is told here has been checked: an adapter hands on nothing that it could not make sense of, so that no peer's
 * frame can be more than a fact. Whether a fact is news, late or a duplicate is not known here.
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
 * A participant as a message of the SFU describes them: a snapshot, and not always a fresh one.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuParticipant extends Participant {
  /** The first part of the stream ids of their tracks; absent where the message leaves it out. */
  readonly streamIdPrefix?: string | undefined
  readonly publishedTracks: ReadonlyArray<TrackType>
}

/**
 * Which publication an event is about. The user id may be missing, and the participant often is.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuPublication {
  readonly userId?: string | undefined
  readonly sessionId: string
  readonly trackType: TrackType
  readonly participant?: SfuParticipant | undefined
}

/**
 * Why an SFU took a publication back.
 *
 * @category models
 * @since 0.1.0
 */
export type UnpublishCause = "Unspecified" | "UserMuted" | "PermissionRevoked" | "Moderation"

/**
 * How an SFU wants its client to reconnect.
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
 * What we may publish. Screen share stands for its audio too.
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
 * Whether these allow to publish tracks of this type.
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
 * A track type that we may publish, and what the SFU would like it to be.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublishOption {
  readonly id: number
  readonly trackType: TrackType
  readonly codec?: RtpCodec | undefined
}

/**
 * A track of ours on the publisher's connection, as the SFU has to be told of it. `trackId` is WebRTC's own, and no
 * `TrackId`.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnnouncedTrack {
  readonly trackId: string
  readonly trackType: TrackType
  /** Of the local description that was set. */
  readonly mid: string
  readonly muted: boolean
  readonly codec: RtpCodec
  readonly publishOptionId?: number | undefined
  /** Of video, in pixels. */
  readonly dimension?: { readonly width: number; readonly height: number } | undefined
}

/**
 * What an SFU has to know of a session that goes on, or takes the place of another.
 *
 * - `Fast`: the same session on another socket; nothing else has changed.
 * - `Rejoin`: another session instead of `previousSessionId`.
 * - `Migrate`: the same session on another SFU.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconnection {
  readonly strategy: "Fast" | "Rejoin" | "Migrate"
  /** How many rejoins and migrations there have been in this stay, this one included. */
  readonly attempt: number
  readonly previousSessionId?: string | undefined
  /** The SFU so far: its session's `sfuId`. */
  readonly fromSfuId?: string | undefined
  readonly announcedTracks: ReadonlyArray<AnnouncedTrack>
  readonly subscriptions: ReadonlyArray<Subscription>
  /** In words, for the SFU's log. */
  readonly reason: string
}

/**
 * Why an SFU reports an error, as far as the edge reacts to it.
 *
 * - `SignalLost`: the SFU knows the session and has lost its socket.
 * - `LiveEnded`: the livestream is over.
 * - `Other`: anything else; the event's `reconnectStrategy` says what to do.
 *
 * @category models
 * @since 0.1.0
 */
export type SfuFailureReason = "SignalLost" | "LiveEnded" | "Other"

/**
 * What an SFU tells, in its order.
 *
 * @category models
 * @since 0.1.0
 */
export type SfuEvent =
  | {
    readonly _tag: "SubscriberOffer"
    readonly sdp: string
    /** Echoed in the answer. */
    readonly negotiationId: number
    readonly iceRestart: boolean
  }
  /** A candidate for one of our connections. */
  | { readonly _tag: "IceTrickle"; readonly peerType: PeerType; readonly candidate: IceCandidate }
  /** The SFU wants ICE restarted; on the subscriber's connection its own offer follows. */
  | { readonly _tag: "IceRestart"; readonly peerType: PeerType }
  | { readonly _tag: "ParticipantJoined"; readonly participant: SfuParticipant }
  | { readonly _tag: "ParticipantUpdated"; readonly participant: SfuParticipant }
  | { readonly _tag: "ParticipantLeft"; readonly participant: SfuParticipant }
  | { readonly _tag: "TrackPublished"; readonly publication: SfuPublication }
  | { readonly _tag: "TrackUnpublished"; readonly publication: SfuPublication; readonly cause: UnpublishCause }
  /** Everything that we may publish, from now on. */
  | { readonly _tag: "PublishOptionsChanged"; readonly publishOptions: ReadonlyArray<PublishOption> }
  | { readonly _tag: "GrantsChanged"; readonly grants: Grants }
  /** The SFU that we have migrated to is ready. Either of the two may say so. */
  | { readonly _tag: "MigrationCompleted" }
  | { readonly _tag: "GoAway"; readonly reason: "Unspecified" | "ShuttingDown" | "Rebalance" }
  | {
    readonly _tag: "Failed"
    readonly reason: SfuFailureReason
    /** The SFU's own number, for the log. */
    readonly code: number
    readonly detail: string
    readonly reconnectStrategy: ReconnectStrategy
  }
  | { readonly _tag: "CallEnded"; readonly reason: CallEndedReason }

/**
 * Whose and which a stream id says a track is: the prefix is a participant's `streamIdPrefix`.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamIdentity {
  readonly streamIdPrefix: string
  readonly trackType: TrackType
}

/**
 * A publication that we want to receive; for video the size, in pixels, that we want it in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subscription {
  readonly key: TrackKey
  readonly dimension?: { readonly width: number; readonly height: number } | undefined
}

/**
 * The SFU could not be reached, did not answer in time, or refused the join. `code` is the SFU's own, where it gave one.
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
 * The signalling was lost: closed by the other side, silent for too long, or broken; or the SFU told us to disconnect,
 * or to reconnect.
 * `closeCode` is the WebSocket's.
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
 * A request to the SFU failed, and repeating it is of no use or was of none.
 *
 * - `SignalLost`: the SFU knows the session and has lost its socket.
 * - `Refused`: the SFU answered with another error of its own.
 * - `SessionEnded`: the session ended first.
 * - `Failed`: the request did not get through, or the answer could not be read.
 *
 * `code` is for the log: the SFU's own number, or a transport's word.
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
 * @category errors
 * @since 0.1.0
 */
export type SfuError = SfuJoinError | SfuConnectionError | SfuRequestError

/**
 * Our stay in a call on one socket, as long as the scope that it was joined in. Closing the scope leaves the call, unless
 * the session was handed over before.
 *
 * @category models
 * @since 0.1.0
 */
export interface SfuSession {
  /** Everyone who was there when we joined, ourselves included. Large calls cut this short. */
  readonly participants: ReadonlyArray<SfuParticipant>
  readonly iceServers: ReadonlyArray<IceServer>
  /** Which SFU this is, where that is known. */
  readonly sfuId?: string | undefined
  /** The SFU still had the session: connections that were made in it go on. */
  readonly reconnected: boolean
  /** How long the SFU keeps a session whose socket was lost. In milliseconds; 0, if it does not say. */
  readonly fastReconnectDeadline: number
  /** What we may publish; several of one type differ in their codec. Empty, if the SFU does not say. */
  readonly publishOptions: ReadonlyArray<PublishOption>
  /** What we are allowed to publish, if that is known. */
  readonly grants?: Grants | undefined
  /** What the msid of an m-line says, if this SFU's stream ids say anything and this is one of them. */
  readonly identify: (streamId: string) => StreamIdentity | undefined
  /**
   * What the SFU tells, in its order, beginning with what came before the join was answered: that list of participants
   * may be older, and what changed later is told of again. For one consumer. Ends after `CallEnded`; fails if the
   * signalling is lost.
   */
  readonly events: Stream.Stream<SfuEvent, SfuConnectionError>
  readonly sendAnswer: (answer: {
    readonly sdp: string
    readonly negotiationId: number
  }) => Effect.Effect<void, SfuRequestError>
  /**
   * Offers what we publish: every track of the connection, every time. The SFU's answer. One at a time, in the order of
   * the calls.
   */
  readonly sendOffer: (offer: {
    readonly sdp: string
    readonly tracks: ReadonlyArray<AnnouncedTrack>
  }) => Effect.Effect<string, SfuRequestError>
  /** Which of our tracks are muted now. Only what has changed: to say again that a track is not muted announces it anew. */
  readonly updateMuteStates: (
    states: ReadonlyArray<{ readonly trackType: TrackType; readonly muted: boolean }>
  ) => Effect.Effect<void, SfuRequestError>
  readonly sendIceCandidate: (peerType: PeerType, candidate: IceCandidate) => Effect.Effect<void, SfuRequestError>
  /** Everything that we want, every time: what is missing is no longer wanted. Calls made meanwhile: the newest counts. */
  readonly updateSubscriptions: (subscriptions: ReadonlyArray<Subscription>) => Effect.Effect<void, SfuRequestError>
  /** Asks for an offer that restarts ICE on the subscriber's connection. */
  readonly restartIce: Effect.Effect<void, SfuRequestError>
  /**
   * From now on closing the scope does not leave the call: another socket takes this session over, and the SFU is to keep
   * what it has of it; or another SFU has it.
   */
  readonly detach: (to: "Resume" | "Migrate") => Effect.Effect<void>
}

/**
 * Joins a call under a session id of our own making.
 *
 * @category services
 * @since 0.1.0
 */
export class SfuClient extends Context.Service<SfuClient, {
  join(options: {
    readonly sessionId: string
    /** The session id that this stay in the call began with. Default `sessionId`. */
    readonly unifiedSessionId?: string | undefined
    readonly genericSdps: GenericSdps
    /** Absent at the first join. */
    readonly reconnection?: Reconnection | undefined
  }): Effect.Effect<SfuSession, SfuJoinError, Scope.Scope>
}>()("effect-track-resolver/SfuClient") {}
