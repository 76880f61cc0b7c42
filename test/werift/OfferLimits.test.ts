/**
 * The limits of an offer and of an answer: text in, m-lines or a reason out.
 */
import { describe, expect, test } from "vitest"
import * as Codecs from "../../src/werift/internal/Codecs.ts"
import * as Offer from "../../src/werift/internal/Offer.ts"
import * as OfferLimits from "../../src/werift/internal/OfferLimits.ts"
import { countOperations } from "../support/operations.ts"

const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`
const transport = ["a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx", fingerprint, "a=setup:actpass"]

const many = (count: number, line: (n: number) => string): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, n) => line(n))

const candidate = (n: number): string => `a=candidate:${n} 1 udp 2130706431 192.0.2.1 ${1_024 + n % 60_000} typ host`

const sectionOf = (mid: string, ...lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  "m=video 9 UDP/TLS/RTP/SAVPF 97",
  "c=IN IP4 0.0.0.0",
  `a=mid:${mid}`,
  "a=sendonly",
  "a=rtpmap:97 VP8/90000",
  `a=msid:${mid}:TRACK_TYPE_VIDEO x`,
  ...lines
]

interface Shape {
  readonly mLines?: number
  /** Of the session. */
  readonly session?: ReadonlyArray<string>
  /** Of the first m-line. */
  readonly first?: ReadonlyArray<string>
  /** Of each m-line. */
  readonly each?: ReadonlyArray<string>
}

const sdpOf = ({ each = transport, first = [], mLines = 2, session = [] }: Shape): string =>
  [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${many(mLines, String).join(" ")}`,
    ...session,
    ...many(mLines, String).flatMap((mid, n) => [...sectionOf(mid, ...each), ...(n === 0 ? first : [])])
  ].join("\r\n") + "\r\n"

const parse = (sdp: string): Offer.Offer =>
  Offer.parse(sdp, { loopbackOnly: false, mLines: 0, receives: Codecs.receives })

const parseAnswer = (sdp: string): Offer.Offer => Offer.parse(sdp, { loopbackOnly: false, mLines: 2 })

describe("Beyond a limit of the whole SDP the offer or answer fails, and the error has the limit, its value and the size", () => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    [
      "maxCharacters",
      sdpOf({}).padEnd(OfferLimits.maxCharacters + 1, "\n"),
      "maxCharacters: 8388609 characters, more than 8388608"
    ],
    ["maxLines", sdpOf({ first: many(200_000, () => "a=x") }), "maxLines: 200001 lines, more than 200000"],
    ["maxMLines", sdpOf({ mLines: 1_025, each: [] }), "maxMLines: 1025 m-lines, more than 1024"],
    [
      "maxSessionLines",
      sdpOf({ session: many(252, () => "a=x") }),
      "maxSessionLines: 257 lines before the first m-line, more than 256"
    ],
    [
      "maxSessionCharacters",
      `v=0\r\na=x:${"x".repeat(131_064)}\r\n`,
      "maxSessionCharacters: 131073 characters before the first m-line, more than 131072"
    ]
  ]

  test.each(cases)("%s", (_, sdp, reason) => {
    expect(() => parse(sdp)).toThrow(new Error(reason))
    expect(() => parseAnswer(sdp)).toThrow(new Error(reason))
  })

  test("at the limits it is answered", () => {
    const sdp = sdpOf({ session: [...many(250, () => "a=x"), `a=x:${"x".repeat(100_000)}`] })
    expect(parse(sdp).sending.length).toBe(2)
    expect(() => OfferLimits.check(`${sdp}${"a=x\r".repeat(200_000 - sdp.match(/\r\n/g)!.length)}`)).not.toThrow()
    const largest = parse(sdpOf({ mLines: 1_024 }))
    expect([largest.sending.length, largest.rejected.length]).toEqual([1_024, 0])
  })
})

