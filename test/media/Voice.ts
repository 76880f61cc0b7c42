/** Sound that voice detection takes for speech, made from numbers: pulses of a larynx through two resonances, in syllables. */

/** Of 20 ms each, as many as `pattern` has characters: `#` is speech, and anything else is a faint noise. */
export const voice = (pattern: string, sampleRate: number): ReadonlyArray<Int16Array> => {
  const length = sampleRate / 50
  let noise = 1
  return Array.from(pattern, (character, frame) =>
    Int16Array.from({ length }, (_, index) => {
      noise = (Math.imul(noise, 1_103_515_245) + 12_345) & 0x7fffffff
      const faint = noise / 0x40000000 - 1
      if (character !== "#") return Math.round(2 * faint)
      const seconds = (frame * length + index) / sampleRate
      const sincePulse = seconds % (1 / 120)
      const syllable = 0.3 + 0.7 * Math.abs(Math.sin(2 * Math.PI * 2 * seconds))
      const first = Math.sin(2 * Math.PI * 700 * seconds) * Math.exp(-sincePulse * 400)
      const second = Math.sin(2 * Math.PI * 1_220 * seconds) * Math.exp(-sincePulse * 530) / 2
      return Math.round(6_000 * syllable * (first + second) + 2 * faint)
    }))
}
