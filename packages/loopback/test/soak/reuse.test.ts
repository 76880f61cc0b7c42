/**
 * The soak counts an m-line as given to somebody else where an offer says so, and nowhere else.
 */
import { expect, test } from "vitest"
import * as Reuse from "../../soak/Reuse.ts"

const line = (mid: string, streamId: string, ssrc: string, direction = "sendonly", port = "9"): string =>
  `m=video ${port} UDP/TLS/RTP/SAVPF 96\r\na=mid:${mid}\r\na=${direction}\r\na=msid:${streamId} track\r\na=ssrc:${ssrc} cname:x\r\n`

const ownerOf = (streamId: string): string | undefined => streamId.split(":")[0]

const run = (...offers: ReadonlyArray<string>): ReadonlyArray<string> => {
  let lines = Reuse.none
  return offers.flatMap((offer) => {
    const [after, reuses] = Reuse.step(lines, `v=0\r\n${offer}`, ownerOf)
    lines = after
    return reuses
  })
}

test("an m-line that goes to somebody else while it sends", () => {
  expect(run(line("0", "alice:V", "1"), line("0", "bob:V", "1"))).toEqual(["live, same SSRC"])
  expect(run(line("0", "alice:V", "1"), line("0", "bob:V", "2", "sendrecv"))).toEqual(["live, new SSRC"])
})

test("an m-line that goes to somebody else after it was nobody's", () => {
  const nobodys = line("0", "alice:V", "1", "inactive")
  expect(run(line("0", "alice:V", "1"), nobodys, line("0", "bob:V", "1"))).toEqual(["after inactive, same SSRC"])
  expect(run(line("0", "alice:V", "1"), nobodys, line("0", "bob:V", "2"))).toEqual(["after inactive, new SSRC"])
})

test("an m-line that stays whose it was, or is new, goes to nobody", () => {
  expect(run(line("0", "alice:V:x", "1"), line("0", "alice:V:y", "1"))).toEqual([])
  expect(run(line("0", "alice:V", "1"), line("0", "alice:V", "1", "inactive"), line("0", "alice:V", "2"))).toEqual([])
  expect(run(line("0", "alice:V", "1"), line("0", "alice:V", "1") + line("1", "bob:V", "2"))).toEqual([])
  expect(run(line("0", "alice:V", "1"), line("0", "bob:V", "1", "sendonly", "0"))).toEqual([])
})
