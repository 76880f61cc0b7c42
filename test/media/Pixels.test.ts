/**
 * Scaling, and the conversion to RGBA.
 */
import { describe, expect, test } from "vitest"
import { fit, toRgba } from "../../src/media/internal/Pixels.ts"
import { plain } from "./libavEncoder.ts"

const picture = (width: number, height: number, colour: readonly [number, number, number]) => ({
  width,
  height,
  data: plain(width, height, colour)
})

describe("RGBA", () => {
  // ITU-R BT.601, limited range: the primary colours and the ends of grey.
  test.each(
    [
      ["black", [16, 128, 128], [0, 0, 0]],
      ["white", [235, 128, 128], [255, 255, 255]],
      ["red", [81, 90, 240], [254, 0, 0]],
      ["green", [145, 54, 34], [0, 255, 1]],
      ["blue", [41, 240, 110], [0, 0, 255]],
      ["blacker than black", [0, 128, 128], [0, 0, 0]]
    ] as const
  )("%s", (_, yuv, rgb) => {
    const rgba = toRgba(picture(3, 3, yuv))
    expect(rgba.length).toBe(4 * 9)
    for (let at = 0; at < rgba.length; at += 4) {
      for (const [channel, value] of rgb.entries()) expect(Math.abs(rgba[at + channel]! - value)).toBeLessThan(3)
      expect(rgba[at + 3]).toBe(255)
    }
  })

  test("each pixel has the colour of its place", () => {
    const data = plain(4, 2, [16, 128, 128])
    data[7] = 235
    expect(Array.from(toRgba({ width: 4, height: 2, data }).filter((_, n) => n % 4 === 0))).toEqual([
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      255
    ])
  })
})

describe("A picture that has to fit", () => {
  test("keeps its shape", () => {
    const { data, height, width } = fit(picture(640, 360, [100, 50, 200]), { width: 100, height: 100 })
    expect([width, height]).toEqual([100, 56])
    expect(data).toEqual(plain(100, 56, [100, 50, 200]))
  })

  test("is not made larger", () => {
    const small = picture(10, 10, [1, 2, 3])
    expect(fit(small, { width: 20, height: 10 })).toBe(small)
  })

  test("has the mean of the pixels that each of its pixels stands for", () => {
    const data = Uint8Array.of(0, 100, 50, 50, 200, 100, 50, 50, 128, 128, 128, 128)
    expect(fit({ width: 4, height: 2, data }, { width: 2, height: 1 }).data).toEqual(Uint8Array.of(100, 50, 128, 128))
  })

  test("has at least one pixel", () => {
    expect(fit(picture(100, 1, [7, 8, 9]), { width: 2, height: 2 })).toEqual(picture(2, 1, [7, 8, 9]))
  })
})
