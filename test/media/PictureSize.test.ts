/**
 * The sizes that key frames announce.
 */
import { describe, expect, test } from "vitest"
import { announced } from "../../src/media/internal/PictureSize.ts"
import { encode } from "./libavEncoder.ts"

const grey = [128, 128, 128] as const

describe.each([["VP8", "libvpx"], ["VP9", "libvpx-vp9"]] as const)("%s", (name, encoder) => {
  test.each([[16, 16], [33, 21], [640, 360]])("a key frame of %i by %i pixels", async (width, height) => {
    const [key, delta] = await encode(encoder, width, height, [grey, grey])
    expect(announced(name, key!.data)).toEqual({ width, height })
    expect(announced(name, delta!.data)).toBeUndefined()
  })

  test("a frame that is cut announces no large picture", () => {
    expect(announced(name, new Uint8Array())?.width ?? 0).toBeLessThan(17)
  })
})

test("a codec that is not known announces nothing", () => {
  expect(announced("H264", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined()
})
