/** Packets of libopus, made by the package itself and not by the code under test. */
import { createRequire } from "node:module"
import { tone } from "../support/sound.ts"

interface RawEncoder {
  encode(samples: Uint8Array): Uint8Array
  ctl(request: number, value: number): number
}
interface RawDecoder {
  decode(packet: Uint8Array): Uint8Array
}
interface Library {
  readonly Encoder: new(options: {
    readonly channels: 1 | 2
    readonly sample_rate: number
    readonly application: "voip" | "audio" | "restricted_lowdelay"
  }) => RawEncoder
  readonly Decoder: new(options: { readonly channels: 1 | 2; readonly sample_rate: number }) => RawDecoder
}

export const library = createRequire(import.meta.url)("@evan/opus") as Library

export const applications = ["voip", "audio", "restricted_lowdelay"] as const

/** In milliseconds. */
export const durations = [2.5, 5, 10, 20, 40, 60, 80, 100, 120]

export const bytesOf = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)

/** `count` packets of `milliseconds` each, of a tone of 440 Hz at 48 kHz. */
export const packets = (
  milliseconds: number,
  count: number,
  application: (typeof applications)[number] = "voip",
  channels: 1 | 2 = 1
): ReadonlyArray<Uint8Array> => {
  const encoder = new library.Encoder({ channels, sample_rate: 48_000, application })
  const length = milliseconds * 48
  const samples = tone(440, 48_000, length * count, channels)
  return Array.from(
    { length: count },
    (_, at) => encoder.encode(bytesOf(samples.slice(at * length * channels, (at + 1) * length * channels)))
  )
}

export const concatenate = (parts: ReadonlyArray<Int16Array>): Int16Array =>
  Int16Array.from(parts.flatMap((part) => Array.from(part)))
