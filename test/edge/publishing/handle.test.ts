/**
 * The handle of a publication: when packets arrive, what became of them, the quality that the SFU wants, and the end.
 */
import { assert, describe } from "@effect/vitest"
import type { OutgoingPacket, PublishQuality } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Ref from "effect/Ref"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { fork, type Harness, mediaSource, packet, publish, requests, withHarness } from "./Harness.ts"

const { flush: whenIdle } = ScriptedCall

const none = { Invalid: 0, TooLarge: 0, Muted: 0, NotConnected: 0, TooEarly: 0, OutOfOrder: 0, Failed: 0 }

/** The levels and texts of what is logged from now on. */
const logging = <A, E, R>(test: (logged: ReadonlyArray<string>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  const logged: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void logged.push(`${logLevel} ${String(message)}`))
  return test(logged).pipe(
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "Trace")
  )
}

const isDone = <A, E>(fiber: Fiber.Fiber<A, E>): boolean => fiber.pollUnsafe() !== undefined

describe("ready", () => {
  withHarness(
    "returns once the connection is connected, and packets before that are counted as dropped",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const media = yield* mediaSource
        yield* begin()
        const audio = yield* publish(harness, "Audio", media.media)
        const waiting = yield* fork(audio.ready)
        yield* media.emit(1, 2)
        assert.isFalse(isDone(waiting))
        yield* call.setPublisherState("connected")
        yield* whenIdle
        assert.isTrue(isDone(waiting))
        yield* media.emit(3)
        assert.deepStrictEqual(yield* audio.stats, { sent: 1, dropped: { ...none, NotConnected: 2 } })
      }),
    { connects: false }
  )

  const unmuteAnswer = Ref.makeUnsafe<Effect.Effect<void>>(Effect.void)

  withHarness(
    "waits while the track is muted, until the SFU knows that it no longer is",
    (harness) =>
      Effect.gen(function*() {
        yield* harness.begin()
        const audio = yield* publish(harness, "Audio")
        yield* audio.ready
        yield* audio.mute
        const waiting = yield* fork(audio.ready)
        yield* whenIdle
        assert.isFalse(isDone(waiting))
        const answer = yield* Deferred.make<void>()
        yield* Ref.set(unmuteAnswer, Deferred.await(answer))
        yield* audio.unmute
        yield* whenIdle
        assert.isFalse(isDone(waiting))
        yield* Deferred.succeed(answer, undefined)
        yield* Fiber.join(waiting)
      }),
    { onMuteStates: () => Effect.flatten(Ref.get(unmuteAnswer)) }
  )

  withHarness(
    "waits while the edge reconnects, until the next connection is connected",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const first = yield* begin()
        const audio = yield* publish(harness, "Audio")
        yield* call.setPublisherState("connected")
        yield* audio.ready
        yield* call.setPublisherState("disconnected")
        yield* whenIdle
        const waiting = yield* fork(audio.ready)
        yield* whenIdle
        assert.isFalse(isDone(waiting))
        yield* first.close
        yield* begin("again")
        yield* whenIdle
        assert.strictEqual(requests(call).at(-1), "unmutes Audio")
        assert.isFalse(isDone(waiting))
        yield* call.setPublisherState("connected")
        yield* Fiber.join(waiting)
      }),
    { connects: false }
  )

  withHarness("returns when the publication ends", (harness) =>
    Effect.gen(function*() {
      yield* harness.begin()
      const audio = yield* publish(harness, "Audio")
      const waiting = yield* fork(audio.ready)
      yield* whenIdle
      assert.isFalse(isDone(waiting))
      yield* audio.unpublish
      yield* Fiber.join(waiting)
      yield* audio.ready
    }), { connects: false })
})

withHarness("ready returns when the publication ends without a connection", (harness) =>
  Effect.gen(function*() {
    const { begin, call } = harness
    const epoch = yield* begin()
    const audio = yield* publish(harness, "Audio")
    yield* epoch.close
    const waiting = yield* fork(audio.ready)
    yield* audio.unpublish
    yield* Fiber.join(waiting)
    assert.notInclude(requests(call), "mutes Audio")
  }))

