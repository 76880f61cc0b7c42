/**
 * In what an edge's picture differs from the SFU's truth. Pure.
 */
import type { Participant, TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"

/** Who is there, and whose tracks. */
export interface Picture {
  readonly people: ReadonlyMap<string, Participant>
  readonly tracks: ReadonlyMap<string, { readonly key: TrackKey }>
}

export interface Difference {
  readonly missing: ReadonlyArray<string>
  readonly leftOver: ReadonlyArray<string>
}

const personOf = ({ sessionId, userId }: Participant): string => `${userId}/${sessionId}`

/** `self` is the edge's user: what they are themselves, an edge does not tell. */
export const between = (
  truth: { readonly participants: ReadonlyArray<Participant>; readonly published: ReadonlyArray<TrackKey> },
  { people, tracks }: Picture,
  self: string
): Difference => {
  const isOther = ({ userId }: Participant) => userId !== self
  const ought = new Set([
    ...truth.participants.filter(isOther).map(personOf),
    ...truth.published.filter(isOther).map(formatTrackKey)
  ])
  const is = new Set([
    ...Array.from(people.values(), personOf),
    ...Array.from(tracks.values(), ({ key }) => formatTrackKey(key))
  ])
  return { missing: Array.from(ought.difference(is)), leftOver: Array.from(is.difference(ought)) }
}

export const isNone = ({ leftOver, missing }: Difference): boolean => missing.length === 0 && leftOver.length === 0
