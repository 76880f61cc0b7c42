/**
 * The vocabulary of the model: events, and the facts about tracks and keys that the laws use.
 */
import { kindOf } from "effect-track-resolver"
import type { Evidence, IncomingTrack, Participant, TrackKey } from "effect-track-resolver"

/**
 * What happened. One resolve is two events: `Call`, and `End` when its caller has an answer or gave up. `at` is in
 * milliseconds.
 */
export type Event =
  & { readonly at: number }
  & (
    | { readonly _tag: "Register"; readonly track: IncomingTrack }
    | { readonly _tag: "Call"; readonly call: number; readonly key: TrackKey }
    | { readonly _tag: "End"; readonly call: number }
    | { readonly _tag: "Unpublish"; readonly key: TrackKey }
    | { readonly _tag: "Leave"; readonly participant: Participant }
    | { readonly _tag: "Retire"; readonly trackId: string }
    | { readonly _tag: "Tick" }
  )

export interface Options {
  /** Milliseconds. */
  readonly timeToLive: number
  readonly capacity: number
  readonly sessionMigration: "takeOver" | "afterLeave" | "never"
  readonly anonymousTracks: "unique" | "never"
}

/** A resolve that has not ended. */
export interface Call {
  readonly call: number
  readonly key: TrackKey
}

/** Fields named `...Order` tell only which of two things happened first. */
export interface Track extends IncomingTrack {
  readonly location: "pending" | "bound" | "left"
  /** When it came to this location. Milliseconds. */
  readonly since: number
  readonly registrationOrder: number
  readonly bindingOrder: number
  /** The key that it is bound to, or was bound to when its participant left. */
  readonly key?: TrackKey
  readonly evidence?: Evidence | undefined
  readonly unpublishOrder?: number | undefined
}

/** Best first. */
export const ranks: ReadonlyArray<Evidence> = ["Exact", "Kind", "Inherited", "Anonymous"]

export const isSession = (a: Participant, b: Participant): boolean =>
  a.userId === b.userId && a.sessionId === b.sessionId

export const isKey = (a: TrackKey, b: TrackKey): boolean => isSession(a, b) && a.trackType === b.trackType

export const isSameUserAndType = (a: TrackKey, b: TrackKey): boolean =>
  a.userId === b.userId && a.trackType === b.trackType

/** The evidence names another participant or another type than the key's. */
export const namesAnother = ({ participant, trackType }: Partial<IncomingTrack>, key: TrackKey): boolean =>
  (participant !== undefined && !isSession(participant, key))
  || (trackType !== undefined && trackType !== key.trackType)

/** Law 3: by which evidence a pending track fits a key. */
export const fits = (track: IncomingTrack, key: TrackKey): Evidence | undefined => {
  if (track.kind !== kindOf(key.trackType)) return undefined
  if (namesAnother(track, key)) return undefined
  if (track.participant === undefined) return "Anonymous"
  return track.trackType === undefined ? "Kind" : "Exact"
}

/** Law 5: the evidence of a registration that differs from what is known. Undefined if there is none. */
export const newEvidence = (
  known: IncomingTrack,
  { participant, trackType }: IncomingTrack
): Partial<IncomingTrack> | undefined => {
  const isNewParticipant = participant !== undefined
    && (known.participant === undefined || !isSession(participant, known.participant))
  const isNewType = trackType !== undefined && trackType !== known.trackType
  if (!isNewParticipant && !isNewType) return undefined
  return { ...(isNewParticipant ? { participant } : {}), ...(isNewType ? { trackType } : {}) }
}
