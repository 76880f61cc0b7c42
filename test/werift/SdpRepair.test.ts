/**
 * The repair of a remote SDP's text for werift's parser: text in, text out.
 */
import { describe, expect, test } from "vitest"
import * as SdpRepair from "../../src/werift/internal/SdpRepair.ts"

const sdpOf = (...lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\r\n`).join("")

const session = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
const video = ["m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000"]

const repair = (...lines: ReadonlyArray<string>): string => SdpRepair.repair(sdpOf(...lines), { loopbackOnly: false })

test("an SDP without defects stays as it is", () => {
  const lines = [...session, ...video, "a=fmtp:96 x=1", "a=sendonly"]
  expect(repair(...lines)).toBe(sdpOf(...lines))
})

test("an attribute with the name of a method of every object stays", () => {
  const lines = [...session, ...video, "a=constructor:x", "a=toString", "a=__proto__:x", "a=sendonly"]
  expect(repair(...lines)).toBe(sdpOf(...lines))
})

test("line ends become CRLF, and blanks at the ends of lines and empty lines are removed", () => {
  const text = [...session, "", ...video, "a=sendonly"].join("  \n")
  expect(SdpRepair.repair(text, { loopbackOnly: false })).toBe(sdpOf(...session, ...video, "a=sendonly"))
})

test("H17: a=fmtp of a payload type without a=rtpmap in its m-line is removed", () => {
  const audio = ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=sendonly"]
  expect(repair(...session, ...video, "a=sendonly", "a=fmtp:111 minptime=10", ...audio)).toBe(
    sdpOf(...session, ...video, "a=sendonly", ...audio)
  )
})

describe("H10: candidates with host names", () => {
  const usable = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host"
  const named = "a=candidate:2 1 udp 1 x.local 9 typ host"

  test("they are removed, and then a=end-of-candidates as well", () => {
    expect(repair(...session, ...video, "a=sendonly", usable, named, "a=end-of-candidates")).toBe(
      sdpOf(...session, ...video, "a=sendonly", usable)
    )
  })

  test("a=end-of-candidates stays if none was removed", () => {
    const lines = [...session, ...video, "a=sendonly", usable, "a=end-of-candidates"]
    expect(repair(...lines)).toBe(sdpOf(...lines))
  })

  test("loopbackOnly removes the candidates of other addresses", () => {
    const text = sdpOf(...session, ...video, "a=sendonly", usable)
    expect(SdpRepair.repair(text, { loopbackOnly: true })).toBe(sdpOf(...session, ...video, "a=sendonly"))
  })
})

test("the generation number of a candidate is removed", () => {
  expect(repair(...session, ...video, "a=sendonly", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host generation 1")).toBe(
    sdpOf(...session, ...video, "a=sendonly", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host")
  )
})

describe("An m-line without a direction", () => {
  test("it gets sendrecv", () => {
    expect(repair(...session, ...video)).toBe(sdpOf(...session, ...video, "a=sendrecv"))
  })

  test("it gets the direction of the session", () => {
    expect(repair(...session, "a=recvonly", ...video)).toBe(sdpOf(...session, "a=recvonly", ...video, "a=recvonly"))
  })
})

test("withoutCandidates removes every candidate", () => {
  const candidate = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host"
  expect(SdpRepair.withoutCandidates(sdpOf(...session, ...video, candidate, "a=end-of-candidates"))).toBe(
    sdpOf(...session, ...video, "a=end-of-candidates")
  )
})
