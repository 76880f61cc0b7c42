/**
 * Pictures of a video track.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Codec, RtpPacket, RtpVideoOrientation } from "../edge/PeerConnection.ts"
import type { RemoteTrack } from "../edge/RemoteTrack.ts"
import * as Arguments from "../internal/Arguments.ts"
import type { DecodeError, UnsupportedCodecError } from "./CodecError.ts"
import { EncodedFrames } from "./internal/EncodedFrames.ts"
import * as Pixels from "./internal/Pixels.ts"
import * as TrackDecoders from "./internal/TrackDecoders.ts"
import type { EncodedFrame } from "./internal/VideoAssembler.ts"
import type { Picture, VideoDecoder } from "./VideoCodec.ts"
import { VideoCodecs } from "./VideoCodec.ts"

const args = Arguments.forService("Frames")

/**
 * How the bytes of a frame are laid out: as `Picture` says, or four bytes a pixel, row by row.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type PixelFormat = "I420" | "RGBA"

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface FramesOptions {
  /** The highest number of frames a second. Default: each one that is decoded. */
  readonly fps?: number | undefined
  readonly format: PixelFormat
  /**
   * In pixels. A larger picture is made smaller until it fits, and keeps its shape. To receive smaller pictures at all, give
   * the size to `StreamEdge.subscribe`.
   */
  readonly size?: { readonly width: number; readonly height: number } | undefined
}

/**
 * A decoded frame.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface VideoFrame extends Picture {
  readonly format: PixelFormat
  /** 32 bits, in units of 90,000 Hz. */
  readonly rtpTimestamp: number
  /** When its last packet arrived, in milliseconds of the `Clock`. */
  readonly receivedAt: number
  /** How to show it: the picture is as the camera gave it. `undefined` if the sender has not said. */
  readonly orientation: RtpVideoOrientation | undefined
}

/** How long nothing but errors may come from the decoder, in milliseconds. */
const longestFailure = 5_000

interface Decoded {
  readonly frame: EncodedFrame
  readonly picture: Picture
  readonly orientation: RtpVideoOrientation | undefined
}

/** Decodes the packets of a track. */
class TrackDecoder {
  readonly frames: EncodedFrames
  private orientation: RtpVideoOrientation | undefined
  /** Of the first error after the last picture. */
  private failingSince: number | undefined
  private readonly decoderOf: (codec: Codec) => Effect.Effect<VideoDecoder, UnsupportedCodecError>

  constructor(track: RemoteTrack, decoderOf: (codec: Codec) => Effect.Effect<VideoDecoder, UnsupportedCodecError>) {
    this.frames = new EncodedFrames(track)
    this.decoderOf = decoderOf
  }

  /** The pictures that a packet completes. Packets of formats that are not a codec of the track are skipped. */
  readonly decode: (packet: RtpPacket) => Effect.Effect<ReadonlyArray<Decoded>, DecodeError | UnsupportedCodecError> =
    Effect.fnUntraced({ self: this }, function*(packet) {
      const codec = yield* this.frames.codecOf(packet)
      if (codec === undefined) return []
      const decoder = yield* this.decoderOf(codec)
      const decoded: Array<Decoded> = []
      for (const frame of this.frames.add(packet, codec)) {
        this.orientation = frame.orientation ?? this.orientation
        const pictures = yield* this.picturesOf(decoder, frame)
        for (const picture of pictures) decoded.push({ frame, picture, orientation: this.orientation })
      }
      yield* this.frames.requestKeyFrame
      return decoded
    })

  /** A frame that cannot be decoded is skipped, with all that follow until the next key frame. */
  private picturesOf(decoder: VideoDecoder, frame: EncodedFrame): Effect.Effect<ReadonlyArray<Picture>, DecodeError> {
    const { data, isKey, receivedAt, timestamp } = frame
    if (this.frames.needsKeyFrame && !isKey) return Effect.succeed([])
    const encoded = { type: isKey ? "key" : "delta", timestamp: Math.round(timestamp * 100 / 9), data } as const
    return decoder.decode(encoded).pipe(
      Effect.tap(() => Effect.sync(() => this.failingSince = undefined)),
      Effect.catch((error) => {
        this.frames.restart()
        this.failingSince ??= receivedAt
        return receivedAt - this.failingSince > longestFailure ? Effect.fail(error) : Effect.succeed([])
      })
    )
  }
}

const convert = ({ frame, orientation, picture }: Decoded, { format, size }: FramesOptions): VideoFrame => {
  const fitting = size === undefined ? picture : Pixels.fit(picture, size)
  return {
    format,
    width: fitting.width,
    height: fitting.height,
    data: format === "RGBA" ? Pixels.toRgba(fitting) : fitting.data,
    rtpTimestamp: frame.timestamp,
    receivedAt: frame.receivedAt,
    orientation
  }
}

/**
 * The pictures of a video track. A consumer that is slow gets the newest one: the others are skipped, and converted neither.
 *
 * Every frame is decoded, also with a low `fps`, because the next ones refer to it. Nothing is decoded as long as nobody
 * consumes the stream, and each consumer has a decoder of its own.
 *
 * Requests a key frame at the beginning, after a loss that no retransmission has mended within 250 ms, and after an error of
 * the decoder; again every second until one has come. A frame that cannot be decoded is skipped. Fails with the `DecodeError`
 * if nothing else has come for five seconds, and with `UnsupportedCodecError` at the first packet of a codec that is not
 * decoded. Ends with `TrackRemoved`.
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const stream = (
  track: RemoteTrack,
  options: FramesOptions
): Stream.Stream<VideoFrame, DecodeError | UnsupportedCodecError, VideoCodecs> =>
  Stream.unwrap(Effect.gen(function*() {
    args.choice("format", ["I420", "RGBA"], options.format)
    const interval = options.fps === undefined ? 0 : 1_000 / args.count("fps", options.fps, Number.MIN_VALUE)
    if (options.size !== undefined) args.size("size", options.size)
    const codecs = yield* VideoCodecs
    const decoder = new TrackDecoder(track, yield* TrackDecoders.make((codec) => codecs.decoder(codec)))
    yield* Effect.forkScoped(decoder.frames.keepRequesting, { startImmediately: true })
    /** The earliest time of the next frame. */
    let due = -Infinity
    const isDue = ({ frame: { receivedAt } }: Decoded): boolean => {
      if (receivedAt < due) return false
      due = receivedAt - due < interval ? due + interval : receivedAt + interval
      return true
    }
    return track.rtp.pipe(
      Stream.mapEffect(decoder.decode),
      Stream.flattenIterable,
      Stream.filter(isDue),
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.map((decoded) => convert(decoded, options))
    )
  }))
