/**
 * Tones, and how strong one is in samples. Mono.
 */

export const tone = (hertz: number, sampleRate: number, length: number, amplitude = 8_000): Int16Array =>
  Int16Array.from({ length }, (_, index) => Math.round(amplitude * Math.sin(2 * Math.PI * hertz * index / sampleRate)))

/** The amplitude of a frequency, in the unit of the samples (Goertzel's algorithm). */
export const amplitudeOf = (samples: Int16Array, hertz: number, sampleRate: number): number => {
  const coefficient = 2 * Math.cos(2 * Math.PI * hertz / sampleRate)
  let before = 0
  let last = 0
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before]
  const power = last ** 2 + before ** 2 - coefficient * last * before
  // Rounding may make it negative.
  return 2 * Math.sqrt(Math.max(0, power)) / samples.length
}
