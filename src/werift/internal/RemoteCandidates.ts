/**
 * Gives the remote candidates to a peer, each with the description that it belongs to. `IceGenerations` decides.
 */
import * as Effect from "effect/Effect"
import type { IceCandidate } from "../../edge/PeerConnection.ts"
import * as IceGenerations from "./IceGenerations.ts"
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
  return {
    add: (candidate) =>
      Effect.ignore(peer.serialized(Effect.suspend(() => {
        const [decision, after] = IceGenerations.receive(generations, candidate)
        generations = after
        return decision === "Add" ? peer.addIceCandidate(candidate) : Effect.void
      }))),
    applied: (ufrags) =>
      Effect.suspend(() => {
        const [due, after] = IceGenerations.apply(generations, ufrags)
        generations = after
        return Effect.forEach(due, peer.addIceCandidate, { discard: true })
      }),
    hasDescription: () => generations.current !== undefined
  }
}
