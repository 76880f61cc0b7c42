/**
 * Which m-line a packet belongs to: offers and packets in, m-lines and rules out.
 */
import { describe, expect, test } from "vitest"
import * as Demultiplexer from "../../src/werift/internal/Demultiplexer.ts"
import type { OfferedSection } from "../../src/werift/internal/OfferedSection.ts"

const midExtension = 4

const section = (mid: string, options?: Partial<OfferedSection>): OfferedSection => ({
  mid,
  kind: "video",
  streamId: `${mid}:TRACK_TYPE_VIDEO:x`,
  codecs: [{ payloadType: 97, name: "VP8", clockRate: 90_000 }],
  ssrcs: new Set(),
  hasRids: false,
  midExtension,
  ...options
})

const opus = { codecs: [{ payloadType: 96, name: "opus", clockRate: 48_000, channels: 2 }], kind: "audio" } as const

const packet = (ssrc: number, payloadType: number, mid?: string): Demultiplexer.Packet => ({
  ssrc,
  payloadType,
  extensions: mid === undefined ? [] : [{ id: midExtension, payload: Buffer.from(mid) }]
})

const of = (...sections: ReadonlyArray<OfferedSection>): Demultiplexer.Demultiplexer =>
  Demultiplexer.apply(Demultiplexer.empty, sections)

const selected = (
  demultiplexer: Demultiplexer.Demultiplexer,
  packet: Demultiplexer.Packet
): readonly [string, Demultiplexer.Selection["rule"]] | undefined => {
  const selection = Demultiplexer.select(demultiplexer, packet)
  return selection === undefined ? undefined : [selection.section.mid, selection.rule]
}

describe("The rules, best first", () => {
  const camera = section("camera")
  const screen = section("screen")

  test("an SSRC that the offer signals selects its m-line, whatever the packet's mid", () => {
    const demultiplexer = of(section("camera", { ssrcs: new Set([1]) }), screen)
    expect(selected(demultiplexer, packet(1, 97, "screen"))).toEqual(["camera", "Ssrc"])
  })

  test("a mid selects an m-line that signals no SSRC, although two map the payload type", () => {
    expect(selected(of(camera, screen), packet(1, 97, "screen"))).toEqual(["screen", "Mid"])
  })

  test("a payload type selects the only m-line that maps it", () => {
    expect(selected(of(camera, section("voice", opus)), packet(1, 96))).toEqual(["voice", "PayloadType"])
  })

  test("a latched SSRC selects its m-line without a mid", () => {
    const demultiplexer = Demultiplexer.latch(of(camera, screen), 1, screen)!
    expect(selected(demultiplexer, packet(1, 97))).toEqual(["screen", "Latched"])
  })
})

describe("Packets that belong to no m-line", () => {
  test("a payload type that two m-lines map selects none, also if only one of them signals no SSRC", () => {
    expect(selected(of(section("a"), section("b")), packet(1, 97))).toBeUndefined()
    expect(selected(of(section("a"), section("b", { ssrcs: new Set([2]) })), packet(1, 97))).toBeUndefined()
  })

  test("a mid or a payload type selects no m-line that signals SSRCs or rids", () => {
    for (const streams of [{ ssrcs: new Set([2]) }, { hasRids: true }]) {
      expect(selected(of(section("a", streams)), packet(1, 97, "a"))).toBeUndefined()
      expect(selected(of(section("a", streams)), packet(1, 97))).toBeUndefined()
    }
  })

  test("the mid of an m-line that signals SSRCs is not overruled by the payload type of another", () => {
    const demultiplexer = of(section("a", { ssrcs: new Set([2]) }), section("voice", opus))
    expect(selected(demultiplexer, packet(1, 96, "a"))).toBeUndefined()
  })

  test("a payload type that no m-line maps selects none", () => {
    expect(selected(of(section("a")), packet(1, 111))).toBeUndefined()
    expect(selected(Demultiplexer.empty, packet(1, 97, "a"))).toBeUndefined()
  })

  test("an unknown mid, or a mid under another extension id, is ignored", () => {
    expect(selected(of(section("a"), section("b")), packet(1, 97, "c"))).toBeUndefined()
    expect(selected(of(section("a", { midExtension: 5 }), section("b")), packet(1, 97, "a"))).toBeUndefined()
    expect(selected(of(section("a", { midExtension: undefined })), packet(1, 97, "a"))).toEqual(["a", "PayloadType"])
  })
})

describe("Latched SSRCs", () => {
  const [a, b] = [section("a"), section("b")]

  test("they stay as long as the m-line keeps its owner", () => {
    const demultiplexer = Demultiplexer.latch(Demultiplexer.latch(of(a, b), 1, a)!, 2, b)!
    const after = Demultiplexer.apply(demultiplexer, [a, { ...b, streamId: "carol:TRACK_TYPE_VIDEO:y" }])
    expect(Array.from(after.latched)).toEqual([[1, "a"]])
    expect(Demultiplexer.apply(after, [b]).latched.size).toBe(0)
  })

  test("256 are latched at most", () => {
    let demultiplexer = of(a)
    for (let ssrc = 0; ssrc < Demultiplexer.latchedCapacity; ssrc++) {
      demultiplexer = Demultiplexer.latch(demultiplexer, ssrc, a)!
    }
    expect(demultiplexer.latched.size).toBe(256)
    expect(Demultiplexer.latch(demultiplexer, 256, a)).toBeUndefined()
  })
})

describe("H3: werift keeps the streams of former owners at the same receiver", () => {
  const isCurrent = (offered: OfferedSection, stream: { readonly ssrc?: number; readonly rid?: string }): boolean =>
    Demultiplexer.isCurrent(Demultiplexer.latch(of(offered), 7, offered)!, offered, stream)

  test("a stream is current if its SSRC is signaled or latched to the m-line", () => {
    const offered = section("a", { ssrcs: new Set([1]) })
    expect([1, 7, 2].map((ssrc) => isCurrent(offered, { ssrc }))).toEqual([true, true, false])
    expect(isCurrent(section("b"), { ssrc: 1 })).toBe(false)
  })

  test("a rid stream is current if the m-line has rids", () => {
    expect(isCurrent(section("a", { hasRids: true }), { rid: "q" })).toBe(true)
    expect(isCurrent(section("a"), { rid: "q" })).toBe(false)
    expect(isCurrent(section("a", { hasRids: true }), {})).toBe(false)
  })
})
