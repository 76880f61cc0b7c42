/**
 * Each m-line of an offer is parsed by itself, and once: the next offer of the call repeats most of them.
 */
import { expect, test } from "vitest"
import type * as SdpText from "../../src/werift/internal/SdpText.ts"
import * as SectionParser from "../../src/werift/internal/SectionParser.ts"

const audio = (mid: number): SdpText.Lines => [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  `a=mid:${mid}`,
  "a=rtpmap:111 opus/48000/2"
]

test("an m-line that is the same as in the last offer is not parsed again", () => {
  const { parse } = SectionParser.make()
  const [first, second] = parse([audio(0), audio(1)])
  const [same, changed, added] = parse([audio(0), [...audio(1), "a=inactive"], audio(2)])
  expect(same).toBe(first)
  expect(changed).not.toBe(second)
  expect(changed).toMatchObject({ direction: "inactive", rtp: { muxId: "1" } })
  expect(added).toMatchObject({ rtp: { muxId: "2" } })
})

test("an m-line that an offer no longer has is forgotten", () => {
  const { parse } = SectionParser.make()
  const [first] = parse([audio(0)])
  parse([audio(1)])
  const [again] = parse([audio(0)])
  expect(again).toEqual(first)
  expect(again).not.toBe(first)
})

test("of a malformed m-line there is the reason, and the others are parsed", () => {
  const { parse } = SectionParser.make()
  const [malformed, next] = parse([["m=audio"], audio(1)])
  expect(malformed).toBe("m line not found")
  expect(next).toMatchObject({ kind: "audio", rtp: { muxId: "1" } })
})
