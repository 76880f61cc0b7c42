/**
 * The events of a call.
 *
 * @stability stable
 * @since 0.1.0
 */
import type { TrackTimeoutError } from "../resolver/ResolveError.ts"
import type { Evidence, TrackId, TrackKey } from "../Track.ts"
import type { ReconnectionError } from "./EdgeState.ts"
import type { NegotiationError, PeerConnectionError } from "./PeerConnection.ts"
import type { RemoteParticipant } from "./RemoteParticipant.ts"
import type { CallEndedReason, SfuError } from "./SfuClient.ts"

/**
 * A participant is in the call. Precedes every other event of that participant.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ParticipantJoined {
  readonly _tag: "ParticipantJoined"
  readonly participant: RemoteParticipant
}

/**
 * A field of a participant that can change while it is in the call.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ParticipantField = Exclude<keyof RemoteParticipant, "userId" | "sessionId" | "audioLevel">

/**
 * A participant has changed. `changed` names the fields that differ from the last event of this participant. Follows the
 * `TrackAdded` and `TrackRemoved` that change its publications.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ParticipantChanged {
  readonly _tag: "ParticipantChanged"
  readonly participant: RemoteParticipant
  readonly changed: ReadonlyArray<ParticipantField>
}

/**
 * A participant has left. Follows `TrackRemoved` of each of its tracks. `participant` is as it was last reported, without
 * tracks.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ParticipantLeft {
  readonly _tag: "ParticipantLeft"
  readonly participant: RemoteParticipant
}

/**
 * The events about participants.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ParticipantEvent = ParticipantJoined | ParticipantChanged | ParticipantLeft

/**
 * A publication has a track, whose packets `StreamEdge.rtp` returns until `TrackRemoved`. A publication that is muted and
 * unmuted may get the same track id again. Times are milliseconds of the `Clock`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface TrackAdded {
  readonly _tag: "TrackAdded"
  readonly key: TrackKey
  readonly trackId: TrackId
  readonly evidence: Evidence
  /** When the m-line of the track first arrived. */
  readonly registeredAt: number
  /** When the signalling first reported the publication. */
  readonly requestedAt: number
  /** When track and publication were paired. */
  readonly resolvedAt: number
}

/**
 * Why a publication no longer has a track.
 *
 * - `Muted`: the publisher muted it. An unmute adds a track again, often under the same id.
 * - `Unpublished`: the publication ended, and the SFU reports no other cause.
 * - `PermissionRevoked`, `Moderation`: the publisher may no longer send it.
 * - `Left`: the participant left.
 * - `MediaEnded`: the m-line of the track ended or has another owner; the publication exists and waits for a track.
 * - `Superseded`: the publication has another track, whose `TrackAdded` follows.
 * - `Unsubscribed`: the application no longer wants to receive it.
 * - `Reconnecting`: the connection of the track has closed, because the edge rejoins or migrates.
 * - `CallEnded`: the call has ended, or the edge has left it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type TrackRemovedReason =
  | "Muted"
  | "Unpublished"
  | "PermissionRevoked"
  | "Moderation"
  | "Left"
  | "MediaEnded"
  | "Superseded"
  | "Unsubscribed"
  | "Reconnecting"
  | "CallEnded"

/**
 * A publication no longer has this track. Follows each `TrackAdded` exactly once, and ends the streams of its packets.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface TrackRemoved {
  readonly _tag: "TrackRemoved"
  readonly key: TrackKey
  readonly trackId: TrackId
  readonly reason: TrackRemovedReason
}

/**
 * A publication got no track within its deadline. If its track arrives later, `TrackAdded` follows. A reconnection
 * starts another deadline.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface TrackUnresolved {
  readonly _tag: "TrackUnresolved"
  readonly key: TrackKey
  readonly error: TrackTimeoutError
}

/**
 * The call has ended. The last event: every participant has left before it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface CallEnded {
  readonly _tag: "CallEnded"
  readonly reason: CallEndedReason
}

/**
 * Every event of a call.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type EdgeEvent =
  | ParticipantEvent
  | TrackAdded
  | TrackRemoved
  | TrackUnresolved
  | CallEnded

/**
 * Why a join failed, or why a call was lost for good.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type EdgeError = SfuError | NegotiationError | PeerConnectionError | ReconnectionError
