/**
 * A language of tones, in place of speech synthesis and speech recognition: each word is a pair of tones, and long words last
 * longer. Voice detection takes it for speech, and it survives Opus and a lost packet.
 */
import { amplitudeOf, tone } from "./Tone.ts"

/** In hertz: a word has one of each. */
const lows = [697, 770, 852, 941]
const highs = [1_209, 1_336, 1_477, 1_633]

/** Each word has a low tone by its row, and a high one by its column. */
const vocabulary = [
  ["hello", "goodbye", "please", "thanks"],
  ["yes", "no", "maybe", "never"],
  ["red", "green", "blue", "yellow"],
  ["morning", "evening", "tomorrow", "congratulations"]
]

const tonesOf = (word: string): readonly [number, number] => {
  const row = vocabulary.findIndex((words) => words.includes(word))
  if (row < 0) throw new RangeError(`"${word}" is not one of ${vocabulary.flat().join(", ")}`)
  return [lows[row]!, highs[vocabulary[row]!.indexOf(word)]!]
}

const pauseMillis = 120

/** In milliseconds, without the pause after it. */
export const durationOf = (word: string): number => Math.max(240, word.length * 70)

const samplesOf = (millis: number, sampleRate: number): number => Math.round(millis * sampleRate / 1_000)

/** Neither a click at the beginning nor at the end. */
const fadeMillis = 10

const wordOf = (word: string, sampleRate: number): Int16Array => {
  const length = samplesOf(durationOf(word), sampleRate)
  const [low, high] = tonesOf(word).map((hertz) => tone(hertz, sampleRate, length))
  const fade = samplesOf(fadeMillis, sampleRate)
  return Int16Array.from(
    { length },
    (_, index) => Math.round((low![index]! + high![index]!) / 2 * Math.min(1, index / fade, (length - index) / fade))
  )
}

/** Of mono sound. The text is words of the language, with a blank between two. */
export const say = (text: string, sampleRate: number): Int16Array => {
  const pause = new Int16Array(samplesOf(pauseMillis, sampleRate))
  const parts = text.split(" ").flatMap((word) => [wordOf(word, sampleRate), pause])
  const samples = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    samples.set(part, at)
    at += part.length
  }
  return samples
}

/** What is judged at once, and how much of it makes a word, or a pause. A lost packet makes a pause of 20 ms. */
const windowMillis = 10
const shortestWord = 6
const shortestPause = 6

/** RMS, of 32,767. */
const quiet = 300

const isLoud = (samples: Int16Array): boolean =>
  samples.reduce((sum, sample) => sum + sample * sample, 0) > samples.length * quiet ** 2

/** The tone that is at least twice as strong as each other one. */
const strongest = (samples: Int16Array, tones: ReadonlyArray<number>, sampleRate: number): number | undefined => {
  const amplitudes = tones.map((hertz) => amplitudeOf(samples, hertz, sampleRate))
  const [first, second] = amplitudes.toSorted((one, other) => other - one)
  return first! >= 2 * second! ? amplitudes.indexOf(first!) : undefined
}

/** The words of mono sound. One that is not in the language is `?`. */
export const recognise = (samples: Int16Array, sampleRate: number): string => {
  const size = samplesOf(windowMillis, sampleRate)
  const words: Array<string> = []
  let begin: number | undefined
  let end = 0
  const finish = () => {
    if (begin === undefined) return
    const sound = samples.subarray(begin, end)
    begin = undefined
    if (sound.length < shortestWord * size) return
    const row = strongest(sound, lows, sampleRate)
    const column = strongest(sound, highs, sampleRate)
    words.push(row === undefined || column === undefined ? "?" : vocabulary[row]![column]!)
  }
  for (let at = 0; at + size <= samples.length; at += size) {
    if (isLoud(samples.subarray(at, at + size))) {
      begin ??= at
      end = at + size
    } else if (at - end >= shortestPause * size) finish()
  }
  finish()
  return words.join(" ")
}
