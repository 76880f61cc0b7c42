import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as G711 from "../../src/media/internal/G711.ts"
import { runs } from "../support/runs.ts"

const codes = Uint8Array.from({ length: 256 }, (_, code) => code)

/** The steps of the positive samples (G.711, tables 1 and 2), in 16 bits. Mu-law's begin 132 below what is written here. */
const steps = {
  PCMU: { bias: 132, first: (segment: number) => 128 << segment, width: (segment: number) => 8 << segment },
  PCMA: {
    bias: 0,
    first: (segment: number) => segment === 0 ? 0 : 128 << segment,
    width: (segment: number) => segment === 0 ? 16 : 8 << segment
  }
}

/** The middle of the step that a magnitude is in, by search. */
const middleOf = (name: keyof typeof steps, magnitude: number): number => {
  const { bias, first, width } = steps[name]
  const all = Array.from({ length: 128 }, (_, code) => {
    const segment = code >> 4
    return { start: first(segment) + (code & 15) * width(segment) - bias, width: width(segment) }
  })
  const step = all.findLast(({ start }) => start <= magnitude)!
  return step.start + step.width / 2
}

describe.each([["PCMU", G711.muLaw], ["PCMA", G711.aLaw]] as const)("%s", (name, law) => {
  test("values of codes that the standard gives", () => {
    const known = {
      PCMU: [[0x00, -32_124], [0x80, 32_124], [0xff, 0], [0x7f, 0], [0xfe, 8], [0x7e, -8], [0xef, 132]],
      PCMA: [[0x2a, -32_256], [0xaa, 32_256], [0xd5, 8], [0x55, -8], [0xd4, 24], [0xc5, 264]]
    }[name]
    expect(Array.from(law.decode(Uint8Array.from(known, ([code]) => code!)))).toEqual(known.map(([, value]) => value))
  })

  test("each code is encoded as itself, but for the negative zero", () => {
    const again = law.encode(law.decode(codes))
    expect(again).toEqual(codes.map((code) => name === "PCMU" && code === 0x7f ? 0xff : code))
  })

  test("a sample becomes the middle of its step", () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_768, max: 32_767 }), (sample) => {
        // A-law has no zero: its lowest steps begin at 0 and at -1.
        const magnitude = name === "PCMA" && sample < 0 ? -sample - 1 : Math.abs(sample)
        const value = middleOf(name, magnitude)
        expect(law.decode(law.encode(Int16Array.of(sample)))[0]).toBe(sample < 0 && value > 0 ? -value : value)
      }),
      runs(2_000)
    )
  })

  test("a louder sample never has a lower value", () => {
    const samples = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
    const decoded = law.decode(law.encode(samples))
    expect(decoded.every((value, index) => index === 0 || value >= decoded[index - 1]!)).toBe(true)
    expect(new Set(decoded).size).toBe(name === "PCMU" ? 255 : 256)
  })

  test("the signal is 33 dB above the noise (G.712), from the loudest to 30 dB below it", () => {
    for (const decibels of [0, -10, -20, -30]) {
      const samples = Int16Array.from(
        { length: 8_000 },
        (_, at) => Math.round(32_000 * 10 ** (decibels / 20) * Math.sin(2 * Math.PI * 1_004 * at / 8_000))
      )
      const decoded = law.decode(law.encode(samples))
      const power = samples.reduce((sum, sample) => sum + sample ** 2, 0)
      const noise = samples.reduce((sum, sample, at) => sum + (sample - decoded[at]!) ** 2, 0)
      expect(10 * Math.log10(power / noise)).toBeGreaterThan(33)
    }
  })
})
