/**
 * Decoding by libvpx: VP8 and VP9 as an encoder made them, and frames that are not of them.
 */
import { assert, layer } from "@effect/vitest"
import { VideoCodec } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import { encode } from "./libavEncoder.ts"

const colours = Array.from({ length: 10 }, (_, n) => [60 + 10 * n, 90, 200] as const)

const formats = [
  { name: "VP8", encoder: "libvpx" },
  { name: "VP9", encoder: "libvpx-vp9" }
] as const

const decoderOf = (name: string) =>
  Effect.flatMap(VideoCodec.VideoCodecs, ({ decoder }) => decoder({ name, clockRate: 90_000 }))

const typeOf = (isKey: boolean) => isKey ? "key" : "delta"

layer(VideoCodec.VideoCodecs.layer)("A decoder", (it) => {
  for (const { encoder, name } of formats) {
    it.effect(`decodes ${name}, also with an odd size`, () =>
      Effect.gen(function*() {
        const frames = yield* Effect.promise(() => encode(encoder, 33, 21, colours))
        const decoder = yield* decoderOf(name)
        let decoded = 0
        for (const [n, { data, isKey }] of frames.entries()) {
          const pictures = yield* decoder.decode({ type: typeOf(isKey), timestamp: n * 33_000, data })
          for (const picture of pictures) {
            assert.deepStrictEqual([picture.width, picture.height], [33, 21])
            assert.strictEqual(picture.data.length, 33 * 21 + 2 * 17 * 11)
            const means = [0, 33 * 21, 33 * 21 + 17 * 11].map((at) => picture.data[at + 5]!)
            for (const [plane, value] of colours[decoded]!.entries()) assert.closeTo(means[plane]!, value, 4)
            decoded++
          }
        }
        assert.strictEqual(decoded, colours.length)
      }))

    it.effect(`fails with DecodeError for what is not ${name}, and goes on with the next key frame`, () =>
      Effect.gen(function*() {
        const [key] = yield* Effect.promise(() => encode(encoder, 32, 16, colours.slice(0, 1)))
        const decoder = yield* decoderOf(name)
        const others = yield* decoderOf(name)
        yield* others.decode({ type: "key", timestamp: 0, data: key!.data })
        const noise = Array.from(
          { length: 50 },
          (_, n) => Uint8Array.from({ length: 3 + 20 * n }, (_, i) => (i * n * 7 + n) & 0xff)
        )
        for (const data of [new Uint8Array(), Uint8Array.of(255, 255, 255), ...noise]) {
          const exit = yield* Effect.exit(decoder.decode({ type: "key", timestamp: 0, data }))
          if (exit._tag === "Failure") assert.strictEqual(String(exit.cause).includes("DecodeError"), true)
        }
        const empty = yield* Effect.flip(decoder.decode({ type: "key", timestamp: 0, data: new Uint8Array() }))
        assert.deepInclude(empty, { _tag: "DecodeError", codec: name, detail: "the frame is empty" })
        assert.lengthOf(yield* decoder.decode({ type: "key", timestamp: 1, data: key!.data }), 1)
        assert.lengthOf(yield* others.decode({ type: "key", timestamp: 1, data: key!.data }), 1)
      }))
  }

  it.effect("refuses a picture that is too large before it allocates memory for it", () =>
    Effect.gen(function*() {
      const [key] = yield* Effect.promise(() => encode("libvpx", 32, 16, colours.slice(0, 1)))
      const data = Uint8Array.from(key!.data)
      // RFC 6386, section 9.1: width and height, 14 bits each.
      data.set([0xff, 0x3f, 0xff, 0x3f], 6)
      const decoder = yield* decoderOf("VP8")
      const error = yield* Effect.flip(decoder.decode({ type: "key", timestamp: 0, data }))
      assert.deepInclude(error, { _tag: "DecodeError", detail: "the picture has 16383 by 16383 pixels" })
    }))

  it.effect("fails with UnsupportedCodecError for another codec", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(decoderOf("H264"))
      assert.deepInclude(error, {
        _tag: "UnsupportedCodecError",
        codec: "H264",
        detail: "@libav.js/variant-webm-vp9 decodes VP8 and VP9"
      })
    }))
})
