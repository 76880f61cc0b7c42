/**
 * Bounds the remote candidates of a transport in one generation of ICE: each once, and `OfferLimits.maxCandidates` at
 * most, whether they come in descriptions or by trickle.
 *
 * The fault: werift adds the candidates of a description again with each later description, makes a pair of each, and
 * sorts all pairs each time. An ICE restart empties the list. Noticed by "a candidate that is repeated ..." in
 * `test/werift/hostileOffers.test.ts`.
 */
import type { RTCIceTransport } from "werift"
import { maxCandidates } from "./OfferLimits.ts"

/** `onExcess` is called for each candidate beyond the limit. */
export const apply = ({ connection: ice }: RTCIceTransport, onExcess: () => void): void => {
  const add = ice.addRemoteCandidate.bind(ice)
  ice.addRemoteCandidate = async (candidate) => {
    if (candidate === undefined) return add(candidate)
    const { remoteCandidates } = ice
    const isKnown = remoteCandidates.some(({ host, port, transport, type }) =>
      host === candidate.host && port === candidate.port && transport === candidate.transport && type === candidate.type
    )
    if (isKnown) return
    if (remoteCandidates.length >= maxCandidates) return onExcess()
    return add(candidate)
  }
}
