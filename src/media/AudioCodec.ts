/**
 * The port to audio codecs, and its layers: decoders and encoders of one track each.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { RtpCodec } from "../edge/PeerConnection.ts"
import type { AudioDecoder, AudioEncoder, EncoderOptions, SampleRate } from "./AudioCoder.ts"
import type { UnsupportedCodecError } from "./CodecError.ts"
import * as CodecChoice from "./internal/CodecChoice.ts"
import * as OpusLibrary from "./internal/OpusLibrary.ts"

export * from "./AudioCoder.ts"
export * from "./CodecError.ts"

/**
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class AudioCodecs extends Context.Service<AudioCodecs, {
  /** A decoder to `sampleRate`. Freed when the scope closes: its use after that is a defect. */
  readonly decoder: (
    codec: RtpCodec,
    sampleRate: SampleRate
  ) => Effect.Effect<AudioDecoder, UnsupportedCodecError, Scope.Scope>
  /** Freed when the scope closes: its use after that is a defect. */
  readonly encoder: (
    codec: RtpCodec,
    options: EncoderOptions
  ) => Effect.Effect<AudioEncoder, UnsupportedCodecError, Scope.Scope>
}>()("effect-track-resolver/media/AudioCodec/AudioCodecs") {
  /**
   * - Opus by libopus, from the package `@evan/opus`: its native addon, or its WASM where the addon does not load. If the
   *   package is not installed, a decoder and an encoder of Opus fail with `UnsupportedCodecError`, which names it. The
   *   encoder is made for speech (`voip`), with a variable bitrate, without DTX and without FEC.
   * - PCMU and PCMA (G.711) without a package. At another sample rate than 8,000 a filter converts, and delays by 2 ms.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<AudioCodecs> = Layer.effect(AudioCodecs, CodecChoice.make(OpusLibrary.native))

  /**
   * As `layer`, with the WASM of `@evan/opus` everywhere. It takes two to three times the time, and its memory is freed when
   * the scope closes, not when V8 collects it.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layerWasm: Layer.Layer<AudioCodecs> = Layer.effect(AudioCodecs, CodecChoice.make(OpusLibrary.wasm))
}
