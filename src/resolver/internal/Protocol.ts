/**
 * The data that goes into a step and comes out of it: policy, commands, replies and outcomes.
 *
 * `Correlation` exports these types. They are defined here because `State` and `Pseudonyms` need them as well.
 */
import type {
  Binding,
  IncomingTrack,
  Participant,
  RejectedTrack,
  TrackId,
  TrackKey,
  UnboundReason
} from "../../Track.ts"

/**
 * The choices that a correlation is made with.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Policy {
  /** How long a track stays pending, and how long a track of a participant who left stays inheritable. Milliseconds. */
  readonly timeToLive: number
  /** How many tracks are pending at most. */
  readonly capacity: number
  readonly sessionMigration: "takeOver" | "afterLeave" | "never"
  readonly anonymousTracks: "unique" | "never"
}

/**
 * The input of a step.
 *
 * Each call of `resolve` is one caller. It starts with `Resolve`. If the reply is `Waiting`, it queues for the permit of
 * its key and sends `Acquire` when it holds the permit. If its deadline passes or it is interrupted, it sends `Abandon`.
 * `generation` is the one that `Resolve` replied. `isHolder` is true if the caller holds the permit.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Command =
  | { readonly _tag: "Register"; readonly track: IncomingTrack }
  | { readonly _tag: "Resolve"; readonly key: TrackKey }
  | { readonly _tag: "Acquire"; readonly key: TrackKey; readonly generation: number }
  | { readonly _tag: "Abandon"; readonly key: TrackKey; readonly generation: number; readonly isHolder: boolean }
  | { readonly _tag: "Unpublish"; readonly key: TrackKey }
  | { readonly _tag: "Cancel"; readonly participant: Participant }
  | { readonly _tag: "Retire"; readonly trackId: TrackId }
  | { readonly _tag: "Expire" }

/**
 * A fact that follows from a command. A step returns its outcomes in the order in which they happened.
 *
 * - `Bound`, `Unbound`: a binding started or ended.
 * - `Resolved`: the caller that holds the permit of the key has its answer.
 * - `Unpublished`: every caller of this generation of the key has ended.
 * - `Left`: every caller of the participant has ended; `pending` counts the pending tracks that were removed.
 * - `Expired`, `Evicted`: a pending track was removed because of its age or because of the capacity.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | { readonly _tag: "Bound"; readonly binding: Binding }
  | { readonly _tag: "Unbound"; readonly key: TrackKey; readonly trackId: TrackId; readonly why: UnboundReason }
  | { readonly _tag: "Resolved"; readonly key: TrackKey; readonly trackId: TrackId }
  | { readonly _tag: "Unpublished"; readonly key: TrackKey; readonly generation: number; readonly callers: number }
  | { readonly _tag: "Left"; readonly participant: Participant; readonly callers: number; readonly pending: number }
  | { readonly _tag: "Expired"; readonly trackId: TrackId }
  | { readonly _tag: "Evicted"; readonly trackId: TrackId }

/**
 * The key is bound to this track.
 *
 * @stability stable
 * @category replies
 * @since 0.1.0
 */
export interface Answered {
  readonly _tag: "Answered"
  readonly trackId: TrackId
}

/**
 * The key is not bound, so the caller waits. `generation` distinguishes the callers of a key that are in flight together
 * from those that an unpublish or a leave ended before them.
 *
 * @stability stable
 * @category replies
 * @since 0.1.0
 */
export interface Waiting {
  readonly _tag: "Waiting"
  readonly generation: number
}

/**
 * An unpublish or a leave ended the generation of the caller.
 *
 * @stability stable
 * @category replies
 * @since 0.1.0
 */
export interface Superseded {
  readonly _tag: "Superseded"
}

/**
 * The caller ends without a track. `candidates` are the tracks that came near, best first, at most eight; `omitted` counts
 * the others.
 *
 * @stability stable
 * @category replies
 * @since 0.1.0
 */
export interface NoMatch {
  readonly _tag: "NoMatch"
  readonly candidates: ReadonlyArray<RejectedTrack>
  readonly omitted: number
}

/**
 * The reply to each command.
 *
 * `Register` replies false if the track id is known with another kind; the state stays as it was. `Unpublish` replies the
 * track of the publication that ended, `Retire` the key that the track was bound to.
 *
 * @stability stable
 * @category replies
 * @since 0.1.0
 */
export interface Replies {
  readonly Register: boolean
  readonly Resolve: Answered | Waiting
  readonly Acquire: Answered | Waiting | Superseded
  readonly Abandon: Answered | NoMatch | Superseded
  readonly Unpublish: TrackId | undefined
  readonly Cancel: void
  readonly Retire: TrackKey | undefined
  readonly Expire: void
}
