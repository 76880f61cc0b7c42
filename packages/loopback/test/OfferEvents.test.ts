/**
 * The events that carry an offer, with and without trickled candidates.
 */
import { assert, describe, it } from "@effect/vitest"
import * as OfferEvents from "../src/OfferEvents.ts"

const candidate = "candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host"

const section = (mid: string): ReadonlyArray<string> => [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  `a=mid:${mid}`,
  "a=ice-ufrag:abcd",
  `a=${candidate}`,
  "a=end-of-candidates"
]

const offer = {
  sdp: ["v=0", ...section("0"), ...section("1"), ""].join("\r\n"),
  negotiationId: 3,
  iceRestart: true
}

describe("an offer", () => {
  it("is one event that contains the candidates", () => {
    assert.deepStrictEqual(OfferEvents.make("alice", offer, false), [{ subscriberOffer: offer }])
  })

  it("with trickle is an offer without candidates, followed by each candidate once", () => {
    const [first, ...candidates] = OfferEvents.make("alice", offer, true)
    assert.notMatch(first?.subscriberOffer?.sdp ?? "", /candidate/)
    assert.deepInclude(first?.subscriberOffer, { negotiationId: 3, iceRestart: true })
    assert.deepStrictEqual(candidates.map(({ iceTrickle }) => JSON.parse(iceTrickle?.iceCandidate ?? "")), [
      { candidate, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "abcd" }
    ])
  })
})
