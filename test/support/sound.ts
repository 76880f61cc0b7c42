/**
 * Tones, and the amplitude of one in samples.
 */

/** One channel, or each channel the same. `length` in samples of one channel. */
export const tone = (hertz: number, sampleRate: number, length: number, channels = 1, amplitude = 8_000): Int16Array =>
  Int16Array.from(
    { length: length * channels },
    (_, index) => Math.round(amplitude * Math.sin(2 * Math.PI * hertz * Math.floor(index / channels) / sampleRate))
  )

/** The amplitude of a frequency (Goertzel's algorithm), in the unit of the samples. */
export const amplitudeOf = (samples: ArrayLike<number>, hertz: number, sampleRate: number): number => {
  const coefficient = 2 * Math.cos(2 * Math.PI * hertz / sampleRate)
  let before = 0
  let last = 0
  for (let at = 0; at < samples.length; at++) [before, last] = [last, samples[at]! + coefficient * last - before]
  const power = last ** 2 + before ** 2 - coefficient * last * before
  // Rounding may make it negative.
  return 2 * Math.sqrt(Math.max(0, power)) / samples.length
}
