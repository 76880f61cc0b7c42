import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as OpusPacket from "../../src/media/internal/OpusPacket.ts"
import { limitOf, runs } from "../support/runs.ts"
import { applications, durations, library, packets } from "./Opus.ts"

const bytes = (...values: ReadonlyArray<number>): Uint8Array => Uint8Array.from(values)

const zeros = (...first: ReadonlyArray<number>) => (length: number): Uint8Array => {
  const packet = new Uint8Array(length)
  packet.set(first)
  return packet
}

/** What libopus makes of a packet: the number of samples, or that it refuses it. */
const decoder = new library.Decoder({ channels: 1, sample_rate: 48_000 })
const decodedBy = (packet: Uint8Array): number | "refused" => {
  try {
    return decoder.decode(packet).byteLength / 2
  } catch {
    return "refused"
  }
}

const durationOf = (packet: Uint8Array): number | "refused" =>
  Result.getOrElse(OpusPacket.durationOf(packet), () => "refused" as const)

describe("The duration of an Opus packet (RFC 6716, section 3)", () => {
  test.each(applications.flatMap((application) => durations.map((duration) => [application, duration] as const)))(
    "of the encoder, application %s, %d ms",
    (application, duration) => {
      for (const channels of [1, 2] as const) {
        for (const packet of packets(duration, 3, application, channels)) {
          expect(OpusPacket.durationOf(packet)).toEqual(Result.succeed(duration * 48))
        }
      }
    }
  )

  test("each configuration has the duration of table 2, and libopus decodes as much", () => {
    const silk = [10, 20, 40, 60]
    const hybrid = [10, 20]
    const celt = [2.5, 5, 10, 20]
    const ms = [...silk, ...silk, ...silk, ...hybrid, ...hybrid, ...celt, ...celt, ...celt, ...celt]
    const tocs = ms.map((_, config) => bytes(config << 3))
    expect(tocs.map(durationOf)).toEqual(ms.map((ms) => ms * 48))
    expect(tocs.map(decodedBy)).toEqual(ms.map((ms) => ms * 48))
  })

  // Configuration 1, SILK of 20 ms.
  const silk = 0x08
  const cases: ReadonlyArray<readonly [string, Uint8Array, number | string]> = [
    ["an empty one", bytes(), "it is empty"],
    ["code 0, without a byte (DTX)", bytes(silk), 960],
    ["code 0, of 1,275 bytes", zeros(silk)(1_276), 960],
    ["code 0, of 1,276 bytes", zeros(silk)(1_277), "a frame is longer than 1275 bytes"],
    ["code 1, equal", zeros(silk | 1)(2_551), 1_920],
    ["code 1, too long", zeros(silk | 1)(2_553), "a frame is longer than 1275 bytes"],
    ["code 1, odd", zeros(silk | 1)(4), "its frames cannot be equally long"],
    ["code 1, without a byte", bytes(silk | 1), 1_920],
    ["code 2, without a length", bytes(silk | 2), "it ends before its last frame"],
    ["code 2, one byte of length", bytes(silk | 2, 1, 7), 1_920],
    ["code 2, longer than the rest", bytes(silk | 2, 2, 7), "it ends before its last frame"],
    ["code 2, half a length", bytes(silk | 2, 252), "it ends before its last frame"],
    ["code 2, two bytes of length", zeros(silk | 2, 252, 1)(3 + 256), 1_920],
    ["code 2, two bytes, one byte short", zeros(silk | 2, 252, 1)(3 + 255), "it ends before its last frame"],
    ["code 2, last frame too long", zeros(silk | 2, 0)(2 + 1_276), "a frame is longer than 1275 bytes"],
    ["code 3, without its byte", bytes(silk | 3), "it ends before its last frame"],
    ["code 3, of no frame", bytes(silk | 3, 0, 1, 2), "it has no frame"],
    ["code 3, six frames, 120 ms", bytes(silk | 3, 6), 5_760],
    ["code 3, seven frames, 140 ms", bytes(silk | 3, 7), "it is longer than 120 ms"],
    ["code 3, not divisible", bytes(silk | 3, 2, 1, 2, 3), "its frames cannot be equally long"],
    ["code 3, each of 1,276 bytes", zeros(silk | 3, 2)(2 + 2_552), "a frame is longer than 1275 bytes"],
    ["code 3, padding", bytes(silk | 3, 0x42, 1, 5, 5, 0), 1_920],
    ["code 3, padding longer than it", bytes(silk | 3, 0x42, 4, 5, 5, 0), "its padding is longer than the packet"],
    ["code 3, padding without its end", bytes(silk | 3, 0x42, 255), "it ends before its last frame"],
    ["code 3, padding of 254 and 1", zeros(silk | 3, 0x42, 255, 1)(4 + 255), 1_920],
    ["code 3, padding of 254 and 2", zeros(silk | 3, 0x42, 255, 2)(4 + 255), "its padding is longer than the packet"],
    ["code 3, lengths", bytes(silk | 3, 0x83, 1, 2, 5, 6, 6), 2_880],
    ["code 3, lengths beyond the end", bytes(silk | 3, 0x83, 1, 3, 5, 6, 6), "it ends before its last frame"],
    ["code 3, lengths before padding", bytes(silk | 3, 0xc3, 2, 1, 2, 5, 6, 6, 0, 0), 2_880],
    [
      "code 3, lengths that reach into padding",
      bytes(silk | 3, 0xc3, 3, 1, 2, 5, 6, 6, 0, 0),
      "it ends before its last frame"
    ],
    ["of more bytes than any encoder writes", zeros(silk | 3, 0xc3, 255)(8_193), "it is longer than 8192 bytes"]
  ]
  test.each(cases)("%s", (_, packet, expected) => {
    const wanted = typeof expected === "number" ? Result.succeed(expected) : Result.fail(expected)
    expect(OpusPacket.durationOf(packet)).toEqual(wanted)
    if (packet.length > 0 && packet.length <= OpusPacket.longestPacket) {
      expect(decodedBy(packet)).toBe(typeof expected === "number" ? expected : "refused")
    }
  })

  // Short lengths and the flags of code 3 are as frequent as any bytes.
  const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 4 }), fc.constantFrom(252, 255))
  const garbage = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
    fc.array(byte, { minLength: 1, maxLength: 20 }).map((values) => Uint8Array.from(values)),
    fc.tuple(
      fc.integer({ min: 0, max: 63 }).map((high) => high << 2 | 3),
      fc.constantFrom(0x01, 0x03, 0x42, 0x83, 0xc3, 0x86),
      fc.array(byte, { maxLength: 300 })
    ).map(([toc, header, rest]) => bytes(toc, header, ...rest))
  )
  const numRuns = 5_000
  test("of any bytes is what libopus decodes, or neither accepts them", () => {
    fc.assert(
      fc.property(garbage, (packet) => {
        expect(durationOf(packet)).toBe(decodedBy(packet))
      }),
      runs(numRuns)
    )
  }, limitOf(numRuns))
})
