import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as RateConversion from "../../src/media/internal/RateConversion.ts"
import { runs } from "../support/runs.ts"
import { amplitudeOf, tone } from "../support/sound.ts"

const factors = [2, 3, 6]

/** In decibels, of a tone of `hertz` at the lower rate of 8 kHz, without the beginning. */
const gainOf = (output: Int16Array, hertz: number, sampleRate: number): number =>
  20 * Math.log10(amplitudeOf(output.slice(-sampleRate), hertz, sampleRate) / 8_000)

describe.each(factors)("A conversion by %d", (factor) => {
  const high = 8_000 * factor

  test.each([100, 1_000, 3_000, 3_400])("up keeps %d Hz, and leaves no image of it", (hertz) => {
    const output = RateConversion.interpolator(factor)(tone(hertz, 8_000, 16_000))
    expect(output.length).toBe(16_000 * factor)
    expect(Math.abs(gainOf(output, hertz, high))).toBeLessThan(0.1)
    for (let image = 8_000 - hertz; image < high / 2; image += 8_000) {
      expect(gainOf(output, image, high)).toBeLessThan(-60)
    }
  })

  test.each([100, 1_000, 3_000, 3_400])("down keeps %d Hz", (hertz) => {
    const output = RateConversion.decimator(factor)(tone(hertz, high, 2 * high))
    expect(output.length).toBe(16_000)
    expect(Math.abs(gainOf(output, hertz, 8_000))).toBeLessThan(0.1)
  })

  test.each([4_600, 5_500, 7_000])("down removes %d Hz, which would be heard at another frequency", (hertz) => {
    const output = RateConversion.decimator(factor)(tone(hertz, high, 2 * high))
    expect(gainOf(output, 8_000 - hertz, 8_000)).toBeLessThan(-60)
  })

  test("a constant stays the constant, and the loudest is not exceeded", () => {
    for (const value of [-32_768, -1_000, 0, 1, 32_767]) {
      const constant = new Int16Array(factor * 600).fill(value)
      for (const convert of [RateConversion.interpolator(factor), RateConversion.decimator(factor)]) {
        expect(convert(constant).slice(-50).every((sample) => sample === value)).toBe(true)
      }
    }
    const square = Int16Array.from({ length: 6_000 }, (_, at) => at % 12 < 6 ? 32_767 : -32_768)
    const output = RateConversion.interpolator(factor)(square)
    expect(Math.max(...output)).toBe(32_767)
    expect(Math.min(...output)).toBe(-32_768)
  })

  test("does not depend on how the samples are divided into calls", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 })
    fc.assert(
      fc.property(sizes, fc.constantFrom(RateConversion.interpolator, RateConversion.decimator), (sizes, make) => {
        const lengths = sizes.map((size) => size * factor)
        const total = lengths.reduce((sum, length) => sum + length, 0)
        const samples = tone(700, 8_000, total)
        const converter = make(factor)
        let at = 0
        const parts = lengths.flatMap((length) => Array.from(converter(samples.subarray(at, at += length))))
        expect(parts).toEqual(Array.from(make(factor)(samples)))
      }),
      runs(50)
    )
  })
})

test("the sound is 16 samples of the lower rate late", () => {
  const impulse = new Int16Array(100)
  impulse[0] = 10_000
  const output = RateConversion.interpolator(6)(impulse)
  expect(output.indexOf(Math.max(...output)) / 6).toBeCloseTo(16, 0)
})
