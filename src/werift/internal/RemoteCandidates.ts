/**
 * Gives the remote candidates to a peer, each with the description that it belongs to. `IceGenerations` decides.
 */
import * as Effect from "effect/Effect"
import type { IceCandidate } from "../../edge/PeerConnection.ts"
import * as Candidate from "./Candidate.ts"
import * as IceGenerations from "./IceGenerations.ts"
import { maxMidLength, maxWaitingCandidates } from "./OfferLimits.ts"
import type { Peer } from "./Peer.ts"

export interface RemoteCandidates {
  /** Adds, holds or drops a candidate, outside of an exchange. Never fails. */
  readonly add: (candidate: IceCandidate) => Effect.Effect<void>
  /** A remote description with these ufrags was applied: adds the candidates that were held for it. */
  readonly applied: (ufrags: ReadonlySet<string>) => Effect.Effect<void>
  /** Whether a remote description was ever applied. */
  readonly hasDescription: () => boolean
}

export const make = (peer: Peer): RemoteCandidates => {
  let generations = IceGenerations.empty
  /** Candidates that wait for an exchange to end. */
  let waiting = 0
  const receive = (candidate: IceCandidate): Effect.Effect<void> =>
    Effect.ignore(peer.serialized(Effect.suspend(() => {
      const [decision, after] = IceGenerations.receive(generations, candidate)
      generations = after
      return decision === "Add" ? peer.addIceCandidate(candidate) : Effect.void
    })))
  return {
    add: (candidate) =>
      Effect.suspend(() => {
        if (isMalformed(candidate)) return peer.candidateLog.malformed
        if (waiting >= maxWaitingCandidates) {
          peer.candidateLog.addExcess(1)
          return peer.candidateLog.flush
        }
        waiting++
        return Effect.ensuring(receive(candidate), Effect.sync(() => void waiting--))
      }),
    applied: (ufrags) =>
      Effect.suspend(() => {
        const [due, after] = IceGenerations.apply(generations, ufrags)
        generations = after
        return Effect.forEach(due, peer.addIceCandidate, { discard: true })
      }),
    hasDescription: () => generations.current !== undefined
  }
}

/** A ufrag has 256 characters at most (RFC 8839, section 5.4). */
const maxUfragLength = 256

/** Such a candidate is not held either: an offer may come late, and 64 candidates wait for it. */
const isMalformed = ({ candidate, sdpMid = "", usernameFragment = "" }: IceCandidate): boolean =>
  Candidate.isMalformed(candidate) || sdpMid.length > maxMidLength || usernameFragment.length > maxUfragLength
