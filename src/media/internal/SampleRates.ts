/**
 * All sample rates of codecs and of voice detection, from the lowest. Pure.
 */
import type { SampleRate } from "../AudioCoder.ts"

export const sampleRates: ReadonlyArray<SampleRate> = [8_000, 16_000, 24_000, 48_000]
