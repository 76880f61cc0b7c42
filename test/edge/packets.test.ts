/**
 * What an application waits for in the packets of a track: the first one, a key frame, and silence.
 */
import { assert, describe } from "@effect/vitest"
import { WaitError } from "effect-track-resolver"
import type { RemoteTrack, StreamEdge } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, camera } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import { collect, diesOfArgument, errorOf, joined, published, testEdge, unpublished, whenIdle } from "./Harness.ts"

const vp8 = { name: "VP8", clockRate: 90_000, payloadType: 96, parameters: {} }
const h264 = { name: "H264", clockRate: 90_000, payloadType: 97, parameters: {} }
const section = { ...ScriptedCall.mediaSection("0", "p", "Video"), codecs: [vp8, h264] }

const keyFrameStart = Uint8Array.of(0x10, 0x00)
const interframe = Uint8Array.of(0x10, 0x01)

/** Alice's camera, added one second after the report of its publication. */
const addCamera = (call: ScriptedCall.ScriptedCall, edge: StreamEdge["Service"]) =>
  Effect.gen(function*() {
    yield* call.emit(joined(alice, "p", ["Video"]))
    yield* TestClock.adjust("1 second")
    yield* call.offer([section])
    yield* whenIdle
    return yield* edge.waitForTrack({ kind: "video" })
  })

const mute = (call: ScriptedCall.ScriptedCall) => Effect.andThen(call.emit(unpublished(camera(alice))), whenIdle)
const unmute = (call: ScriptedCall.ScriptedCall) => Effect.andThen(call.emit(published(camera(alice))), whenIdle)
const send = (call: ScriptedCall.ScriptedCall, payload = interframe) =>
  Effect.andThen(call.send("0", payload), whenIdle)

/** The same camera, which has sent, after a mute of one minute. */
const addCameraAgain = (call: ScriptedCall.ScriptedCall, edge: StreamEdge["Service"]) =>
  Effect.gen(function*() {
    yield* addCamera(call, edge)
    yield* send(call)
    yield* mute(call)
    yield* TestClock.adjust("1 minute")
    yield* unmute(call)
    return yield* edge.waitForTrack({})
  })

const removed = (subject: WaitError["subject"]) => new WaitError({ subject, reason: "TrackRemoved", timeout: Infinity })

const requestsOf = ({ calls }: ScriptedCall.ScriptedCall): number =>
  calls.filter(({ _tag }) => _tag === "RequestedKeyFrame").length

/** Of each effect: it fails when the track is removed, also if it begins after that. */
const failsWhenRemoved = (
  subject: WaitError["subject"],
  waitOf: (track: RemoteTrack) => Effect.Effect<object, WaitError>
) =>
  testEdge("fails when the track is removed, and after that", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const waiting = yield* begin(waitOf(track))
      yield* whenIdle
      yield* mute(call)
      assert.deepStrictEqual(errorOf(yield* Fiber.await(waiting)), removed(subject))
      yield* unmute(call)
      yield* send(call, keyFrameStart)
      assert.deepStrictEqual(yield* Effect.flip(waitOf(track)), removed(subject))
    }))

describe("A remote track", () => {
  testEdge(
    "has the codecs of its m-line, and its publication has the first",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const track = yield* addCamera(call, edge)
        assert.deepStrictEqual(track.codec, vp8)
        assert.deepStrictEqual(track.codecs, [vp8, h264])
        const [participant] = yield* edge.participants
        assert.deepStrictEqual(participant!.publications, [{
          trackType: "Video",
          isMuted: false,
          isPaused: false,
          isSubscribed: true,
          trackId: track.trackId,
          codec: vp8,
          requestedSize: { width: 1280, height: 720 }
        }])
      })
  )

  testEdge(
    "has the size that the policy names, as of its addition",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const track = yield* addCamera(call, edge)
        assert.deepStrictEqual(track.requestedSize, { width: 320, height: 180 })
        yield* edge.subscribe(() => ({ width: 640, height: 360 }))
        yield* whenIdle
        const [participant] = yield* edge.participants
        assert.deepStrictEqual(participant!.publications[0]!.requestedSize, { width: 640, height: 360 })
        yield* edge.subscribe(() => false)
        yield* whenIdle
        const [unsubscribed] = yield* edge.participants
        assert.notProperty(unsubscribed!.publications[0]!, "requestedSize")
      }),
    {},
    { subscribe: () => ({ width: 320, height: 180 }) }
  )
})

