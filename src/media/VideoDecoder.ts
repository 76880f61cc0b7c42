/**
 * The decoder of one video track. Its shape is that of WebCodecs' `VideoDecoder`, so that one can take its place.
 *
 * @stability stable
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { DecodeError } from "./CodecError.ts"

/**
 * One frame of a video as its codec encoded it: in VP8 and VP9 one picture, with all its spatial layers; in H.264 an
 * access unit as a byte stream (ITU-T H.264, annex B), whose key frames begin with the parameter sets.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface EncodedVideo {
  readonly type: "key" | "delta"
  /** In microseconds; only their order counts. */
  readonly timestamp: number
  /** Not empty. */
  readonly data: Uint8Array
}

/**
 * A picture in the format I420: the plane of Y with `width * height` bytes, then those of U and V with half the width and half
 * the height, rounded up. No row has padding.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Picture {
  /** In pixels. */
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/**
 * Of one track: a decoder keeps the pictures that later frames refer to.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface VideoDecoder {
  /** The pictures that this frame completes: usually one. After an error the next frame has to be a key frame. */
  readonly decode: (frame: EncodedVideo) => Effect.Effect<ReadonlyArray<Picture>, DecodeError>
}
