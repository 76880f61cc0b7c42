/**
 * Decodes VP8 and VP9 by `@libav.js/variant-webm-vp9`.
 */
import * as Effect from "effect/Effect"
import { DecodeError, UnsupportedCodecError } from "../CodecError.ts"
import type { EncodedVideo, Picture } from "../VideoDecoder.ts"
import * as OptionalPackage from "./OptionalPackage.ts"
import * as PictureSize from "./PictureSize.ts"

const packageName = "@libav.js/variant-webm-vp9"

/** What is used of the package. Pointers are numbers. Without a worker each of its functions has a synchronous variant. */
interface Library {
  readonly av_log_set_level_sync: (level: number) => void
  readonly ff_init_decoder_sync: (name: string) => readonly [number, number, number, number]
  readonly ff_free_decoder_sync: (context: number, packet: number, frame: number) => void
  readonly ff_decode_multi_sync: (
    context: number,
    packet: number,
    frame: number,
    packets: ReadonlyArray<object>,
    options: { readonly copyoutFrame: "ptr" }
  ) => ReadonlyArray<number>
  readonly av_frame_free_js_sync: (frame: number) => void
  readonly AVFrame_format_sync: (frame: number) => number
  readonly AVFrame_width_sync: (frame: number) => number
  readonly AVFrame_height_sync: (frame: number) => number
  readonly AVFrame_linesize_a_sync: (frame: number, plane: number) => number
  readonly AVFrame_data_a_sync: (frame: number, plane: number) => number
  readonly copyout_u8_sync: (data: number, length: number) => Uint8Array
}

interface Package {
  readonly default: {
    readonly LibAV: (options: { readonly noworker: true; readonly nothreads: true }) => Promise<Library>
  }
}

/** FFmpeg's names of its decoders, by the name in SDP. */
const decoderNames: ReadonlyMap<string, string> = new Map([["vp8", "libvpx"], ["vp9", "libvpx-vp9"]])

/** FFmpeg's `AV_PIX_FMT_YUV420P`. */
const i420 = 0

/** FFmpeg's `AV_LOG_QUIET`: it writes to the standard output what it thinks of a peer's frames. */
const quiet = -8

/** The package's own copy of a frame loses the last row and column of colour if the size is odd. */
const copyPicture = (library: Library, frame: number): Picture => {
  const format = library.AVFrame_format_sync(frame)
  if (format !== i420) throw new Error(`the pictures have FFmpeg's pixel format ${format}, not I420`)
  const width = library.AVFrame_width_sync(frame)
  const height = library.AVFrame_height_sync(frame)
  const chroma = [(width + 1) >> 1, (height + 1) >> 1] as const
  const data = new Uint8Array(width * height + 2 * chroma[0] * chroma[1])
  let at = 0
  for (const [plane, [columns, rows]] of [[width, height] as const, chroma, chroma].entries()) {
    const stride = library.AVFrame_linesize_a_sync(frame, plane)
    const bytes = library.copyout_u8_sync(library.AVFrame_data_a_sync(frame, plane), stride * (rows - 1) + columns)
    for (let row = 0; row < rows; row++, at += columns) {
      data.set(bytes.subarray(row * stride, row * stride + columns), at)
    }
  }
  return { width, height, data }
}

const makeDecoder = Effect.fnUntraced(function*(library: Library, codec: string, decoderName: string) {
  const [, context, packet, frame] = yield* Effect.acquireRelease(
    Effect.sync(() => library.ff_init_decoder_sync(decoderName)),
    ([, context, packet, frame]) => Effect.sync(() => library.ff_free_decoder_sync(context, packet, frame))
  )
  const check = ({ data }: EncodedVideo): void => {
    // An empty packet tells FFmpeg that the video has ended.
    if (data.length === 0) throw new Error("the frame is empty")
    const { height, width } = PictureSize.announced(codec, data) ?? { width: 0, height: 0 }
    if (width * height > PictureSize.maxPixels) throw new Error(`the picture has ${width} by ${height} pixels`)
  }
  const decode = ({ data, timestamp, type }: EncodedVideo): ReadonlyArray<Picture> => {
    const encoded = { data, pts: timestamp, ptshi: 0, dts: timestamp, dtshi: 0, flags: type === "key" ? 1 : 0 }
    const frames = library.ff_decode_multi_sync(context, packet, frame, [encoded], { copyoutFrame: "ptr" })
    try {
      return frames.map((decoded) => copyPicture(library, decoded))
    } finally {
      frames.forEach((decoded) => library.av_frame_free_js_sync(decoded))
    }
  }
  return {
    decode: (encoded: EncodedVideo) =>
      Effect.try({
        try: () => {
          check(encoded)
          return decode(encoded)
        },
        catch: (error) => new DecodeError({ codec, detail: error instanceof Error ? error.message : String(error) })
      })
  }
})

const load = OptionalPackage.load(packageName, async () => {
  const { default: { LibAV } }: Package = await import("@libav.js/variant-webm-vp9" as string)
  const library = await LibAV({ noworker: true, nothreads: true })
  library.av_log_set_level_sync(quiet)
  return library
})

/** The decoders share one instance of the package. */
export const make = Effect.map(Effect.cached(load), (library) => ({
  decoder: Effect.fnUntraced(function*({ name }: { readonly name: string }) {
    const decoderName = decoderNames.get(name.toLowerCase())
    if (decoderName === undefined) {
      return yield* new UnsupportedCodecError({ codec: name, detail: `${packageName} decodes VP8 and VP9` })
    }
    const loaded = yield* Effect.mapError(
      library,
      ({ message }) => new UnsupportedCodecError({ codec: name, detail: message })
    )
    return yield* makeDecoder(loaded, name, decoderName)
  })
}))