describe("a new epoch beside an open one", () => {
  const offered = Deferred.makeUnsafe<void>()
  let offers = 0

  withHarness(
    "the former connection carries the packets until the next one is connected",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const media = yield* mediaSource
        const first = yield* begin()
        const audio = yield* publish(harness, "Audio", media.media)
        yield* call.setPublisherState("connected")
        yield* media.emit(1)
        yield* begin("next")
        yield* whenIdle
        yield* media.emit(2)
        yield* Deferred.succeed(offered, undefined)
        yield* whenIdle
        yield* media.emit(3)
        yield* call.setPublisherState("connected")
        yield* media.emit(4)
        yield* first.close
        yield* media.emit(5)
        assert.deepStrictEqual(call.sentPackets.map(({ packet }) => packet.sequenceNumber), [1, 2, 3, 4, 5])
        assert.deepStrictEqual(yield* audio.stats, { sent: 5, dropped: none })
      }),
    { connects: false, onSetPublisher: () => ++offers === 2 ? Deferred.await(offered) : Effect.void }
  )
})

describe("stats", () => {
  const garbage: ReadonlyArray<readonly [name: string, packet: unknown, detail: RegExp]> = [
    ["undefined", undefined, /it is not an object/],
    ["null", null, /it is not an object/],
    ["a string", "packet", /it is not an object/],
    ["an empty object", {}, /sequenceNumber is not an integer/],
    ["a sequence number that is NaN", { ...packet(1), sequenceNumber: NaN }, /sequenceNumber is not an integer/],
    ["a sequence number that is not an integer", { ...packet(1), sequenceNumber: 1.5 }, /sequenceNumber/],
    ["a sequence number of 65,536", { ...packet(1), sequenceNumber: 65_536 }, /sequenceNumber/],
    ["a negative sequence number", { ...packet(1), sequenceNumber: -1 }, /sequenceNumber/],
    ["a sequence number that is a string", { ...packet(1), sequenceNumber: "1" }, /sequenceNumber/],
    ["a sequence number that is a bigint", { ...packet(1), sequenceNumber: 1n }, /sequenceNumber/],
    ["no timestamp", { ...packet(1), timestamp: undefined }, /timestamp is not an integer/],
    ["a timestamp of 2^32", { ...packet(1), timestamp: 2 ** 32 }, /timestamp/],
    ["a timestamp that is infinite", { ...packet(1), timestamp: Infinity }, /timestamp/],
    ["a marker that is a number", { ...packet(1), marker: 1 }, /marker is not a boolean/],
    ["no payload", { ...packet(1), payload: undefined }, /payload is not a Uint8Array/],
    ["a payload that is a string", { ...packet(1), payload: "opus" }, /payload/],
    ["a payload that is an array", { ...packet(1), payload: [1, 2] }, /payload/],
    ["a payload that is an ArrayBuffer", { ...packet(1), payload: new ArrayBuffer(2) }, /payload/]
  ]

  for (const [name, wrong, detail] of garbage) {
    withHarness(
      `${name}: dropped as Invalid, logged once, and the media goes on`,
      (harness) =>
        logging(Effect.fnUntraced(function*(logged) {
          const { begin, call } = harness
          yield* begin()
          const media = Stream.fromIterable([packet(1), wrong as OutgoingPacket, wrong as OutgoingPacket, packet(3)])
          const audio = yield* publish(harness, "Audio", Stream.concat(media, Stream.never))
          yield* whenIdle
          assert.deepStrictEqual(yield* audio.stats, { sent: 2, dropped: { ...none, Invalid: 2 } })
          assert.deepStrictEqual(call.sentPackets.map(({ packet }) => packet), [packet(1), packet(3)])
          const warnings = logged.filter((line) => line.includes("was dropped"))
          assert.strictEqual(warnings.length, 1)
          assert.match(warnings[0]!, detail)
          assert.match(warnings[0]!, /^Warn a packet of our Audio track was dropped \(Invalid\)/)
        }))
    )
  }

  withHarness(
    "a payload of 1,400 bytes is sent, and one of 1,401 or 70,000 is TooLarge",
    (harness) =>
      logging(Effect.fnUntraced(function*(logged) {
        const { begin, call } = harness
        yield* begin()
        const sizes = [1_400, 1_401, 70_000, 0]
        const media = Stream.fromIterable(
          sizes.map((size, index) => ({ ...packet(index), payload: new Uint8Array(size) }))
        )
        const audio = yield* publish(harness, "Audio", Stream.concat(media, Stream.never))
        yield* whenIdle
        assert.deepStrictEqual(yield* audio.stats, { sent: 2, dropped: { ...none, TooLarge: 2 } })
        // A dropped part of a frame is a loss: the receiver must not put the rest together.
        assert.deepStrictEqual(call.sentPackets.map(({ packet }) => packet.sequenceNumber), [0, 3])
        assert.match(logged.find((line) => line.includes("TooLarge"))!, /^Warn .* 1401 bytes; 1400 are allowed/)
      }))
  )

  withHarness(
    "packets of a muted track are counted, and the log has them at debug level",
    (harness) =>
      logging(Effect.fnUntraced(function*(logged) {
        yield* harness.begin()
        const media = yield* mediaSource
        const audio = yield* publish(harness, "Audio", media.media)
        yield* audio.mute
        yield* media.emit(1, 2)
        assert.deepStrictEqual(yield* audio.stats, { sent: 0, dropped: { ...none, Muted: 2 } })
        const lines = logged.filter((line) => line.includes("was dropped"))
        assert.strictEqual(lines.length, 1)
        assert.match(lines[0]!, /^Debug .*\(Muted\)/)
      }))
  )

  withHarness(
    "of 500 packets at once the first second is sent, and the others are TooEarly",
    (harness) =>
      logging(Effect.fnUntraced(function*(logged) {
        const { begin, call } = harness
        yield* begin()
        const media = yield* mediaSource
        const audio = yield* publish(harness, "Audio", media.media)
        yield* media.emit(...Array.from({ length: 500 }, (_, index) => index))
        yield* whenIdle
        assert.deepStrictEqual(yield* audio.stats, { sent: 50, dropped: { ...none, TooEarly: 450 } })
        yield* TestClock.adjust("20 millis")
        yield* media.emit(500)
        assert.strictEqual((yield* audio.stats).sent, 51)
        assert.strictEqual(call.sentPackets.at(-1)!.packet.sequenceNumber, 500)
        yield* media.end
        yield* audio.done
        assert.match(logged.find((line) => line.includes("TooEarly"))!, /^Warn .* 1 s ahead of real time/)
      }))
  )

  withHarness(
    "packets that the connection drops are counted, and those of the time before it leave no gap",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const media = yield* mediaSource
        const first = yield* begin()
        const audio = yield* publish(harness, "Audio", media.media)
        yield* media.emit(1)
        yield* call.setPublisherState("disconnected")
        // A burst that nobody gets does not count as ahead of real time.
        yield* media.emit(...Array.from({ length: 50 }, (_, index) => 2 + index))
        yield* first.close
        yield* media.emit(52)
        yield* begin("again")
        yield* whenIdle
        yield* media.emit(53)
        assert.deepStrictEqual(yield* audio.stats, { sent: 2, dropped: { ...none, NotConnected: 51 } })
        assert.deepStrictEqual(call.sentPackets.map(({ packet }) => packet.sequenceNumber), [1, 2])
      })
  )
})

