/**
 * Scales a picture and converts it to RGBA. Pure.
 */
import type { Picture } from "../VideoCodec.ts"

const half = (pixels: number): number => (pixels + 1) >> 1

interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const planes = ({ data, height, width }: Picture): readonly [Plane, Plane, Plane] => {
  const chroma = { width: half(width), height: half(height) }
  const luma = width * height
  const size = chroma.width * chroma.height
  return [
    { width, height, data: data.subarray(0, luma) },
    { ...chroma, data: data.subarray(luma, luma + size) },
    { ...chroma, data: data.subarray(luma + size, luma + 2 * size) }
  ]
}

/** Each pixel is the mean of those that it stands for. Never larger than the plane. */
const scalePlane = (plane: Plane, width: number, height: number): Uint8Array => {
  const scaled = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const top = Math.floor(y * plane.height / height)
    const bottom = Math.max(top + 1, Math.floor((y + 1) * plane.height / height))
    for (let x = 0; x < width; x++) {
      const left = Math.floor(x * plane.width / width)
      const right = Math.max(left + 1, Math.floor((x + 1) * plane.width / width))
      let sum = 0
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) sum += plane.data[row * plane.width + column]!
      }
      scaled[y * width + x] = Math.round(sum / ((bottom - top) * (right - left)))
    }
  }
  return scaled
}

/** The largest picture of the same shape that fits. A picture that fits already is returned as it is. */
export const fit = (picture: Picture, within: { readonly width: number; readonly height: number }): Picture => {
  const scale = Math.min(within.width / picture.width, within.height / picture.height)
  if (scale >= 1) return picture
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const [y, u, v] = planes(picture)
  const chroma = [half(width), half(height)] as const
  const luma = width * height
  const size = chroma[0] * chroma[1]
  const data = new Uint8Array(luma + 2 * size)
  data.set(scalePlane(y, width, height))
  data.set(scalePlane(u, ...chroma), luma)
  data.set(scalePlane(v, ...chroma), luma + size)
  return { width, height, data }
}

/** ITU-R BT.601, limited range (16 to 235), which WebRTC's cameras use. Alpha is 255. */
export const toRgba = (picture: Picture): Uint8Array => {
  const { height, width } = picture
  const [luma, u, v] = planes(picture)
  /** Rounds and clamps. */
  const rgba = new Uint8ClampedArray(4 * width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const chroma = (row >> 1) * u.width + (column >> 1)
      const y = 1.164383 * (luma.data[row * width + column]! - 16)
      const cb = u.data[chroma]! - 128
      const cr = v.data[chroma]! - 128
      const at = 4 * (row * width + column)
      rgba[at] = y + 1.596027 * cr
      rgba[at + 1] = y - 0.391762 * cb - 0.812968 * cr
      rgba[at + 2] = y + 2.017232 * cb
      rgba[at + 3] = 255
    }
  }
  return new Uint8Array(rgba.buffer)
}
