/**
 * Which codec an m-line's codec is, and the checks of arguments that all codecs share.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { RtpCodec } from "../../edge/PeerConnection.ts"
import * as Arguments from "../../internal/Arguments.ts"
import type { AudioDecoder, AudioEncoder, EncoderOptions, SampleRate } from "../AudioCoder.ts"
import { UnsupportedCodecError } from "../CodecError.ts"
import * as G711 from "./G711.ts"
import * as G711Codec from "./G711Codec.ts"
import * as OpusCodec from "./OpusCodec.ts"
import type { Loading, OpusLibrary } from "./OpusLibrary.ts"
import * as OpusPacket from "./OpusPacket.ts"
import { sampleRates } from "./SampleRates.ts"

const lowestBitrate = 6_000
const highestBitrate = 510_000
const defaultBitrate = 32_000

const args = Arguments.forService("AudioCodecs")

const wrong = (argument: string, expected: string, value: unknown): TypeError =>
  Arguments.error("AudioCodecs", argument, expected, value)

const checkSampleRate = (sampleRate: SampleRate): SampleRate => args.choice("sampleRate", sampleRates, sampleRate)

const checkBitrate = (bitrate: number): void => {
  if (!(bitrate >= lowestBitrate && bitrate <= highestBitrate)) {
    throw wrong("bitrate", `from ${lowestBitrate} to ${highestBitrate}`, bitrate)
  }
}

const checkCodec = (codec: RtpCodec): void => {
  args.object("codec", codec)
  args.text("codec.name", codec.name)
}

/** A frame is 20 ms: libopus would take others, and the RTP time would be wrong. */
const onlyFrames = (sampleRate: SampleRate, encoder: AudioEncoder): AudioEncoder => ({
  encode: (samples) =>
    Effect.suspend(() => {
      if (samples instanceof Int16Array && samples.length === sampleRate / 50) return encoder.encode(samples)
      throw wrong("samples", `an Int16Array of ${sampleRate / 50} samples, 20 ms`, samples)
    })
})

type Known = { readonly _tag: "Opus" } | { readonly _tag: "G711"; readonly law: G711.Law }

/** SDP's names are case-insensitive (RFC 8866, section 6.6). Opus is always signalled with two channels (RFC 7587, section 7). */
const known = ({ channels = 1, clockRate, name }: RtpCodec): Result.Result<Known, UnsupportedCodecError> => {
  const unsupported = (detail: string) => Result.fail(new UnsupportedCodecError({ codec: name, detail }))
  const checked = (known: Known, rate: number, mostChannels: number): Result.Result<Known, UnsupportedCodecError> => {
    if (clockRate !== rate) return unsupported(`its clock rate is ${clockRate}, and not ${rate}`)
    return channels <= mostChannels ? Result.succeed(known) : unsupported(`it has ${channels} channels`)
  }
  switch (name.toLowerCase()) {
    case "opus":
      return checked({ _tag: "Opus" }, OpusPacket.clockRate, 2)
    case "pcmu":
      return checked({ _tag: "G711", law: G711.muLaw }, G711.clockRate, 1)
    case "pcma":
      return checked({ _tag: "G711", law: G711.aLaw }, G711.clockRate, 1)
    default:
      return unsupported("only opus, PCMU and PCMA are known")
  }
}

export const isOpus = (codec: RtpCodec): boolean => {
  const found = known(codec)
  return Result.isSuccess(found) && found.success._tag === "Opus"
}

/**
 * Loads libopus now, so that no decoder waits for it later. Without it there is still G.711: only the use of Opus fails.
 */
export const make = (loading: Loading) =>
  Effect.map(Effect.result(loading), (loaded) => {
    const opus: Effect.Effect<OpusLibrary, UnsupportedCodecError> = Effect.fromResult(
      Result.mapError(loaded, ({ message }) => new UnsupportedCodecError({ codec: "opus", detail: message }))
    )
    return {
      decoder: (codec: RtpCodec, sampleRate: SampleRate) =>
        Effect.suspend(() => {
          checkCodec(codec)
          checkSampleRate(sampleRate)
          return Effect.flatMap(
            Effect.fromResult(known(codec)),
            (found): Effect.Effect<AudioDecoder, UnsupportedCodecError, Scope.Scope> =>
              found._tag === "Opus"
                ? Effect.flatMap(opus, (library) => OpusCodec.decoder(library, sampleRate))
                : Effect.succeed(G711Codec.decoder(codec.name, found.law, sampleRate))
          )
        }),
      encoder: (codec: RtpCodec, options: EncoderOptions) =>
        Effect.suspend(() => {
          checkCodec(codec)
          const { bitrate = defaultBitrate, sampleRate } = args.object("options", options)
          checkSampleRate(sampleRate)
          checkBitrate(bitrate)
          const encoder = Effect.flatMap(
            Effect.fromResult(known(codec)),
            (found): Effect.Effect<AudioEncoder, UnsupportedCodecError, Scope.Scope> =>
              found._tag === "Opus"
                ? Effect.flatMap(opus, (library) => OpusCodec.encoder(library, sampleRate, bitrate))
                : Effect.succeed(G711Codec.encoder(found.law, sampleRate))
          )
          return Effect.map(encoder, (encoder) => onlyFrames(sampleRate, encoder))
        })
    }
  })
