/**
 * A detector of WebRTC's voice activity detection, which lives as long as its scope.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Arguments from "../../internal/Arguments.ts"
import type { SampleRate } from "../AudioCoder.ts"
import type { FvadLibrary } from "./FvadLibrary.ts"
import * as RateConversion from "./RateConversion.ts"
import * as UntilClosed from "./UntilClosed.ts"

/** In milliseconds. */
const frameDurations = [10, 20, 30]

/** The detector knows neither 24 kHz nor, inside, more than 8 kHz. */
const detectionRate = (sampleRate: SampleRate): number => sampleRate === 24_000 ? 8_000 : sampleRate

interface Native {
  readonly detector: number
  readonly input: number
}

export const make = (
  library: FvadLibrary,
  mode: number,
  sampleRate: SampleRate
): Effect.Effect<(samples: Int16Array) => boolean, never, Scope.Scope> => {
  const rate = detectionRate(sampleRate)
  const lengths = frameDurations.map((duration) => duration * sampleRate / 1_000)
  const open = (): Native => {
    const detector = library._fvad_new()
    const input = library._malloc(Int16Array.BYTES_PER_ELEMENT * Math.max(...lengths))
    if (detector === 0 || input === 0) throw new Error("there is no memory for another voice detector")
    library._fvad_set_mode(detector, mode)
    library._fvad_set_sample_rate(detector, rate)
    return { detector, input }
  }
  const free = ({ detector, input }: Native): void => {
    library._fvad_free(detector)
    library._free(input)
  }
  const toDetectionRate = RateConversion.decimator(sampleRate / rate)
  return Effect.map(UntilClosed.make("voice detector", open, free), (current) => (samples) => {
    if (!(samples instanceof Int16Array && lengths.includes(samples.length))) {
      throw Arguments.error("Vad", "samples", `an Int16Array of ${lengths.join(", ")} samples`, samples)
    }
    const { detector, input } = current()
    const converted = toDetectionRate(samples)
    library.HEAP16.set(converted, input / Int16Array.BYTES_PER_ELEMENT)
    return library._fvad_process(detector, input, converted.length) === 1
  })
}
