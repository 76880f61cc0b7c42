/**
 * Encodes pictures with libvpx, by the package that decodes them.
 */
import type { LibAV } from "@libav.js/variant-webm-vp9"

export interface Encoded {
  readonly isKey: boolean
  readonly data: Uint8Array
}

/** The planes of a picture of one colour. */
export const plain = (width: number, height: number, [y, u, v]: readonly [number, number, number]): Uint8Array => {
  const luma = width * height
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1)
  return new Uint8Array(luma + 2 * chroma).fill(y, 0, luma).fill(u, luma, luma + chroma).fill(v, luma + chroma)
}

/** Of pictures in I420. Only the first frame is a key frame. `bitRate` in bits a second. */
export const encodePictures = async (
  codec: "libvpx" | "libvpx-vp9",
  width: number,
  height: number,
  pictures: ReadonlyArray<Uint8Array>,
  bitRate = 200_000
): Promise<ReadonlyArray<Encoded>> => {
  const { default: factory } = await import("@libav.js/variant-webm-vp9")
  const library: LibAV = await factory.LibAV({ noworker: true, nothreads: true })
  await library.av_log_set_level(-8)
  const ctx = { bit_rate: bitRate, pix_fmt: 0, width, height, framerate_num: 30, framerate_den: 1, gop_size: 1_000 }
  const [, context, frame, packet] = await library.ff_init_encoder(codec, { ctx, time_base: [1, 1_000] })
  const chroma = (width + 1) >> 1
  const offset = width * height
  const packets = await library.ff_encode_multi(
    context,
    frame,
    packet,
    pictures.map((data, n) => ({
      data,
      layout: [
        { offset: 0, stride: width },
        { offset, stride: chroma },
        { offset: offset + chroma * ((height + 1) >> 1), stride: chroma }
      ],
      format: 0,
      width,
      height,
      pts: n * 33,
      ptshi: 0,
      time_base_num: 1,
      time_base_den: 1_000
    })),
    true
  )
  return packets.map(({ data, flags }) => ({ data, isKey: ((flags ?? 0) & 1) === 1 }))
}

/** Of pictures of one colour each. */
export const encode = (
  codec: "libvpx" | "libvpx-vp9",
  width: number,
  height: number,
  colours: ReadonlyArray<readonly [number, number, number]>
): Promise<ReadonlyArray<Encoded>> =>
  encodePictures(codec, width, height, colours.map((colour) => plain(width, height, colour)))
