/**
 * A decoder and an encoder of the sound of one track.
 *
 * Samples are 16-bit signed integers, mono.
 *
 * @stability stable
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { DecodeError } from "./CodecError.ts"

/**
 * Samples per second. Opus decodes to each of them and encodes from each of them (RFC 6716, section 2), without resampling.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type SampleRate = 8_000 | 16_000 | 24_000 | 48_000

/**
 * Of one track: a decoder keeps state from packet to packet. It neither conceals lost packets nor decodes the redundancy of
 * Opus (FEC): no package for Node does so correctly. Fill a gap with silence of its duration.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface AudioDecoder {
  /**
   * How long the audio of a payload is, in units of the codec's clock rate: of Opus 48,000 a second (RFC 7587, section 4.1),
   * of PCMU and PCMA 8,000. Checks the lengths inside of the payload, decodes nothing, and changes no state.
   */
  readonly durationOf: (payload: Uint8Array) => Effect.Effect<number, DecodeError>
  /**
   * The samples of the next payload: exactly `duration * sampleRate / clockRate`. Stereo is mixed to mono. The array is the
   * caller's: no later call changes it.
   */
  readonly decode: (payload: Uint8Array) => Effect.Effect<Int16Array, DecodeError>
}

/**
 * Of one track: an encoder keeps state from frame to frame.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface AudioEncoder {
  /**
   * The payload of a frame of 20 ms, which is `sampleRate / 50` samples. Another number of samples is a defect. The array is
   * the caller's: no later call changes it.
   */
  readonly encode: (samples: Int16Array) => Effect.Effect<Uint8Array>
}

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface EncoderOptions {
  readonly sampleRate: SampleRate
  /** In bits per second, from 6,000 to 510,000 (RFC 6716, section 2.1.1). Only Opus has a choice. Default 32,000. */
  readonly bitrate?: number | undefined
}
