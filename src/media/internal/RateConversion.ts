/**
 * Multiplies or divides a sample rate by an integer: a low-pass filter of a windowed sinc, in polyphase form. Pure but for the
 * history of each converter.
 *
 * The number of samples is exact from the first call on, so the sound is 16 samples of the lower rate late: 2 ms at 8 kHz.
 * Up to 0.85 of half the lower rate the gain is within 0.1 dB; from 1.15 of it on the attenuation is at least 60 dB.
 */
import { concat } from "./TypedArrays.ts"

/** Of the next samples. Keeps the last ones of each call for the next call. */
export type Converter = (samples: Int16Array) => Int16Array

/** Coefficients for each output of an interpolation. */
const taps = 32

/** Of the Kaiser window: about 60 dB. */
const beta = 5.65

/** The modified Bessel function of the first kind and order zero, by its series. */
const bessel = (x: number): number => {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / 2 / k) ** 2
    sum += term
  }
  return sum
}

/** Of `taps * factor` coefficients with the sum 1, those of each phase: every factor-th. Each phase has the sum 1 / factor. */
const phasesOf = (factor: number): ReadonlyArray<Float64Array> => {
  const half = taps * factor / 2
  const coefficient = (index: number): number => {
    const x = (index - half + 0.5) / factor
    const window = bessel(beta * Math.sqrt(Math.max(0, 1 - (2 * x / taps) ** 2)))
    return Math.sin(Math.PI * x) / (Math.PI * x) * window
  }
  return Array.from({ length: factor }, (_, phase) => {
    const part = Float64Array.from({ length: taps }, (_, tap) => coefficient(tap * factor + phase))
    const sum = part.reduce((total, value) => total + value, 0)
    return part.map((value) => value / sum)
  })
}

const toSample = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value)))

/** `factor` samples for each one. */
export const interpolator = (factor: number): Converter => {
  if (factor === 1) return (samples) => samples
  const phases = phasesOf(factor)
  let history = new Int16Array(taps - 1)
  return (samples) => {
    const all = concat(Int16Array, [history, samples])
    const output = new Int16Array(samples.length * factor)
    for (let at = 0; at < output.length; at++) {
      const newest = Math.floor(at / factor) + taps - 1
      const phase = phases[at % factor]!
      let sum = 0
      for (let tap = 0; tap < taps; tap++) sum += phase[tap]! * all[newest - tap]!
      output[at] = toSample(sum)
    }
    history = all.slice(samples.length)
    return output
  }
}

/** One sample for each `factor`, a divisor of the number of samples. */
export const decimator = (factor: number): Converter => {
  if (factor === 1) return (samples) => samples
  const phases = phasesOf(factor)
  let history = new Int16Array(taps * factor - 1)
  return (samples) => {
    const all = concat(Int16Array, [history, samples])
    const output = new Int16Array(samples.length / factor)
    for (let at = 0; at < output.length; at++) {
      const newest = at * factor + taps * factor - 1
      let sum = 0
      for (let index = 0; index < taps * factor; index++) {
        sum += phases[index % factor]![Math.floor(index / factor)]! * all[newest - index]!
      }
      output[at] = toSample(sum / factor)
    }
    history = all.slice(samples.length)
    return output
  }
}
