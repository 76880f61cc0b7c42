/**
 * A decoder and an encoder of PCMU or PCMA.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AudioDecoder, AudioEncoder, SampleRate } from "../AudioCoder.ts"
import { DecodeError } from "../CodecError.ts"
import * as G711 from "./G711.ts"
import * as RateConversion from "./RateConversion.ts"

export const decoder = (codec: string, law: G711.Law, sampleRate: SampleRate): AudioDecoder => {
  const interpolate = RateConversion.interpolator(sampleRate / G711.clockRate)
  const malformed = (detail: string) => Result.fail(new DecodeError({ codec, detail }))
  const durationOf = ({ length }: Uint8Array): Result.Result<number, DecodeError> => {
    if (length === 0) return malformed("it is empty")
    return length > G711.longestPayload ? malformed("it is longer than 200 ms") : Result.succeed(length)
  }
  return {
    durationOf: (payload) => Effect.fromResult(durationOf(payload)),
    decode: (payload) =>
      Effect.suspend(() => Effect.fromResult(Result.map(durationOf(payload), () => interpolate(law.decode(payload)))))
  }
}

export const encoder = (law: G711.Law, sampleRate: SampleRate): AudioEncoder => {
  const decimate = RateConversion.decimator(sampleRate / G711.clockRate)
  return { encode: (samples) => Effect.sync(() => law.encode(decimate(samples))) }
}
