/**
 * Pictures in a file: the encoded frames of the tracks, from a key frame on.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Codec, RtpPacket } from "../../edge/PeerConnection.ts"
import { UnsupportedCodecError } from "../CodecError.ts"
import { EncodedFrames } from "./EncodedFrames.ts"
import type { MediabunnyLibrary } from "./MediabunnyLibrary.ts"
import * as MediaFile from "./MediaFile.ts"
import * as PictureSize from "./PictureSize.ts"
import type { Medium } from "./Recording.ts"
import { VideoFileTimeline } from "./VideoFileTimeline.ts"

/** Of a file whose first frame announces no size. In pixels. */
const anySize = { width: 16, height: 16 }

/** A frame of a peer may announce no pixels. */
const sizeOf = ({ name }: Codec, frame: Uint8Array): PictureSize.Size => {
  const size = PictureSize.announced(name, frame)
  return size !== undefined && size.width > 0 && size.height > 0 ? size : anySize
}

/** `startsAt` in milliseconds. */
export const make = (library: MediabunnyLibrary, startsAt: number | undefined): Effect.Effect<Medium> =>
  Effect.map(Clock.currentTimeMillis, (begunAt) => {
    const timeline = new VideoFileTimeline(begunAt, startsAt)
    /** Of the first frame: a file has one codec. */
    let fileCodec: MediaFile.VideoCodec | undefined
    let size: PictureSize.Size | undefined

    const codecOf = ({ name }: Codec): Effect.Effect<MediaFile.VideoCodec, UnsupportedCodecError> => {
      const codec = MediaFile.videoCodecOf(name)
      if (codec !== undefined && codec === (fileCodec ?? codec)) return Effect.succeed(codec)
      const detail = codec === undefined ? "only VP8 and VP9 can be recorded" : `the file has ${fileCodec}`
      return Effect.fail(new UnsupportedCodecError({ codec: name, detail }))
    }

    const packetsOf: Medium["packetsOf"] = (track) => {
      const frames = new EncodedFrames(track)
      timeline.restart()
      const open = Effect.fnUntraced(function*(
        packet: RtpPacket
      ): Effect.fn.Return<ReadonlyArray<MediaFile.Packet>, UnsupportedCodecError> {
        const codec = yield* frames.codecOf(packet)
        if (codec === undefined) return []
        fileCodec = yield* codecOf(codec)
        const packets = frames.add(packet, codec).map((frame): MediaFile.Packet => {
          size ??= sizeOf(codec, frame.data)
          return { payload: frame.data, time: timeline.add(frame) / 1_000, duration: 0, isKey: frame.isKey }
        })
        yield* frames.requestKeyFrame
        return packets
      })
      return Stream.unwrap(Effect.as(
        Effect.forkScoped(frames.keepRequesting, { startImmediately: true }),
        Stream.flattenIterable(Stream.mapEffect(track.rtp, open))
      ))
    }

    return {
      packetsOf,
      rest: () => [],
      open: Effect.suspend(() => MediaFile.openVideo(library, fileCodec ?? "vp8", size ?? anySize)),
      times: () => ({ startsAt: timeline.startsAt, duration: timeline.duration, silence: 0 })
    }
  })
