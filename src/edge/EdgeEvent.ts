/**
 * The facts that an application hears of a call.
 *
 * @since 0.1.0
 */
import type { TrackTimeoutError } from "../resolver/ResolveError.ts"
import type { Evidence, Participant, TrackId, TrackKey } from "../Track.ts"
import type { ReconnectionError } from "./EdgeState.ts"
import type { NegotiationError, PeerConnectionError } from "./PeerConnection.ts"
import type { CallEndedReason, SfuError } from "./SfuClient.ts"

/**
 * Somebody is in the call. Comes before anything of theirs.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantJoined {
  readonly _tag: "ParticipantJoined"
  readonly participant: Participant
}

/**
 * They left. Comes after each of their tracks was removed.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantLeft {
  readonly _tag: "ParticipantLeft"
  readonly participant: Participant
}

/**
 * A publication has its track, and its media can be had. Times are milliseconds of the `Clock`.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackAdded {
  readonly _tag: "TrackAdded"
  readonly key: TrackKey
  readonly trackId: TrackId
  readonly evidence: Evidence
  /** When WebRTC first told of the track. */
  readonly registeredAt: number
  /** When the signalling first told of the publication. */
  readonly requestedAt: number
  /** When the two were paired. */
  readonly resolvedAt: number
}

/**
 * A publication has that track no more: unpublished, ended, superseded or left. Comes once for each `TrackAdded`.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackRemoved {
  readonly _tag: "TrackRemoved"
  readonly key: TrackKey
  readonly trackId: TrackId
}

/**
 * A publication stands, and no track of it came within the deadline. Should one come later, `TrackAdded` follows.
 * After a reconnection it is waited for anew.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackUnresolved {
  readonly _tag: "TrackUnresolved"
  readonly key: TrackKey
  readonly error: TrackTimeoutError
}

/**
 * The last event. Everybody has left before it.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallEnded {
  readonly _tag: "CallEnded"
  readonly reason: CallEndedReason
}

/**
 * @category models
 * @since 0.1.0
 */
export type EdgeEvent =
  | ParticipantJoined
  | ParticipantLeft
  | TrackAdded
  | TrackRemoved
  | TrackUnresolved
  | CallEnded

/**
 * Why there is no call, or no more of it.
 *
 * @category errors
 * @since 0.1.0
 */
export type EdgeError = SfuError | NegotiationError | PeerConnectionError | ReconnectionError
