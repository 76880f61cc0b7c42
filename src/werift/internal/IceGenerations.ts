/**
 * Which remote candidate belongs to which ICE generation: now, later, or never again.
 *
 * Pure. A generation is a set of `a=ice-ufrag`s of a description that was applied (RFC 8839, section 5.4); one that
 * failed was never begun here, so the one before it goes on.
 */
import type { IceCandidate } from "../../edge/PeerConnection.ts"

export interface IceGenerations {
  /** Of the description that is applied, if any is. */
  readonly current: ReadonlySet<string> | undefined
  readonly superseded: ReadonlySet<string>
  /** Candidates that came before their description, oldest first. */
  readonly held: ReadonlyArray<IceCandidate>
}

export const empty: IceGenerations = { current: undefined, superseded: new Set(), held: [] }

/** Past these the oldest goes. */
const heldCapacity = 64
const supersededCapacity = 64

/** A candidate of the current generation, or one that does not say and comes after a description, is to be added. */
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

/** A description was applied: the candidates that have waited for it, in their order. */
export const apply = (
  { current, held, superseded }: IceGenerations,
  ufrags: ReadonlySet<string>
): readonly [ReadonlyArray<IceCandidate>, IceGenerations] => {
  const left = [...superseded, ...(current ?? [])].filter((ufrag) => !ufrags.has(ufrag))
  const after = new Set(left.slice(-supersededCapacity))
  const isDue = (candidate: IceCandidate): boolean => {
    const ufrag = ufragOf(candidate)
    return ufrag === undefined || ufrags.has(ufrag)
  }
  const waiting = held.filter((candidate) => !isDue(candidate) && !after.has(ufragOf(candidate)!))
  return [held.filter(isDue), { current: ufrags, superseded: after, held: waiting }]
}

/** Browsers say it twice, some servers in the candidate's line only. */
const ufragOf = ({ candidate, usernameFragment }: IceCandidate): string | undefined =>
  usernameFragment || /\sufrag\s+(\S+)/.exec(candidate)?.[1]
