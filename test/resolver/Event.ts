/**
 * The words in which a script, the model and whatever is compared with it talk to each other.
 */
import type { Evidence, IncomingTrack, Participant, TrackKey } from "effect-track-resolver"

/** What happened. A resolve is a `Call` and, once its caller has an answer or has gone, an `End`; `at` in milliseconds. */
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

/** `at` is since when it `is` that, in milliseconds; the other numbers only tell which came first. */
export interface Track extends IncomingTrack, Readonly<Record<"at" | "first" | "boundAt", number>> {
  readonly is: "pending" | "bound" | "left"
  readonly key?: TrackKey
  readonly evidence?: Evidence | undefined
  readonly unpublishedAt?: number | undefined
}

export const nameOf = ({ sessionId, trackType, userId }: TrackKey): string => `${userId}/${sessionId}/${trackType}`

export const isSession = (a: Participant, b: Participant): boolean =>
  a.userId === b.userId && a.sessionId === b.sessionId

export const isKey = (a: TrackKey, b: TrackKey): boolean => isSession(a, b) && a.trackType === b.trackType

/** Of the same user and type, whatever the session. */
export const isKin = (a: TrackKey, b: TrackKey): boolean => a.userId === b.userId && a.trackType === b.trackType

/** Best first. */
export const ranks: ReadonlyArray<Evidence> = ["Exact", "Kind", "Inherited", "Anonymous"]

/** Whether what is said of a track names another participant or another type than the key's. */
export const denies = ({ participant, trackType }: Partial<IncomingTrack>, key: TrackKey): boolean =>
  (participant !== undefined && !isSession(participant, key))
  || (trackType !== undefined && trackType !== key.trackType)

/** By which evidence a track's own words fit a key. */
export const fit = (track: IncomingTrack, key: TrackKey): Evidence | undefined => {
  if ((track.kind === "audio") !== key.trackType.endsWith("Audio") || denies(track, key)) return undefined
  return track.participant === undefined ? "Anonymous" : track.trackType === undefined ? "Kind" : "Exact"
}

/** What a registration says that was not known of its track; undefined if nothing. */
export const newsOf = (known: IncomingTrack | undefined, said: IncomingTrack): Partial<IncomingTrack> | undefined => {
  const isNews = ([name, value]: [string, unknown]) =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(known?.[name as keyof IncomingTrack])
  const news = Object.entries(said).filter(isNews)
  return news.length === 0 ? undefined : Object.fromEntries(news)
}
