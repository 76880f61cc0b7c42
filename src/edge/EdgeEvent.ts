/**
 * The events of a call.
 *
 * @since 0.1.0
 */
import type { TrackTimeoutError } from "../resolver/ResolveError.ts"
import type { Evidence, Participant, TrackId, TrackKey } from "../Track.ts"
import type { ReconnectionError } from "./EdgeState.ts"
import type { NegotiationError, PeerConnectionError } from "./PeerConnection.ts"
import type { CallEndedReason, SfuError } from "./SfuClient.ts"

/**
 * A participant is in the call. Precedes every other event of that participant.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantJoined {
  readonly _tag: "ParticipantJoined"
  readonly participant: Participant
}

/**
 * A participant has left. Follows `TrackRemoved` of each of its tracks.
 *
 * @category models
 * @since 0.1.0
 */
export interface ParticipantLeft {
  readonly _tag: "ParticipantLeft"
  readonly participant: Participant
}

/**
 * A publication has a track, whose packets `StreamEdge.rtp` returns. Times are milliseconds of the `Clock`.
 *
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
 * A publication no longer has this track: it was unpublished, its m-line ended or changed its owner, another track
 * superseded it, or the participant left. Follows each `TrackAdded` exactly once.
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
 * A publication got no track within its deadline. If its track arrives later, `TrackAdded` follows. A reconnection
 * starts another deadline.
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
 * The call has ended. The last event: every participant has left before it.
 *
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
 * Why a join failed, or why a call was lost for good.
 *
 * @category errors
 * @since 0.1.0
 */
export type EdgeError = SfuError | NegotiationError | PeerConnectionError | ReconnectionError
