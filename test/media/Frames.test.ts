/**
 * The pictures of a track, in a scripted call: which frames are decoded, which come out, and when key frames are requested.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RemoteTrack, StreamEdge } from "effect-track-resolver"
import { AudioCodec, Frames, VideoCodec } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { diesOfArgument, errorOf, joined, testEdge, unpublished, whenIdle } from "../edge/Harness.ts"
import { alice, camera } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import { encode } from "./libavEncoder.ts"
import { dataOf, numberOf, packetsOf } from "./videoPackets.ts"

const vp8 = { name: "VP8", clockRate: 90_000, payloadType: 96, parameters: {} }
const av1 = { name: "AV1", clockRate: 90_000, payloadType: 97, parameters: {} }
const section = { ...ScriptedCall.mediaSection("0", "p", "Video"), codecs: [vp8, av1] }

type Call = ScriptedCall.ScriptedCall

const addCamera = (call: Call, edge: StreamEdge["Service"]) =>
  Effect.gen(function*() {
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.offer([section])
    yield* whenIdle
    return yield* edge.waitForTrack({ kind: "video" })
  })

const requestsOf = ({ calls }: Call): number => calls.filter(({ _tag }) => _tag === "RequestedKeyFrame").length

/** Decodes nothing: a picture of one pixel has the number of its frame. Frames in `broken` fail. */
const numbering = (decoded: Array<number> = [], broken: ReadonlySet<number> = new Set()) => {
  let open = 0
  const layer = Layer.succeed(VideoCodec.VideoCodecs, {
    decoder: ({ name }) =>
      Effect.as(
        Effect.acquireRelease(Effect.sync(() => open++), () => Effect.sync(() => open--)),
        {
          decode: ({ data }: VideoCodec.EncodedVideo) =>
            Effect.suspend(() => {
              const number = numberOf(data)
              decoded.push(number)
              return broken.has(number)
                ? Effect.fail(new AudioCodec.DecodeError({ codec: name, detail: `${number}` }))
                : Effect.succeed([{ width: 1, height: 1, data: Uint8Array.of(number, 128, 128) }])
            })
        }
      )
  })
  return { layer, open: () => open }
}

/** Sends a frame of one packet. The number is that of its packet as well. */
const send = (call: Call, number: number, isKey = false) => {
  const [packet] = packetsOf(dataOf(number, isKey), { from: number, timestamp: number * 3_000 })
  const { payload, receivedAt: _, ...header } = packet!
  return Effect.andThen(call.send("0", payload, header), whenIdle)
}

const sendEvery = (call: Call, millis: number, from: number, count: number) =>
  Effect.forEach(
    Array.from({ length: count }, (_, n) => from + n),
    (number) => Effect.andThen(send(call, number), TestClock.adjust(millis)),
    { discard: true }
  )

const watch = Effect.fnUntraced(function*(
  track: RemoteTrack,
  layer: Layer.Layer<VideoCodec.VideoCodecs>,
  options: Partial<Frames.FramesOptions> = {}
) {
  const frames: Array<Frames.VideoFrame> = []
  const fiber = yield* begin(
    Stream.runForEach(
      Frames.stream(track, { format: "I420", ...options }),
      (frame) => Effect.sync(() => frames.push(frame))
    ).pipe(Effect.provide(layer))
  )
  yield* whenIdle
  return { numbers: () => frames.map(({ data }) => data[0]), frames, fiber }
})

