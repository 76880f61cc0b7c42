/**
 * The port to video codecs, and its layer.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { RtpCodec } from "../edge/PeerConnection.ts"
import type { UnsupportedCodecError } from "./CodecError.ts"
import * as LibavDecoder from "./internal/LibavDecoder.ts"
import type { VideoDecoder } from "./VideoDecoder.ts"

export * from "./VideoDecoder.ts"

/**
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class VideoCodecs extends Context.Service<VideoCodecs, {
  /** Freed when the scope closes. */
  readonly decoder: (codec: RtpCodec) => Effect.Effect<VideoDecoder, UnsupportedCodecError, Scope.Scope>
}>()("effect-track-resolver/media/VideoCodec/VideoCodecs") {
  /**
   * VP8 and VP9 by FFmpeg and libvpx in WebAssembly, from the package `@libav.js/variant-webm-vp9` (LGPL-2.1). Decodes on the
   * thread that calls it: a picture of 640 by 480 pixels takes about 5 ms (VP8) or 10 ms (VP9). The first decoder loads the
   * package; if it is not installed, the decoder fails with `UnsupportedCodecError`, which names it.
   *
   * A picture of more than 4,096 by 2,304 pixels fails with `DecodeError` before memory is allocated for it: a few bytes can
   * announce 400 MB.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<VideoCodecs> = Layer.effect(VideoCodecs, LibavDecoder.make)
}
