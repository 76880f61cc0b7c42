/**
 * Decides what happens to a remote candidate: add it now, hold it for a later description, or drop it.
 *
 * Pure. A generation is the set of `a=ice-ufrag` values of one applied description (RFC 8839, section 5.4). A
 * description that failed begins no generation.
 *
 * werift rejects a whole description because of one bad candidate that it got earlier (H11), so werift gets no
 * candidate before the description of that candidate.
 */
import type { IceCandidate } from "../../edge/PeerConnection.ts"

export interface IceGenerations {
  /** The ufrags of the applied description. Absent before the first one. */
  readonly current: ReadonlySet<string> | undefined
  readonly superseded: ReadonlySet<string>
  /** Candidates that arrived before their description, oldest first. */
  readonly held: ReadonlyArray<IceCandidate>
}

export const empty: IceGenerations = { current: undefined, superseded: new Set(), held: [] }

/** Above these capacities the oldest entry is dropped. */
const heldCapacity = 64
const supersededCapacity = 64

/** A candidate without a ufrag belongs to the current generation, or to the first one. */
export const receive = (
  generations: IceGenerations,
  candidate: IceCandidate
): readonly ["Add" | "Hold" | "Drop", IceGenerations] => {
  const { current, held, superseded } = generations
  const ufrag = ufragOf(candidate)
  if (current !== undefined && (ufrag === undefined || current.has(ufrag))) return ["Add", generations]
  if (ufrag !== undefined && superseded.has(ufrag)) return ["Drop", generations]
  return ["Hold", { ...generations, held: [...held, candidate].slice(-heldCapacity) }]
}

/** A description was applied. Returns the candidates that were held for it, in order of arrival. */
export const apply = (
  { current, held, superseded }: IceGenerations,
  ufrags: ReadonlySet<string>
): readonly [ReadonlyArray<IceCandidate>, IceGenerations] => {
  const past = [...superseded, ...(current ?? [])].filter((ufrag) => !ufrags.has(ufrag))
  const after = new Set(past.slice(-supersededCapacity))
  const isDue = (candidate: IceCandidate): boolean => {
    const ufrag = ufragOf(candidate)
    return ufrag === undefined || ufrags.has(ufrag)
  }
  const waiting = held.filter((candidate) => !isDue(candidate) && !after.has(ufragOf(candidate)!))
  return [held.filter(isDue), { current: ufrags, superseded: after, held: waiting }]
}

/** Browsers give the ufrag in both places. Some servers give it in the candidate's line only. */
const ufragOf = ({ candidate, usernameFragment }: IceCandidate): string | undefined =>
  usernameFragment || /\sufrag\s+(\S+)/.exec(candidate)?.[1]
