/**
 * Generates tones and colours to publish, and measures them in decoded media. Pure.
 */
import { amplitudeOf } from "../../../../test/support/sound.ts"

/** In hertz. None is a multiple of another, so that a distorted tone is not taken for another one. */
export const tones = [440, 740, 1_180, 1_900] as const

export type Tone = typeof tones[number]

/** In YUV. */
export const colours = {
  red: [81, 90, 240],
  green: [145, 54, 34],
  blue: [41, 240, 110],
  white: [235, 128, 128]
} as const

export type Colour = keyof typeof colours

export const sampleRate = 48_000

const amplitude = 8_000

/** Root mean square of a sample below which it counts as silence. */
const audible = 200

/** The share of the energy from which a tone counts as present. */
const share = 0.1

/** The samples from `start` on. */
export const sine = (tone: Tone, start: number, count: number): Int16Array =>
  Int16Array.from({ length: count }, (_, at) => amplitude * Math.sin(2 * Math.PI * tone * (start + at) / sampleRate))

/** In seconds. Long enough to separate the tones, and short enough that few pieces have a jump of the phase in them. */
const piece = 0.02

/** The energy at one frequency. Of each piece alone: in a longer one, a tone that starts or jumps cancels itself out. */
const energyAt = (frequency: number, samples: Int16Array, rate: number): number => {
  const length = rate * piece
  let energy = 0
  for (let at = 0; at < samples.length; at += length) {
    const part = samples.subarray(at, at + length)
    energy += amplitudeOf(part, frequency, rate) ** 2 * part.length / 2
  }
  return energy
}

/** The tones that are present; undefined if the samples are silent. */
export const tonesOf = (samples: Int16Array, rate: number): ReadonlyArray<Tone> | undefined => {
  const energy = samples.reduce((sum, sample) => sum + sample ** 2, 0)
  if (Math.sqrt(energy / samples.length) < audible) return undefined
  return tones.filter((tone) => energyAt(tone, samples, rate) > share * energy)
}

/** I420: a plane of Y, then planes of U and V with half the width and height. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const planes = ({ height, width }: Pick<Picture, "height" | "width">): ReadonlyArray<readonly [number, number]> => {
  const luma = width * height
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2)
  return [[0, luma], [luma, luma + chroma], [luma + chroma, luma + 2 * chroma]]
}

export const paint = (colour: Colour, width: number, height: number): Picture => {
  const data = new Uint8Array(planes({ width, height })[2]![1])
  planes({ width, height }).forEach(([from, to], plane) => data.fill(colours[colour][plane]!, from, to))
  return { width, height, data }
}

/** The accepted difference between a plane's mean and its colour. */
const tolerance = 12

/** The colour whose planes equal the means of the picture; undefined if there is none. */
export const colourOf = (picture: Picture): Colour | undefined => {
  const means = planes(picture).map(([from, to]) =>
    picture.data.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from)
  )
  const names: ReadonlyArray<Colour> = ["red", "green", "blue", "white"]
  return names.find((name) => means.every((mean, plane) => Math.abs(mean - colours[name][plane]!) <= tolerance))
}