describe("quality", () => {
  const layer = { name: "f", active: false }
  const other = { name: "q", active: true, maxBitrate: 150_000 }
  const any = (trackType: PublishQuality["trackType"]): PublishQuality => ({ trackType, layers: [] })

  const collect = Effect.fnUntraced(function*(quality: Stream.Stream<PublishQuality>) {
    const qualities: Array<PublishQuality> = []
    const fiber = yield* fork(Stream.runForEach(quality, (one) => Effect.sync(() => qualities.push(one))))
    yield* whenIdle
    return { qualities, fiber }
  })

  const order = (harness: Harness, ...qualities: ReadonlyArray<PublishQuality>) =>
    Effect.andThen(harness.publishing.onEvent({ _tag: "PublishQualityChanged", qualities }), whenIdle)

  withHarness(
    "is the current one, then every change that names the track and its option, to the end",
    (harness) =>
      Effect.gen(function*() {
        yield* harness.begin()
        const audio = yield* publish(harness, "Audio")
        const video = yield* publish(harness, "Video")
        const early = yield* collect(video.quality)
        const wanted: PublishQuality = { trackType: "Video", publishOptionId: 2, layers: [layer, other] }
        yield* order(harness, { trackType: "Video", publishOptionId: 3, layers: [other] }, any("ScreenShare"), wanted)
        yield* order(harness, { trackType: "Video", publishOptionId: 3, layers: [layer] })
        const late = yield* collect(video.quality)
        const last: PublishQuality = { trackType: "Video", layers: [layer] }
        yield* order(harness, last, { trackType: "Audio", layers: [] })
        assert.deepStrictEqual(early.qualities, [any("Video"), wanted, last])
        assert.deepStrictEqual(late.qualities, [wanted, last])
        yield* video.unpublish
        yield* Fiber.join(early.fiber)
        assert.deepStrictEqual(yield* Stream.runCollect(video.quality), [])
        assert.deepStrictEqual((yield* collect(audio.quality)).qualities, [any("Audio")])
      }),
    { publishOptions: [{ id: 1, trackType: "Audio" }, { id: 2, trackType: "Video" }] }
  )

  withHarness(
    "begins anew with each session, and goes on with another socket of the same session",
    (harness) =>
      Effect.gen(function*() {
        const { begin, join, publishing } = harness
        const first = yield* begin()
        const video = yield* publish(harness, "Video")
        const wanted: PublishQuality = { trackType: "Video", layers: [layer] }
        yield* order(harness, wanted)
        const { qualities } = yield* collect(video.quality)
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.deepStrictEqual(qualities, [wanted])
        yield* first.close
        yield* begin("again")
        yield* whenIdle
        assert.deepStrictEqual(qualities, [wanted, any("Video")])
      })
  )
})

