/**
 * Headers of RTP packets, compared with what werift reads.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RtpPacket } from "werift"
import * as RtpParser from "../../src/werift/internal/RtpParser.ts"
import * as RtpShape from "../../src/werift/internal/RtpShape.ts"
import { runs } from "../support/runs.ts"
import { headers, payloads } from "./RtpPackets.ts"

describe("A header", () => {
  test("has what werift reads in it, for any header of werift", () => {
    fc.assert(
      fc.property(headers, payloads, (header, payload) => {
        const packet = new RtpPacket(header, payload).serialize()
        const expected = RtpPacket.deSerialize(packet)
        const { serializeSize, ...read } = RtpParser.headerOf(packet, RtpShape.payloadOffsetOf(packet, 0))
        expect(expected.header).toMatchObject(read)
        expect(serializeSize).toBe(expected.header.payloadOffset)
      }),
      runs(1_000)
    )
  })

  /** Of one word. */
  const elementsOf = (profile: number, word: number): ReadonlyArray<RtpParser.Element> => {
    const packet = Buffer.alloc(20)
    packet.writeUInt8(0x90)
    packet.writeUInt16BE(profile, 12)
    packet.writeUInt16BE(1, 14)
    packet.writeUInt32BE(word, 16)
    return RtpParser.headerOf(packet, RtpShape.payloadOffsetOf(packet, 0)).extensions
  }

  test("has elements of two bytes, whatever the last four bits of their profile", () => {
    expect(elementsOf(0x1007, 0x1f01_0900)).toEqual([{ id: 0x1f, payload: Buffer.of(9) }])
  })

  test("has no elements in an extension of another profile", () => {
    expect(elementsOf(0x4242, 0x1001_0000)).toEqual([])
  })

  test.each([["15", 0xf1], ["0 with a length", 0x01]])("ignores what follows the id %s", (_, end) => {
    expect(elementsOf(0xbede, (0x1009_0020 | end << 8) >>> 0)).toEqual([{ id: 1, payload: Buffer.of(9) }])
  })
})

describe("Padding", () => {
  const withPadding = Buffer.from([0xa0])

  test.each<readonly [string, ReadonlyArray<number>, ReadonlyArray<number> | undefined]>([
    ["is removed", [1, 2, 0, 0, 3], [1, 2]],
    ["can be the whole payload", [0, 0, 3], []],
    ["that is longer than the payload does not fit", [0, 0, 4], undefined],
    ["of no byte does not fit", [1, 2, 0], undefined],
    ["of an empty payload does not fit", [], undefined]
  ])("%s", (_, payload, expected) => {
    const content = RtpParser.withoutPadding(withPadding, Buffer.from(payload))
    expect(content).toEqual(expected === undefined ? undefined : Buffer.from(expected))
  })

  test("is what the header says: without the bit the payload ends with the packet", () => {
    expect(RtpParser.withoutPadding(Buffer.from([0x80]), Buffer.from([1, 1]))).toEqual(Buffer.from([1, 1]))
  })
})
