/**
 * Compares what an agent has observed with the SFU's ground truth. Pure.
 */
import type { Participant, TrackKey } from "effect-track-resolver"
import { formatParticipant, formatTrackKey } from "effect-track-resolver"

export interface Observed {
  readonly participants: ReadonlyMap<string, Participant>
  readonly tracks: ReadonlyMap<string, { readonly key: TrackKey }>
}

export interface Difference {
  readonly missing: ReadonlyArray<string>
  readonly leftOver: ReadonlyArray<string>
}

/** `ownUserId` is the agent's user: an edge does not report its own user. */
export const between = (
  truth: { readonly participants: ReadonlyArray<Participant>; readonly published: ReadonlyArray<TrackKey> },
  { participants, tracks }: Observed,
  ownUserId: string
): Difference => {
  const isOther = ({ userId }: Participant) => userId !== ownUserId
  const expected = new Set([
    ...truth.participants.filter(isOther).map(formatParticipant),
    ...truth.published.filter(isOther).map(formatTrackKey)
  ])
  const observed = new Set([
    ...Array.from(participants.values(), formatParticipant),
    ...Array.from(tracks.values(), ({ key }) => formatTrackKey(key))
  ])
  return { missing: Array.from(expected.difference(observed)), leftOver: Array.from(observed.difference(expected)) }
}

export const isNone = ({ leftOver, missing }: Difference): boolean => missing.length === 0 && leftOver.length === 0
