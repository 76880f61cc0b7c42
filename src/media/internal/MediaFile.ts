/**
 * A file of one track: Opus in Ogg (RFC 7845) or WebM, VP8 or VP9 in WebM. The bytes are only ever appended, so that a file that
 * ends anywhere can be played as far as it goes.
 */
import * as Effect from "effect/Effect"
import type { DecoderConfig, MediabunnyLibrary, Output, PacketSource } from "./MediabunnyLibrary.ts"
import * as OpusPacket from "./OpusPacket.ts"
import type { Size } from "./PictureSize.ts"

export const formats = ["ogg", "webm"] as const

export type Format = (typeof formats)[number]

/** A page of Ogg is written when it is full: in seconds, how much of a file that was cut off may be missing. */
const pageDuration = 1

export interface Packet {
  readonly payload: Uint8Array
  /** In seconds, as `duration`, which only Ogg needs. */
  readonly time: number
  readonly duration: number
  /** Refers to no former packet. */
  readonly isKey: boolean
}

export interface MediaFile {
  /** Appends a packet and returns the bytes that are complete now. */
  readonly add: (packet: Packet) => Effect.Effect<ReadonlyArray<Uint8Array>>
  /** The remaining bytes. Nothing can be added after that. */
  readonly end: Effect.Effect<ReadonlyArray<Uint8Array>>
}

/** The header is written with the first packet. */
const open = (
  { AppendOnlyStreamTarget, EncodedPacket, OggOutputFormat, Output, WebMOutputFormat }: MediabunnyLibrary,
  format: Format,
  addTrack: (output: Output) => PacketSource,
  decoderConfig: DecoderConfig
): Effect.Effect<MediaFile> =>
  Effect.promise(async () => {
    let written: Array<Uint8Array> = []
    const take = (): ReadonlyArray<Uint8Array> => {
      const bytes = written
      written = []
      return bytes
    }
    const output = new Output({
      format: format === "ogg"
        ? new OggOutputFormat({ maximumPageDuration: pageDuration })
        : new WebMOutputFormat({ appendOnly: true }),
      target: new AppendOnlyStreamTarget(new WritableStream({ write: (bytes) => void written.push(bytes) }))
    })
    const source = addTrack(output)
    await output.start()
    return {
      add: ({ duration, isKey, payload, time }) =>
        Effect.promise(async () => {
          await source.add(new EncodedPacket(payload, isKey ? "key" : "delta", time, duration), { decoderConfig })
          return take()
        }),
      end: Effect.promise(async () => {
        await output.finalize()
        return take()
      })
    }
  })

/**
 * RFC 7845, section 5.1. Nothing is skipped at the beginning: a file begins in the middle of a stream, where a decoder has
 * nothing to converge from, and its times are those of the recording.
 */
const opusHead = (channels: number): Uint8Array => {
  const head = new Uint8Array(19)
  const view = new DataView(head.buffer)
  head.set(new TextEncoder().encode("OpusHead"))
  head[8] = 1
  head[9] = channels
  view.setUint32(12, OpusPacket.clockRate, true)
  return head
}

export const openOpus = (library: MediabunnyLibrary, format: Format, channels: number): Effect.Effect<MediaFile> => {
  const addTrack = (output: Output): PacketSource => {
    const source = new library.EncodedAudioPacketSource("opus")
    output.addAudioTrack(source)
    return source
  }
  return open(library, format, addTrack, {
    codec: "opus",
    sampleRate: OpusPacket.clockRate,
    numberOfChannels: channels,
    description: opusHead(channels)
  })
}

/** By the name in SDP: that of WebM, and that of WebCodecs, for VP9 with profile 0 and the lowest level. */
const videoCodecs = {
  vp8: { name: "vp8", codec: "vp8" },
  vp9: { name: "vp9", codec: "vp09.00.10.08" }
} as const

export type VideoCodec = keyof typeof videoCodecs

/** The codec of a file. `undefined`: it has none for the codec with this name in SDP. */
export const videoCodecOf = (codec: string): VideoCodec | undefined => {
  const name = codec.toLowerCase()
  return name === "vp8" || name === "vp9" ? name : undefined
}

/** `size` is that of the first picture; later ones may have another. */
export const openVideo = (library: MediabunnyLibrary, video: VideoCodec, size: Size): Effect.Effect<MediaFile> => {
  const { codec, name } = videoCodecs[video]
  const addTrack = (output: Output): PacketSource => {
    const source = new library.EncodedVideoPacketSource(name)
    output.addVideoTrack(source)
    return source
  }
  return open(library, "webm", addTrack, { codec, codedWidth: size.width, codedHeight: size.height })
}
