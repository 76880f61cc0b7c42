/**
 * A media section counts as reused exactly if an offer gives it to another participant.
 */
import { expect, test } from "vitest"
import * as Reuse from "../../soak/Reuse.ts"

const section = (mid: string, streamId: string, ssrc: string, direction = "sendonly", port = "9"): string =>
  `m=video ${port} UDP/TLS/RTP/SAVPF 96\r\na=mid:${mid}\r\na=${direction}\r\na=msid:${streamId} track\r\na=ssrc:${ssrc} cname:x\r\n`

const ownerOf = (streamId: string): string | undefined => streamId.split(":")[0]

const run = (...offers: ReadonlyArray<string>): ReadonlyArray<string> => {
  let sections = Reuse.none
  return offers.flatMap((offer) => {
    const [after, reuses] = Reuse.applyOffer(sections, `v=0\r\n${offer}`, ownerOf)
    sections = after
    return reuses
  })
}

test("a section that goes to another participant while it sends", () => {
  expect(run(section("0", "alice:V", "1"), section("0", "bob:V", "1"))).toEqual(["live, same SSRC"])
  expect(run(section("0", "alice:V", "1"), section("0", "bob:V", "2", "sendrecv"))).toEqual(["live, new SSRC"])
})

test("a section that goes to another participant after it was inactive", () => {
  const inactive = section("0", "alice:V", "1", "inactive")
  expect(run(section("0", "alice:V", "1"), inactive, section("0", "bob:V", "1"))).toEqual(["after inactive, same SSRC"])
  expect(run(section("0", "alice:V", "1"), inactive, section("0", "bob:V", "2"))).toEqual(["after inactive, new SSRC"])
})

test("a section that keeps its participant, or is new, is not reused", () => {
  expect(run(section("0", "alice:V:x", "1"), section("0", "alice:V:y", "1"))).toEqual([])
  expect(run(section("0", "alice:V", "1"), section("0", "alice:V", "1", "inactive"), section("0", "alice:V", "2")))
    .toEqual([])
  expect(run(section("0", "alice:V", "1"), section("0", "alice:V", "1") + section("1", "bob:V", "2"))).toEqual([])
  expect(run(section("0", "alice:V", "1"), section("0", "bob:V", "1", "sendonly", "0"))).toEqual([])
})
