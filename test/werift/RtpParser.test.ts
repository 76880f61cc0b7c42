/**
 * Headers of RTP packets, compared with what werift reads.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RtpHeader, RtpPacket } from "werift"
import * as RtpParser from "../../src/werift/internal/RtpParser.ts"
import * as RtpShape from "../../src/werift/internal/RtpShape.ts"
import { runs } from "../support/runs.ts"

const elements = (maxId: number, minSize: number, maxSize: number) =>
  fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: maxId }),
      payload: fc.uint8Array({ minLength: minSize, maxLength: maxSize }).map((bytes) => Buffer.from(bytes))
    }),
    { maxLength: 14 }
  )

const extension = fc.oneof(
  fc.record({ extensionProfile: fc.constant(0xbede as const), extensions: elements(14, 1, 16) }),
  fc.record({ extensionProfile: fc.constant(0x1000 as const), extensions: elements(255, 0, 40) })
)

const word = fc.integer({ min: 0, max: 0xffff_ffff })

const packets = fc.record({
  extension,
  fields: fc.record({
    ssrc: word,
    timestamp: word,
    sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
    payloadType: fc.integer({ min: 0, max: 127 }),
    marker: fc.boolean(),
    csrc: fc.array(word, { maxLength: 15 })
  }),
  payload: fc.uint8Array({ maxLength: 100 })
})

describe("A header", () => {
  test("has what werift reads in it, for any header of werift", () => {
    fc.assert(
      fc.property(packets, ({ extension, fields, payload }) => {
        const header = new RtpHeader({ ...fields, ...extension, extension: extension.extensions.length > 0 })
        const packet = new RtpPacket(header, Buffer.from(payload)).serialize()
        const expected = RtpPacket.deSerialize(packet)
        const { serializeSize, ...read } = RtpParser.headerOf(packet, RtpShape.payloadOffsetOf(packet, 0))
        expect(expected.header).toMatchObject(read)
        expect(serializeSize).toBe(expected.header.payloadOffset)
      }),
      runs(1_000)
    )
  })

  test("has no elements in an extension of another profile", () => {
    const packet = Buffer.from([0x90, 96, ...Array<number>(10).fill(0), 0x42, 0x42, 0, 1, 0x10, 1, 0, 0])
    expect(RtpParser.headerOf(packet, RtpShape.payloadOffsetOf(packet, 0)).extensions).toEqual([])
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
