/**
 * The header extensions about media, in the bytes that a sender writes and in those that it should not.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RtpHeader } from "werift"
import * as MediaExtensions from "../../src/werift/internal/MediaExtensions.ts"
import * as RtpShape from "../../src/werift/internal/RtpShape.ts"

const { audioLevelOf, captureTimeOf, videoOrientationOf } = MediaExtensions

const element = (id: number, ...bytes: ReadonlyArray<number>) => ({ id, payload: Uint8Array.from(bytes) })

const uint64 = (value: bigint): ReadonlyArray<number> =>
  Array.from({ length: 8 }, (_, n) => Number(value >> BigInt(56 - 8 * n) & 0xffn))

/** All three, of elements that each have the id 7. */
const readAll = (extensions: ReadonlyArray<{ id: number; payload: Uint8Array }>) => [
  audioLevelOf(extensions, 7),
  videoOrientationOf(extensions, 7),
  captureTimeOf(extensions, 7)
]

describe("Header extensions about media", () => {
  test.each([
    [0x00, { level: 0, hasVoice: false }],
    [0x80, { level: 0, hasVoice: true }],
    [0x7f, { level: -127, hasVoice: false }],
    [0x9e, { level: -30, hasVoice: true }]
  ])("audio level in the byte %s", (byte, expected) => {
    expect(audioLevelOf([element(7, byte)], 7)).toStrictEqual(expected)
  })

  test.each([
    [0b0000, { rotation: 0, isFlipped: false, isBackCamera: false }],
    [0b0001, { rotation: 90, isFlipped: false, isBackCamera: false }],
    [0b0110, { rotation: 180, isFlipped: true, isBackCamera: false }],
    [0b1011, { rotation: 270, isFlipped: false, isBackCamera: true }],
    [0b1111_0000, { rotation: 0, isFlipped: false, isBackCamera: false }]
  ])("video orientation in the byte %s", (byte, expected) => {
    expect(videoOrientationOf([element(7, byte)], 7)).toStrictEqual(expected)
  })

  test("capture time: NTP since 1900 and, without its first bit, since 2036; the offset has a sign", () => {
    const seconds = (unix: number) => BigInt(unix + 2_208_988_800) << 32n
    const half = 1n << 31n
    const now = uint64(seconds(1_790_000_000) + half)
    expect(captureTimeOf([element(7, ...now)], 7)).toStrictEqual({
      capturedAt: 1_790_000_000_500,
      clockOffset: undefined
    })
    const after2036 = uint64(BigInt.asUintN(64, seconds(2_100_000_000)))
    const late = captureTimeOf([element(7, ...after2036, ...uint64(BigInt.asUintN(64, -half)))], 7)
    expect(late).toStrictEqual({ capturedAt: 2_100_000_000_000, clockOffset: -500 })
    expect(captureTimeOf([element(7, ...now, ...uint64(3n << 32n))], 7)?.clockOffset).toBe(3_000)
  })

  test("for any time and offset of a call, the milliseconds are those that were sent", () => {
    const case_ = fc.record({
      unixMillis: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      offset: fc.integer({ min: -86_400_000, max: 86_400_000 })
    })
    fc.assert(fc.property(case_, ({ offset, unixMillis }) => {
      const fixed = (millis: number): bigint => BigInt.asUintN(64, (BigInt(millis) << 32n) / 1_000n)
      const bytes = [...uint64(fixed(unixMillis + 2_208_988_800_000)), ...uint64(fixed(offset))]
      const time = captureTimeOf([element(7, ...bytes)], 7)!
      expect(Math.abs(time.capturedAt - unixMillis)).toBeLessThan(0.01)
      expect(Math.abs(time.clockOffset! - offset)).toBeLessThan(0.01)
    }))
  })

  test("an m-line without the extension, a packet without the element, and a wrong length say nothing", () => {
    const all = [0, 1, 2, 4, 7, 8, 9, 15, 16, 17, 255].map((length) => readAll([element(7, ...Array(length).fill(1))]))
    const lengths = (index: number) =>
      [0, 1, 2, 4, 7, 8, 9, 15, 16, 17, 255].filter((_, n) => all[n]![index] !== undefined)
    expect([lengths(0), lengths(1), lengths(2)]).toEqual([[1], [1], [8, 16]])
    expect(readAll([element(6, 1), element(8, 1)])).toEqual([undefined, undefined, undefined])
    expect(audioLevelOf([element(7, 1)], undefined)).toBeUndefined()
  })

  test("the forms of one and of two bytes are read alike", () => {
    const extensions = [7, 9].map((id) => ({ id, payload: Buffer.of(0x81) }))
    for (const extensionProfile of [0xbede, 0x1000] as const) {
      const sent = new RtpHeader({ extension: true, extensionProfile, extensions })
      const received = RtpHeader.deSerialize(sent.serialize(sent.serializeSize))
      expect(audioLevelOf(received.extensions, 9)).toEqual({ level: -1, hasVoice: true })
      expect(videoOrientationOf(received.extensions, 7)?.rotation).toBe(90)
    }
  })

  test("for any bytes that reach werift, and any id, reading never throws and a value is within its range", () => {
    const bytes = fc.uint8Array({ minLength: 4, maxLength: 64 })
    const profile = fc.constantFrom(0xbede, 0x1000, 0x1001, 0)
    fc.assert(
      fc.property(profile, bytes, fc.integer({ min: 0, max: 255 }), (profile, bytes, id) => {
        const words = bytes.length >> 2
        const packet = Buffer.from([0x90, 96, 0, 1, ...Array(8).fill(0), 0, 0, 0, words, ...bytes])
        packet.writeUInt16BE(profile, 12)
        if (RtpShape.payloadOffsetOf(packet, 0) === RtpShape.malformed) return
        const { extensions } = RtpHeader.deSerialize(packet)
        const level = audioLevelOf(extensions, id)?.level ?? 0
        expect(level >= -127 && level <= 0).toBe(true)
        expect([0, 90, 180, 270]).toContain(videoOrientationOf(extensions, id)?.rotation ?? 0)
        expect(Number.isFinite(captureTimeOf(extensions, id)?.capturedAt ?? 0)).toBe(true)
      }),
      { numRuns: 2_000 }
    )
  })
})
