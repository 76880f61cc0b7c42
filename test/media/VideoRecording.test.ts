/**
 * Recordings of a camera in a scripted call, read by another part of `mediabunny`.
 */
import { assert, describe } from "@effect/vitest"
import type { StreamEdge } from "effect-track-resolver"
import { Recorder } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Mediabunny from "mediabunny"
import { errorOf, joined, published, testEdge, unpublished, whenIdle } from "../edge/Harness.ts"
import { alice, camera } from "../support/people.ts"
import { encode } from "./libavEncoder.ts"
import { record } from "./recording.ts"
import { dataOf, numberOf, packetsOf } from "./videoPackets.ts"

const vp8 = { name: "VP8", clockRate: 90_000, payloadType: 96, parameters: {} }
const vp9 = { name: "VP9", clockRate: 90_000, payloadType: 98, parameters: {} }
const av1 = { name: "AV1", clockRate: 90_000, payloadType: 97, parameters: {} }
const section = { ...ScriptedCall.mediaSection("0", "p", "Video"), codecs: [vp8, av1, vp9] }

type Call = ScriptedCall.ScriptedCall

/** Alice's camera is on. */
const addCamera = (call: Call, edge: StreamEdge["Service"]) =>
  Effect.gen(function*() {
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* call.offer([section])
    yield* whenIdle
    return edge.tracks({ userId: "alice" })
  })

/** Sends a frame of one packet. The number is that of its packet and its time, which is `number * 40 ms`. */
const send = (call: Call, number: number, isKey = false, data = dataOf(number, isKey), payloadType = 96) => {
  const [packet] = packetsOf(data, { from: number, timestamp: number * 3_600 })
  const { payload, receivedAt: _, ...header } = packet!
  return Effect.andThen(call.send("0", payload, { ...header, payloadType }), TestClock.adjust("40 millis"))
}

const sendAll = (call: Call, from: number, to: number) =>
  Effect.forEach(Array.from({ length: to - from + 1 }, (_, n) => from + n), (n) => send(call, n), { discard: true })

/** The frames of a file: their data, and their times in milliseconds. */
const read = (bytes: Uint8Array) =>
  Effect.promise(async () => {
    const input = new Mediabunny.Input({ source: new Mediabunny.BufferSource(bytes), formats: [Mediabunny.WEBM] })
    const track = (await input.getPrimaryVideoTrack())!
    const frames: Array<{ readonly at: number; readonly type: string; readonly data: Uint8Array }> = []
    for await (const { data, timestamp, type } of new Mediabunny.EncodedPacketSink(track).packets()) {
      frames.push({ at: Math.round(timestamp * 1_000), type, data })
    }
    return { frames, codec: await track.getCodec(), width: await track.getCodedWidth() }
  })

const requestsOf = ({ calls }: Call): number => calls.filter(({ _tag }) => _tag === "RequestedKeyFrame").length

describe("Pictures", () => {
  testEdge("begin with a key frame, which is requested", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(yield* addCamera(call, edge), { startsAt: 0 })
      assert.strictEqual(requestsOf(call), 1)
      yield* sendAll(call, 0, 2)
      yield* send(call, 3, true)
      yield* sendAll(call, 4, 9)
      yield* call.emit(unpublished(camera(alice)))
      yield* Fiber.interrupt(fiber)
      const { codec, frames } = yield* read(bytes())
      assert.strictEqual(codec, "vp8")
      assert.deepStrictEqual(frames.map(({ data }) => numberOf(data)), [3, 4, 5, 6, 7, 8, 9])
      assert.deepStrictEqual(frames.map(({ type }) => type), ["key", ...Array.from({ length: 6 }, () => "delta")])
      assert.deepStrictEqual(frames.map(({ at }) => at - frames[0]!.at), [0, 40, 80, 120, 160, 200, 240])
    }))

  testEdge(
    "go on over a mute in the time of the clock, also longer than a cluster of WebM",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { bytes, fiber } = yield* record(yield* addCamera(call, edge))
        yield* send(call, 0, true)
        yield* sendAll(call, 1, 1_000)
        yield* call.emit(unpublished(camera(alice)))
        yield* TestClock.adjust("1 minute")
        yield* call.emit(published(camera(alice)))
        yield* whenIdle
        yield* send(call, 2_000, true)
        yield* Fiber.interrupt(fiber)
        const { frames } = yield* read(bytes())
        assert.strictEqual(frames.length, 1_002)
        for (const [n, { at }] of frames.slice(0, 1_001).entries()) assert.closeTo(at - frames[0]!.at, n * 40, 1)
        assert.closeTo(frames[1_001]!.at - frames[1_000]!.at, 60_040, 5)
      })
  )

  testEdge("that announce no pixels are written", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(yield* addCamera(call, edge))
      yield* send(call, 0, true)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* read(bytes())).width, 16)
    }))

  testEdge("have the size of the first one in the header", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(yield* addCamera(call, edge))
      const [key] = yield* Effect.promise(() => encode("libvpx", 64, 48, [[100, 128, 128]]))
      yield* send(call, 0, true, key!.data)
      yield* Fiber.interrupt(fiber)
      const { frames, width } = yield* read(bytes())
      assert.strictEqual(width, 64)
      assert.deepStrictEqual(frames[0]!.data, key!.data)
    }))

  testEdge("of nobody are a file without a track", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(yield* addCamera(call, edge))
      yield* Fiber.interrupt(fiber)
      const input = new Mediabunny.Input({
        source: new Mediabunny.BufferSource(bytes()),
        formats: [Mediabunny.WEBM]
      })
      assert.deepStrictEqual(yield* Effect.promise(() => input.getTracks()), [])
    }))

  testEdge("of a codec that cannot be recorded are a failure", ({ call, edge }) =>
    Effect.gen(function*() {
      const { fiber } = yield* record(yield* addCamera(call, edge))
      yield* send(call, 0, true, Uint8Array.of(0x08), 97)
      assert.deepInclude(errorOf(yield* Fiber.await(fiber)), { _tag: "UnsupportedCodecError", codec: "AV1" })
    }))

  testEdge("of another codec than the file has are a failure", ({ call, edge }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(yield* addCamera(call, edge))
      yield* send(call, 0, true)
      yield* send(call, 1, true, dataOf(1, true), 98)
      const error = errorOf(yield* Fiber.await(fiber))
      assert.deepInclude(error, { _tag: "UnsupportedCodecError", codec: "VP9", detail: "the file has vp8" })
      assert.lengthOf((yield* read(bytes())).frames, 1)
    }))
})

describe("Wrong arguments", () => {
  testEdge("format must be webm for tracks of video", ({ call, edge }) =>
    Effect.gen(function*() {
      const tracks = yield* addCamera(call, edge)
      const exit = yield* Effect.exit(Recorder.record(tracks, Sink.drain, { format: "ogg" }))
      assert.include(String(errorOf(exit)), "format must be webm for tracks of video")
    }))

  testEdge("tracks must be tracks of one kind", ({ call, edge }) =>
    Effect.gen(function*() {
      const tracks = yield* addCamera(call, edge)
      const mixed = Stream.flatMap(Stream.take(tracks, 1), (track) =>
        Stream.make({ ...track, rtp: Stream.empty }, { ...track, kind: "audio" as const }))
      const exit = yield* Effect.exit(Recorder.record(mixed, Sink.drain))
      assert.include(String(errorOf(exit)), "tracks must be tracks of video")
    }))
})
