/**
 * The encoded frames of a video track, in the order of decoding, and the requests of key frames: one at the beginning, and
 * whenever the next frames refer to one that is missing.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Codec, RtpPacket } from "../../edge/PeerConnection.ts"
import type { RemoteTrack } from "../../edge/RemoteTrack.ts"
import { UnsupportedCodecError } from "../CodecError.ts"
import * as VideoAssembler from "./VideoAssembler.ts"

/** Between two requests of a key frame, in milliseconds. */
const requestInterval = 1_000

export class EncodedFrames {
  private codec: Codec | undefined
  private assembler: VideoAssembler.VideoAssembler | undefined
  private requestedAt = -Infinity
  private readonly track: RemoteTrack

  constructor(track: RemoteTrack) {
    this.track = track
  }

  /** No frame can be decoded before the next key frame. */
  get needsKeyFrame(): boolean {
    return this.assembler === undefined || this.assembler.needsKeyFrame
  }

  /** The codec of a packet. `undefined` for a packet of another format, which is no video. */
  codecOf({ payloadType }: RtpPacket): Effect.Effect<Codec | undefined, UnsupportedCodecError> {
    const codec = this.track.codecs.find((codec) => codec.payloadType === payloadType)
    return codec === undefined || VideoAssembler.isKnown(codec.name)
      ? Effect.succeed(codec)
      : Effect.fail(
        new UnsupportedCodecError({ codec: codec.name, detail: "its RTP payload format is not known here" })
      )
  }

  /** The frames that this packet completes. `codec` is that of the packet. */
  add(packet: RtpPacket, codec: Codec): ReadonlyArray<VideoAssembler.EncodedFrame> {
    if (codec !== this.codec || this.assembler === undefined) {
      this.codec = codec
      this.assembler = new VideoAssembler.VideoAssembler(codec.name)
    }
    return this.assembler.add(packet)
  }

  /** The next frame that counts is a key frame. */
  restart(): void {
    this.assembler?.restart()
  }

  /** Requests a key frame if one is needed and the last request is old enough. */
  readonly requestKeyFrame: Effect.Effect<void> = Effect.suspend(() => {
    if (!this.needsKeyFrame) return Effect.void
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (now - this.requestedAt < requestInterval) return Effect.void
      this.requestedAt = now
      return this.track.requestKeyFrame
    })
  })

  /** The same, also while no packet comes. */
  readonly keepRequesting: Effect.Effect<never> = Effect.forever(
    Effect.andThen(this.requestKeyFrame, Effect.sleep(requestInterval))
  )
}
