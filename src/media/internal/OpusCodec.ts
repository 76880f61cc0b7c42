/**
 * A decoder and an encoder of Opus, which live as long as their scope.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { AudioDecoder, AudioEncoder, SampleRate } from "../AudioCoder.ts"
import { DecodeError } from "../CodecError.ts"
import type { OpusDecoder, OpusEncoder, OpusLibrary } from "./OpusLibrary.ts"
import * as OpusPacket from "./OpusPacket.ts"
import * as UntilClosed from "./UntilClosed.ts"

const malformed = (detail: string): DecodeError => new DecodeError({ codec: "opus", detail })

const untilClosed = <A extends OpusDecoder | OpusEncoder>(open: () => A): Effect.Effect<() => A, never, Scope.Scope> =>
  UntilClosed.make("Opus codec", open, (codec) => codec.drop?.())

export const decoder = (
  { Decoder }: OpusLibrary,
  sampleRate: SampleRate
): Effect.Effect<AudioDecoder, never, Scope.Scope> =>
  Effect.map(untilClosed(() => new Decoder({ channels: 1, sample_rate: sampleRate })), (current) => {
    const durationOf = (payload: Uint8Array): Result.Result<number, DecodeError> =>
      Result.mapError(OpusPacket.durationOf(payload), malformed)
    const decode = (payload: Uint8Array): Effect.Effect<Int16Array, DecodeError> => {
      const library = current()
      const duration = durationOf(payload)
      if (Result.isFailure(duration)) return Effect.fail(duration.failure)
      return Effect.flatMap(
        Effect.try({
          try: () => library.decode(payload),
          catch: (cause) => malformed(`libopus says ${String(cause)}`)
        }),
        ({ buffer, byteLength, byteOffset }) => {
          const samples = new Int16Array(buffer, byteOffset, byteLength / 2)
          return samples.length * OpusPacket.clockRate === duration.success * sampleRate
            ? Effect.succeed(samples)
            : Effect.fail(malformed(`libopus decoded ${samples.length} samples from ${duration.success} ticks`))
        }
      )
    }
    return {
      durationOf: (payload) => Effect.fromResult(durationOf(payload)),
      decode: (payload) => Effect.suspend(() => decode(payload))
    }
  })

/** Requests of `opus_encoder_ctl`. */
const setBitrate = 4002
const setDtx = 4016

export const encoder = (
  { Encoder }: OpusLibrary,
  sampleRate: SampleRate,
  bitrate: number
): Effect.Effect<AudioEncoder, never, Scope.Scope> => {
  const make = (): OpusEncoder => {
    const encoder = new Encoder({ channels: 1, sample_rate: sampleRate, application: "voip" })
    encoder.ctl(setBitrate, bitrate)
    // Packets go on in silence: receivers then see that the sender is there.
    encoder.ctl(setDtx, 0)
    return encoder
  }
  return Effect.map(untilClosed(make), (current) => ({
    encode: ({ buffer, byteLength, byteOffset }) =>
      Effect.sync(() => current().encode(new Uint8Array(buffer, byteOffset, byteLength)))
  }))
}