describe("Beyond a limit of an m-line, only this m-line is rejected", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    ["maxSectionLines", many(1_015, () => "a=x"), "maxSectionLines: 1025 lines, more than 1024"],
    ["maxLineLength", [`a=${"x".repeat(8_191)}`], "maxLineLength: 8193 characters in a line, more than 8192"],
    [
      "maxPayloadTypes",
      many(128, (n) => `a=rtpmap:${n} VP8/90000`),
      "maxPayloadTypes: 129 payload types, more than 128"
    ],
    ["maxSsrcs", many(129, (n) => `a=ssrc:${n >> 1} cname:x`), "maxSsrcs: 65 SSRCs, more than 64"],
    ["maxRids", many(17, (n) => `a=rid:${n} send`), "maxRids: 17 rids, more than 16"]
  ]

  test.each(cases)("%s", (_, first, reason) => {
    const offer = parse(sdpOf({ first }))
    expect(offer.rejected.map(({ name, reason }) => [name, reason])).toEqual([["0", reason]])
    expect(offer.sending.map(({ mid }) => mid)).toEqual(["1"])
    expect(() => parseAnswer(sdpOf({ first }))).toThrow(new Error(`m-line 0: ${reason}`))
    expect(parse(sdpOf({ first: first.slice(0, -1) })).rejected.filter(({ reason }) => reason.startsWith("max")))
      .toEqual([])
  })

  test("of an m-line beyond a limit, its rejection has the first characters of the m= line", () => {
    const sdp = sdpOf({}).replace(/^m=video.*\r$/m, `m=video 9 UDP/TLS/RTP/SAVPF ${"97 ".repeat(100_000)}97\r`)
    const { rejected, restore } = parse(sdp)
    expect(rejected.map(({ name }) => name)).toEqual(["0"])
    const answer = ["v=0", "m=audio 0 X 0", "m=video 9 UDP/TLS/RTP/SAVPF 97", ""].join("\r\n")
    expect(restore(answer).length).toBeLessThan(10_000)
  })

  test("maxMidLength", () => {
    const withMid = (length: number) => parse(sdpOf({}).replaceAll("a=mid:0", `a=mid:${"x".repeat(length)}`))
    expect(withMid(255).rejected.map(({ reason }) => reason)).toEqual([])
    expect(withMid(256).rejected.map(({ reason }) => reason)).toEqual([
      "maxMidLength: 256 characters in a mid, more than 255"
    ])
  })

  test("maxTransports: m-lines outside of the BUNDLE groups have one each, those that have ended have none", () => {
    const alone = (count: number) => sdpOf({ mLines: count }).replace(/a=group.*\r\n/, "")
    expect(parse(alone(8)).rejected).toEqual([])
    expect(parse(alone(10)).rejected.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
      "8 maxTransports: 9 transports, more than 8",
      "9 maxTransports: 10 transports, more than 8"
    ])
    expect(parse(alone(10).replace(/^m=video 9/m, "m=video 0").replace(/^m=video 9/m, "m=video 0")).rejected).toEqual(
      []
    )
    expect(parse(sdpOf({ mLines: 10 })).rejected).toEqual([])
  })
})

describe("Candidates", () => {
  const candidatesIn = (sdp: string): ReadonlyArray<string> => sdp.match(/^a=candidate:.*(?=\r$)/gm) ?? []

  test("candidates beyond the limit of their transport are ignored, and those that several m-lines repeat count once", () => {
    const each = [...transport, ...many(101, candidate)]
    const offer = parse(sdpOf({ mLines: 3, each }))
    expect(candidatesIn(offer.sdp)).toEqual(many(100, candidate))
    expect(offer.ignoredCandidates).toBe(3)
    expect(offer.sending.length).toBe(3)
    expect(parseAnswer(sdpOf({ first: many(101, candidate) })).ignoredCandidates).toBe(1)
  })

  test("each transport has its own limit", () => {
    const sdp = sdpOf({ first: many(60, candidate) }).replace("a=ice-ufrag:abcd", "a=ice-ufrag:efgh")
    const offer = parse(`${sdp}${many(60, candidate).join("\r\n")}\r\n`)
    expect([candidatesIn(offer.sdp).length, offer.ignoredCandidates]).toEqual([120, 0])
  })

  test("an m-line with port 0 takes none from the m-lines that repeat them", () => {
    const sdp = sdpOf({ each: [...transport, candidate(1)] }).replace(/^m=video 9/m, "m=video 0")
    expect(parse(sdp).sdp.split("m=video")[2]).toContain(candidate(1))
  })

  test.each([
    "a=candidate:1 1 udp 2130706431 192.0.2.1 9",
    "a=candidate:1 1 udp 2130706431 192.0.2.1 9 host",
    "a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ",
    "a=candidate:1 1 udp 4294967296 192.0.2.1 9 typ host",
    "a=candidate:1 1 udp 2130706431 192.0.2.1 65536 typ host",
    "a=candidate:1 1 udp x 192.0.2.1 9 typ host",
    "a=candidate:1 2 udp 2130706431 192.0.2.1 9 typ host",
    "a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ prflx",
    "a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ unknown",
    `a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ host ${"x".repeat(1_024)}`,
    "a=candidate:",
    "a=candidate"
  ])("a malformed or unusable one is skipped, and the others stay: %s", (line) => {
    const offer = parse(sdpOf({ first: [candidate(1), line, candidate(2)] }))
    expect(candidatesIn(offer.sdp)).toEqual([candidate(1), candidate(2)])
  })

  test("several blanks count as one", () => {
    const offer = parse(sdpOf({ first: [candidate(1).replaceAll(" ", "   ")] }))
    expect(candidatesIn(offer.sdp)).toEqual([candidate(1)])
  })
})