describe("the end", () => {
  withHarness(
    "done succeeds when the scope of the publication is closed, also for who awaits it then",
    (harness) =>
      Effect.gen(function*() {
        yield* harness.begin()
        const audio = yield* publish(harness, "Audio")
        const waiting = yield* fork(audio.done)
        yield* audio.unpublish
        assert.deepStrictEqual(yield* Fiber.await(waiting), Exit.void)
        assert.deepStrictEqual(yield* Effect.exit(audio.done), Exit.void)
        assert.deepStrictEqual(requests(harness.call).slice(-2), ["mutes Audio", "offers nothing"])
      })
  )

  withHarness("done dies with a defect of the media", (harness) =>
    Effect.gen(function*() {
      yield* harness.begin()
      const audio = yield* publish(harness, "Audio", Stream.die(new Error("broken encoder")))
      assert.include(String(yield* Effect.exit(audio.done)), "broken encoder")
    }))

  withHarness(
    "after the end every member returns or ends, and none interrupts its caller",
    (harness) =>
      Effect.gen(function*() {
        yield* harness.begin()
        for (const end of ["unpublish", "the call ends"]) {
          const audio = yield* publish(harness, end === "unpublish" ? "Audio" : "Video")
          const members: ReadonlyArray<readonly [string, Effect.Effect<unknown, Error | string>]> = [
            ["ready", audio.ready],
            ["keyFrameRequests", Stream.runDrain(audio.keyFrameRequests)],
            ["quality", Stream.runDrain(audio.quality)],
            ["done", audio.done]
          ]
          const before = yield* Effect.forEach(members, ([, member]) => fork(Effect.exit(member)))
          yield* whenIdle
          if (end === "unpublish") yield* audio.unpublish
          else yield* harness.end
          const after = [...members, ["mute", audio.mute], ["unmute", audio.unmute], ["stats", audio.stats]] as const
          for (const [index, [name, member]] of after.entries()) {
            const exits = [
              yield* Effect.exit(member),
              ...index < before.length ? [yield* Fiber.join(before[index]!)] : []
            ]
            for (const exit of exits) {
              const isStopped = name === "done" && end !== "unpublish"
              assert.strictEqual(Exit.isFailure(exit), isStopped, `${name} after ${end}`)
              if (isStopped) assert.include(String(exit), "PublicationStoppedError")
            }
          }
        }
      })
  )
})
