/**
 * The port to voice activity detection, and its layer: whether a frame of sound has speech.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Arguments from "../internal/Arguments.ts"
import type { SampleRate } from "./AudioCoder.ts"
import * as FvadDetector from "./internal/FvadDetector.ts"
import * as FvadLibrary from "./internal/FvadLibrary.ts"
import { sampleRates } from "./internal/SampleRates.ts"
import type { MissingPackageError } from "./MissingPackageError.ts"

/**
 * Of one track: a detector adapts to the noise of what it has heard.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface VoiceDetector {
  /**
   * Whether the next frame has speech. A frame is 10, 20 or 30 ms of mono samples; another length is a defect. Give every
   * frame, also silence.
   */
  readonly isSpeech: (samples: Int16Array) => Effect.Effect<boolean>
}

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface VadOptions {
  /**
   * WebRTC's mode: from 0, which takes more noise for speech, to 3, which takes more speech for noise. Default 2.
   */
  readonly mode?: 0 | 1 | 2 | 3 | undefined
}

const args = Arguments.forService("Vad")

const make = ({ mode = 2 }: VadOptions = {}): Effect.Effect<Vad["Service"], MissingPackageError> =>
  Effect.suspend(() => {
    args.choice("mode", [0, 1, 2, 3], mode)
    return Effect.map(FvadLibrary.load, (library) =>
      Vad.of({
        detector: (sampleRate) =>
          Effect.suspend(() => {
            args.choice("sampleRate", sampleRates, sampleRate)
            return Effect.map(FvadDetector.make(library, mode, sampleRate), (isSpeech): VoiceDetector => ({
              isSpeech: (samples) => Effect.sync(() => isSpeech(samples))
            }))
          })
      }))
  })

/**
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class Vad extends Context.Service<Vad, {
  /** A detector for the sound of one track. Freed when the scope closes: its use after that is a defect. */
  readonly detector: (sampleRate: SampleRate) => Effect.Effect<VoiceDetector, never, Scope.Scope>
}>()("effect-track-resolver/media/Vad") {
  /**
   * WebRTC's detection, from the package `@echogarden/fvad-wasm`. At 24 kHz a filter converts to 8 kHz, which is what the
   * detection uses at any sample rate.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layer = (options?: VadOptions): Layer.Layer<Vad, MissingPackageError> =>
    Layer.effect(Vad, make(options))
}
