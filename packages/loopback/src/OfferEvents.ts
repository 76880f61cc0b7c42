/**
 * The events that carry a subscriber offer: one event, or an offer without candidates followed by its candidates. Pure.
 */
import type { Offer } from "./SubscriberOffers.ts"
import * as Wire from "./Wire.ts"

const isCandidate = (line: string): boolean => line.startsWith("a=candidate:")

const isIceLine = (line: string): boolean => isCandidate(line) || line.startsWith("a=end-of-candidates")

const valueOf = (lines: ReadonlyArray<string>, attribute: string): string | undefined =>
  lines.find((line) => line.startsWith(`a=${attribute}:`))?.slice(`a=${attribute}:`.length)

/** Each candidate is sent once, for the first media section: all sections share one transport (BUNDLE, RFC 8843). */
const trickled = (sessionId: string, { iceRestart, negotiationId, sdp }: Offer): ReadonlyArray<Wire.SfuEvent> => {
  const lines = sdp.split("\r\n")
  const bare = lines.filter((line) => !isIceLine(line)).join("\r\n")
  const candidates = Array.from(new Set(lines.filter(isCandidate)), (line): Wire.SfuEvent => ({
    iceTrickle: {
      peerType: Wire.PeerType.PEER_TYPE_SUBSCRIBER,
      iceCandidate: JSON.stringify({
        candidate: line.slice("a=".length),
        sdpMid: valueOf(lines, "mid"),
        sdpMLineIndex: 0,
        usernameFragment: valueOf(lines, "ice-ufrag")
      }),
      sessionId
    }
  }))
  return [{ subscriberOffer: { sdp: bare, negotiationId, iceRestart } }, ...candidates]
}

export const make = (sessionId: string, offer: Offer, trickle: boolean): ReadonlyArray<Wire.SfuEvent> =>
  trickle ? trickled(sessionId, offer) : [{ subscriberOffer: { ...offer } }]