describe("Mids", () => {
  test("m-lines with the same mid are rejected, all of them: a packet with that mid could belong to each", () => {
    const offer = parse(sdpOf({ mLines: 3 }).replace("a=mid:1", "a=mid:0"))
    expect(offer.rejected).toMatchObject([
      { name: "0", reason: "another m-line has its mid" },
      { name: "0", reason: "another m-line has its mid" }
    ])
    expect(offer.sending.map(({ mid }) => mid)).toEqual(["2"])
  })

  test("a BUNDLE group has each mid once, and none that does not exist", () => {
    const offer = parse(sdpOf({}).replace("BUNDLE 0 1", "BUNDLE 7 0 0 1 7 0\r\na=group:BUNDLE 1\r\na=group:LS 0 7"))
    expect(offer.sdp.match(/^a=group.*(?=\r$)/gm)).toEqual(["a=group:BUNDLE 0 1", "a=group:LS 0"])
  })

  test("an m-line without a transport has the one of its group, also if another m-line of the group is rejected", () => {
    const sdp = sdpOf({ each: [], mLines: 3 }).replace("a=mid:1", ["a=mid:1", ...transport, candidate(1)].join("\r\n"))
    const offer = parse(sdp)
    expect([offer.rejected, offer.ufrags]).toEqual([[], new Set(["abcd"])])
    expect(offer.sdp.match(/a=ice-pwd/g)?.length).toBe(3)
    const without = parse(sdp.replace(/(a=mid:1[^]*?)a=rtpmap.*\r\n/, "$1"))
    expect(without.sending.map(({ mid }) => mid)).toEqual(["0", "2"])
    expect(without.sdp.match(/a=candidate/g)?.length).toBe(1)
    expect(() => parse(sdpOf({ each: [] }))).toThrow("no ICE credentials")
  })
})

const operationsOf = (sdp: string): number =>
  countOperations(() => {
    try {
      parse(sdp)
    } catch {
      // Some of them fail.
    }
  })

describe("the work grows with the size of the SDP, and no faster", () => {
  const cases: ReadonlyArray<readonly [string, (size: number) => string]> = [
    ["m-lines", (size) => sdpOf({ mLines: 25 * size })],
    ["m-lines that are rejected", (size) => sdpOf({ mLines: 25 * size }).replaceAll("VP8", "X")],
    ["m-lines without a transport", (size) => sdpOf({ mLines: 25 * size, each: [] })],
    ["m-lines without a password", (size) => sdpOf({ mLines: 25 * size, each: transport.filter((_, n) => n !== 1) })],
    ["m-lines with one mid", (size) => sdpOf({ mLines: 25 * size }).replace(/a=mid:.*/g, "a=mid:0")],
    ["m-lines with a transport in the first", (size) => sdpOf({ mLines: 25 * size, each: [], first: transport })],
    ["candidates", (size) => sdpOf({ first: many(1_000 * size, candidate) })],
    ["candidates that are malformed", (size) => sdpOf({ first: many(1_000 * size, () => "a=candidate:1 1 udp") })],
    [
      "mids of BUNDLE groups",
      (size) => sdpOf({ session: many(4 * size, () => `a=group:BUNDLE ${many(500, (n) => `${n % 9}`).join(" ")}`) })
    ],
    ["lines", (size) => sdpOf({ mLines: 5 * size, each: [...transport, ...many(100, () => "a=x")] })],
    ["SSRCs", (size) => sdpOf({ first: many(200 * size, (n) => `a=ssrc:${n} cname:x`) })]
  ]

  test.each(cases)("%s", (_, sdpWith) => {
    // Eight times the size: a linear cost is 8 times as high, and a quadratic one 64 times.
    expect(operationsOf(sdpWith(8)) / operationsOf(sdpWith(1))).toBeLessThan(12)
  })
})
