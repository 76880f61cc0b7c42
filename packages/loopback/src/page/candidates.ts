/**
 * ICE candidates in both directions.
 */
import { ufragsOf } from "./sdp.ts"
import { type Caller, request } from "./twirp.ts"

/** Holds each remote candidate until the description of its ICE generation is applied, and drops those of older ones. */
export const remoteCandidates = (connection: RTCPeerConnection) => {
  let held: ReadonlyArray<RTCIceCandidateInit> = []
  const formerUfrags = new Set<string | null | undefined>()

  const flush = (): void => {
    const current = ufragsOf(connection.remoteDescription?.sdp ?? "")
    const isDue = ({ usernameFragment }: RTCIceCandidateInit) => !usernameFragment || current.has(usernameFragment)
    const due = current.size === 0 ? [] : held.filter(isDue)
    held = held.filter((candidate) => !due.includes(candidate) && !formerUfrags.has(candidate.usernameFragment))
    current.forEach((ufrag) => formerUfrags.add(ufrag))
    // A candidate that the browser cannot use does not fail the connection.
    due.forEach((candidate) => connection.addIceCandidate(candidate).catch(() => {}))
  }

  return {
    flush,
    add: (json: string): void => {
      try {
        held = [...held, JSON.parse(json)]
      } catch {
        return
      }
      flush()
    }
  }
}

export const sendLocalCandidates = (connection: RTCPeerConnection, peerType: number, caller: Caller): void =>
  connection.addEventListener("icecandidate", ({ candidate }) => {
    if (!candidate?.candidate) return
    request("IceTrickle", { peerType, iceCandidate: JSON.stringify(candidate) }, caller).catch(() => {})
  })