describe("Frames of a track", () => {
  testEdge("come out with their times, and end with the track", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const { layer, open } = numbering()
      const { fiber, frames } = yield* watch(track, layer)
      yield* TestClock.adjust(5)
      const receivedAt = yield* Clock.currentTimeMillis
      yield* send(call, 1, true)
      assert.deepStrictEqual(frames, [{
        format: "I420",
        width: 1,
        height: 1,
        data: Uint8Array.of(1, 128, 128),
        rtpTimestamp: 3_000,
        receivedAt,
        orientation: undefined
      }])
      assert.strictEqual(open(), 1)
      yield* call.emit(unpublished(camera(alice)))
      yield* whenIdle
      yield* Fiber.join(fiber)
      assert.strictEqual(open(), 0, "the decoder is freed")
    }))

  testEdge("request a key frame at once, and every second until one comes", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const { numbers } = yield* watch(track, numbering().layer)
      assert.strictEqual(requestsOf(call), 1)
      yield* sendEvery(call, 100, 0, 25)
      assert.deepStrictEqual(numbers(), [])
      assert.strictEqual(requestsOf(call), 3)
      yield* send(call, 25, true)
      yield* sendEvery(call, 100, 26, 30)
      assert.strictEqual(numbers().length, 31)
      assert.strictEqual(requestsOf(call), 3)
    }))

  testEdge("request a key frame after a loss", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const { numbers } = yield* watch(track, numbering().layer)
      yield* send(call, 0, true)
      yield* TestClock.adjust("5 seconds")
      const before = requestsOf(call)
      yield* sendEvery(call, 100, 2, 5)
      assert.strictEqual(requestsOf(call), before + 1)
      yield* send(call, 7, true)
      yield* send(call, 8)
      assert.deepStrictEqual(numbers(), [0, 7, 8])
    }))

  testEdge(
    "that cannot be decoded are skipped until the next key frame, and fail the stream after five seconds",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const track = yield* addCamera(call, edge)
        const { fiber, numbers } = yield* watch(track, numbering([], new Set([2, 6, 7, 8])).layer)
        yield* send(call, 0, true)
        yield* sendEvery(call, 100, 1, 4)
        yield* send(call, 5, true)
        assert.deepStrictEqual(numbers(), [0, 1, 5])
        for (const number of [6, 7]) {
          yield* send(call, number, true)
          yield* TestClock.adjust("2.9 seconds")
        }
        assert.isUndefined(fiber.pollUnsafe())
        yield* send(call, 8, true)
        assert.deepInclude(errorOf(yield* Fiber.await(fiber)), { _tag: "DecodeError", codec: "VP8", detail: "8" })
      })
  )

  testEdge(
    "of a codec that is not decoded fail with UnsupportedCodecError",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const track = yield* addCamera(call, edge)
        const { fiber } = yield* watch(track, numbering().layer)
        yield* call.send("0", Uint8Array.of(0), { payloadType: 120 })
        yield* whenIdle
        assert.isUndefined(fiber.pollUnsafe(), "a payload type that is not a codec is skipped")
        yield* call.send("0", Uint8Array.of(0x08), { payloadType: 97 })
        assert.deepInclude(errorOf(yield* Fiber.await(fiber)), { _tag: "UnsupportedCodecError", codec: "AV1" })
      })
  )

  testEdge("come out at the asked rate, and every frame is decoded", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const decoded: Array<number> = []
      const { frames } = yield* watch(track, numbering(decoded).layer, { fps: 5 })
      yield* send(call, 0, true)
      yield* sendEvery(call, 33, 1, 90)
      assert.lengthOf(decoded, 91)
      // 2,970 ms: one at once, and one for each of the 14 whole intervals of 200 ms.
      assert.closeTo(frames.length, 15, 1)
      // No two in one interval: the third is at least an interval after the first.
      for (const [n, { receivedAt }] of frames.slice(2).entries()) {
        assert.isAtLeast(receivedAt - frames[n]!.receivedAt, 367)
      }
    }))

  testEdge(
    "that a slow consumer has not taken are skipped: it gets the newest",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const track = yield* addCamera(call, edge)
        const seen: Array<number | undefined> = []
        yield* begin(
          Stream.runForEach(Frames.stream(track, { format: "I420" }), ({ data }) => {
            seen.push(data[0])
            return Effect.sleep("1 second")
          }).pipe(Effect.provide(numbering().layer))
        )
        yield* whenIdle
        yield* send(call, 0, true)
        yield* sendEvery(call, 100, 1, 30)
        // A second has ten frames.
        assert.deepStrictEqual(seen.map((number) => Math.round(number! / 10)), [0, 1, 2, 3])
      })
  )

  testEdge("cannot have another format, rate or size", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const { layer } = numbering()
      const run = (options: object) =>
        Stream.runDrain(Frames.stream(track, { format: "RGBA", ...options })).pipe(Effect.provide(layer))
      assert.isTrue(yield* diesOfArgument(run({ format: "YUY2" })))
      assert.isTrue(yield* diesOfArgument(run({ fps: 0 })))
      assert.isTrue(yield* diesOfArgument(run({ size: { width: 0, height: 1 } })))
    }))

  it.effect("have the colour that was encoded, in RGBA and smaller", () =>
    Effect.gen(function*() {
      const encoded = yield* Effect.promise(() => encode("libvpx", 64, 32, [[81, 90, 240], [81, 90, 240]]))
      const packets = encoded.flatMap(({ data }, number) =>
        packetsOf(data, { count: 3, from: number * 3, timestamp: number * 3_000, receivedAt: number * 33 })
      )
      const track = {
        codecs: [vp8],
        rtp: Stream.concat(Stream.fromIterable(packets), Stream.never),
        requestKeyFrame: Effect.void
      } as unknown as RemoteTrack
      const [frame] = yield* Frames.stream(track, { format: "RGBA", size: { width: 16, height: 16 } }).pipe(
        Stream.take(1),
        Stream.runCollect,
        Effect.provide(VideoCodec.VideoCodecs.layer)
      )
      assert.deepInclude(frame, { format: "RGBA", width: 16, height: 8, receivedAt: frame!.receivedAt })
      for (const [channel, value] of [254, 0, 0, 255].entries()) assert.closeTo(frame!.data[channel]!, value, 6)
    }))
})