describe("The first packet", () => {
  testEdge(
    "is waited for, with the time from the report of the publication",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const track = yield* addCamera(call, edge)
        const waiting = yield* begin(track.firstPacket)
        yield* TestClock.adjust("2 seconds")
        assert.isUndefined(waiting.pollUnsafe())
        const receivedAt = yield* Clock.currentTimeMillis
        yield* send(call)
        const expected = { receivedAt, elapsed: receivedAt - track.requestedAt }
        assert.deepStrictEqual(yield* Fiber.join(waiting), expected)
        assert.isAbove(expected.elapsed, 2_999)
        yield* TestClock.adjust("1 minute")
        yield* send(call)
        assert.deepStrictEqual(yield* track.firstPacket, expected)
      })
  )

  testEdge("may be faster than the report", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.offer([section])
      yield* whenIdle
      yield* send(call)
      yield* TestClock.adjust("1 second")
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* whenIdle
      const track = yield* edge.waitForTrack({})
      const { elapsed, receivedAt } = yield* track.firstPacket
      assert.strictEqual(elapsed, 0)
      assert.isBelow(receivedAt, track.requestedAt)
    }))

  testEdge("of a track that was muted is the first one after that", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCameraAgain(call, edge)
      const waiting = yield* begin(track.firstPacket)
      yield* TestClock.adjust("1 second")
      assert.isUndefined(waiting.pollUnsafe())
      yield* send(call)
      const { elapsed, receivedAt } = yield* Fiber.join(waiting)
      assert.isAtLeast(receivedAt, 60_000)
      assert.isBelow(elapsed, 2_000)
    }))

  failsWhenRemoved("Packet", ({ firstPacket }) => firstPacket)
})

describe("A key frame", () => {
  testEdge("is requested at once and every second, until one has come", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const waiting = yield* begin(track.keyFrame)
      yield* whenIdle
      assert.strictEqual(requestsOf(call), 1)
      yield* call.send("0", interframe, { timestamp: 1, marker: true })
      yield* TestClock.adjust("2900 millis")
      assert.strictEqual(requestsOf(call), 3)
      assert.isUndefined(waiting.pollUnsafe())
      yield* call.send("0", keyFrameStart, { timestamp: 2 })
      yield* whenIdle
      assert.isUndefined(waiting.pollUnsafe())
      yield* call.send("0", Uint8Array.of(1), { timestamp: 2, marker: true })
      const frame = yield* Fiber.join(waiting)
      assert.deepStrictEqual(frame.map(({ payload }) => payload), [keyFrameStart, Uint8Array.of(1)])
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(requestsOf(call), 3)
    }))

  testEdge("of audio is the next packet", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([ScriptedCall.mediaSection("0", "p", "Audio")])
      yield* whenIdle
      const track = yield* edge.waitForTrack({})
      const waiting = yield* begin(track.keyFrame)
      yield* whenIdle
      yield* send(call, Uint8Array.of(7))
      assert.deepStrictEqual((yield* Fiber.join(waiting)).map(({ payload }) => payload), [Uint8Array.of(7)])
    }))

  failsWhenRemoved("KeyFrame", ({ keyFrame }) => keyFrame)
})

describe("A stall", () => {
  testEdge("is reported once, and again when packets arrive", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const stalls = yield* collect(track.stalls("2 seconds"))
      yield* TestClock.adjust("1900 millis")
      assert.deepStrictEqual(stalls, [])
      yield* send(call)
      yield* TestClock.adjust("1900 millis")
      assert.deepStrictEqual(stalls, [])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(stalls, [true])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(stalls, [true])
      yield* send(call)
      assert.deepStrictEqual(stalls, [true, false])
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(stalls, [true, false, true])
    }))

  testEdge("is none without the track: the stream ends", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      const stalls = yield* begin(Stream.runCollect(track.stalls()))
      yield* TestClock.adjust("2900 millis")
      yield* mute(call)
      assert.deepStrictEqual(yield* Fiber.join(stalls), [])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Stream.runCollect(track.stalls()), [])
    }))

  testEdge("of a track that was muted counts from its unmute", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCameraAgain(call, edge)
      const stalls = yield* collect(track.stalls("2 seconds"))
      yield* TestClock.adjust("1900 millis")
      assert.deepStrictEqual(stalls, [])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(stalls, [true])
    }))

  testEdge("needs a duration of more than zero", ({ call, edge }) =>
    Effect.gen(function*() {
      const track = yield* addCamera(call, edge)
      assert.isTrue(yield* diesOfArgument(Stream.runDrain(track.stalls("soon" as never))))
      assert.isTrue(yield* diesOfArgument(Stream.runDrain(track.stalls(0))))
    }))
})
