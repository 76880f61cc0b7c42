/**
 * A speaker: exact frames at exact times, whatever is written and whatever the call does.
 */
import { assert, describe, it } from "@effect/vitest"
import { PublishError } from "effect-track-resolver"
import { AudioCodec, Speaker } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { synchronously } from "../support/synchronously.ts"
import { counting, type Harness, makeHarness, withSpeakers } from "./Harness.ts"

const { flush: whenIdle } = ScriptedCall

const fork = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const isDone = <A, E>(fiber: Fiber.Fiber<A, E>): boolean => fiber.pollUnsafe() !== undefined

const times = ({ sent }: Harness) => sent.map(({ at }) => at)

const samples = ({ sent }: Harness) => sent.flatMap(({ samples }) => samples)

const numbers = ({ sent }: Harness) =>
  sent.map(({ packet: { marker, sequenceNumber, timestamp } }) => [sequenceNumber, timestamp, marker])

const silence = (millis: number) => Array.from({ length: millis * 8 }, () => 0)

const dropped = ({ stats }: Speaker.Speaker) =>
  Effect.map(stats, ({ dropped }) => Object.values(dropped).reduce((sum, count) => sum + count))

const stopped = (reason: Speaker.SpeakerStoppedError["reason"]) =>
  new Speaker.SpeakerStoppedError({ trackType: "Audio", reason })

describe("write", () => {
  withSpeakers(
    "sends frames of 20 ms, 20 ms apart, and holds what is less than a frame until end",
    (harness) =>
      Effect.gen(function*() {
        const { end, queued, write } = yield* harness.speaker()
        const reused = counting(30)
        assert.strictEqual(yield* write(reused), 240)
        reused.fill(0)
        assert.strictEqual(yield* write(counting(25, 241)), 200)
        yield* whenIdle
        assert.deepStrictEqual(yield* queued, Duration.millis(35))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0, 20])
        assert.deepStrictEqual(yield* queued, Duration.millis(15))
        yield* end
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0, 20, 1_000])
        assert.deepStrictEqual(samples(harness), [...counting(55), ...silence(5)])
        assert.deepStrictEqual(yield* queued, Duration.zero)
        yield* end
        yield* TestClock.adjust("1 second")
        assert.strictEqual(harness.sent.length, 3)
      })
  )

  it("30,000 frames of ten minutes are sent at their exact times", () => {
    const sent = synchronously(
      Effect.gen(function*() {
        const harness = yield* makeHarness()
        const { drained, write } = yield* harness.speaker({ maxQueued: "1 minute" })
        yield* TestClock.adjust("7 millis")
        const minute = Effect.andThen(write(new Int16Array(60 * 8_000)), drained)
        const writing = yield* fork(Effect.repeat(minute, { times: 9 }))
        yield* TestClock.adjust("10 minutes")
        yield* Fiber.join(writing)
        return harness.sent
      }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))
    )
    assert.deepStrictEqual(sent.map(({ at }) => at), Array.from({ length: 30_000 }, (_, index) => 7 + index * 20))
    assert.deepStrictEqual(
      sent.map(({ packet: { timestamp } }) => timestamp),
      Array.from({ length: 30_000 }, (_, index) => index * 960)
    )
  })

  withSpeakers("waits while more than maxQueued is queued, however much it has", (harness) =>
    Effect.gen(function*() {
      const { drained, queued, write } = yield* harness.speaker({ maxQueued: "100 millis" })
      const writing = yield* fork(write(counting(1_000)))
      yield* whenIdle
      assert.deepStrictEqual(yield* queued, Duration.millis(100))
      yield* TestClock.adjust("879 millis")
      assert.isFalse(isDone(writing))
      assert.deepStrictEqual(yield* queued, Duration.millis(100))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(writing), 8_000)
      const draining = yield* fork(drained)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(draining)
      assert.deepStrictEqual(samples(harness), Array.from(counting(1_000)))
    }))

  withSpeakers(
    "that is interrupted while it waits queues nothing more, and what it has queued is sent",
    (harness) =>
      Effect.gen(function*() {
        const { write } = yield* harness.speaker({ maxQueued: "100 millis" })
        const writing = yield* fork(write(counting(1_000)))
        yield* TestClock.adjust("50 millis")
        yield* Fiber.interrupt(writing)
        yield* fork(write(counting(20, -1_000)))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(samples(harness), [...counting(160), ...counting(20, -1_000)])
      })
  )

  withSpeakers("in several fibers: one after the other, in their order", (harness) =>
    Effect.gen(function*() {
      const { end, write } = yield* harness.speaker({ maxQueued: "20 millis" })
      yield* fork(write(counting(50)))
      yield* fork(write(counting(50, 401)))
      const ending = yield* fork(end)
      yield* TestClock.adjust("59 millis")
      assert.isFalse(isDone(ending))
      yield* TestClock.adjust("1 millis")
      assert.isTrue(isDone(ending))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(samples(harness), Array.from(counting(100)))
    }))

  withSpeakers("resamples other rates, and loses no sample", (harness) =>
    Effect.gen(function*() {
      const { encoders, sent, speaker } = harness
      const { clear, end, queued, write } = yield* speaker({ sampleRate: 22_050, bitrate: 24_000 })
      assert.deepStrictEqual(encoders, ["opens opus 24000 24000"])
      const tone = (length: number) =>
        Int16Array.from({ length }, (_, at) => Math.round(10_000 * Math.sin(2 * Math.PI * 440 * at / 22_050)))
      const second = tone(22_050)
      for (let at = 0; at < second.length; at += 1_000) yield* write(second.subarray(at, at + 1_000))
      assert.deepStrictEqual(yield* queued, Duration.seconds(1))
      yield* end
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(sent.length, 50)
      const worst = Math.max(
        ...samples(harness).map((value, at) => Math.abs(value - 10_000 * Math.sin(2 * Math.PI * 440 * at / 24_000)))
          .slice(100, -100)
      )
      assert.isAtMost(worst, 10)
      assert.isAbove(Math.max(...samples(harness).slice(-30)), 1_000)
      // What a resampler still holds is dropped too.
      yield* write(tone(100))
      assert.closeTo(Duration.toMillis(yield* clear), 100 / 22.05, 0.001)
      yield* write(new Int16Array(441))
      yield* end
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(sent.at(-1)!.samples, Array.from({ length: 480 }, () => 0))
      assert.strictEqual(sent.length, 51)
    }))
})

describe("the numbers", () => {
  withSpeakers(
    "of an utterance after silence: a gap in time, none in sequence, and the marker bit",
    (harness) =>
      Effect.gen(function*() {
        const { drained, end, write } = yield* harness.speaker()
        const say = write(counting(35)).pipe(Effect.andThen(end))
        yield* say
        const draining = yield* fork(drained)
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(draining)
        yield* say
        // The one before is still sent: this one follows it without silence.
        yield* say
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0, 20, 10_000, 10_020, 10_040, 10_060])
        assert.deepStrictEqual(numbers(harness), [
          [0, 0, true],
          [1, 960, false],
          [2, 480_000, true],
          [3, 480_960, false],
          [4, 481_920, false],
          [5, 482_880, false]
        ])
      })
  )

  withSpeakers(
    "of a live source that is some milliseconds late have no gap, and those after a pause have one",
    (harness) =>
      Effect.gen(function*() {
        const { end, write } = yield* harness.speaker()
        yield* write(counting(20))
        yield* TestClock.adjust("23 millis")
        yield* write(counting(20))
        yield* TestClock.adjust("100 millis")
        yield* write(counting(40))
        yield* TestClock.adjust("177 millis")
        yield* write(counting(20))
        yield* end
        yield* TestClock.adjust("21 millis")
        yield* write(counting(20))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0, 23, 123, 123, 300, 321])
        assert.deepStrictEqual(numbers(harness), [
          [0, 0, true],
          [1, 960, false],
          [2, 1_920, false],
          [3, 2_880, false],
          [4, 300 * 48, true],
          [5, 321 * 48, true]
        ])
      })
  )

  withSpeakers(
    "stay in real time after a stall: up to 900 ms are caught up, more is a pause",
    (harness) =>
      Effect.gen(function*() {
        const { sent, speaker, stalls } = harness
        const one = yield* speaker()
        stalls.set(1, 900).set(101, 5_000)
        yield* one.write(counting(4_000))
        yield* TestClock.adjust("20 seconds")
        assert.strictEqual(yield* dropped(one), 0)
        assert.strictEqual(sent.length, 200)
        assert.deepStrictEqual(samples(harness), Array.from(counting(4_000)))
        const late = sent.map(({ at, packet: { timestamp } }) => at - timestamp / 48)
        // Frame 1 is sent late, and all that were due meanwhile with it.
        assert.deepStrictEqual(late.slice(0, 4), [0, 900, 880, 860])
        assert.deepStrictEqual(late.slice(46, 101), Array.from({ length: 55 }, () => 0))
        assert.deepStrictEqual(late.slice(101), Array.from({ length: 99 }, () => 0))
        assert.deepStrictEqual(sent.flatMap(({ packet: { marker } }, at) => marker ? [at] : []), [0, 101])
      })
  )
})

describe("clear", () => {
  withSpeakers(
    "stops within a frame, and returns how much is not said; writes that wait return",
    (harness) =>
      Effect.gen(function*() {
        const { clear, drained, end, queued, write } = yield* harness.speaker({ maxQueued: "100 millis" })
        const waiting = yield* fork(write(counting(1_000)))
        const next = yield* fork(write(counting(1_000)))
        const ending = yield* fork(end)
        yield* TestClock.adjust("30 millis")
        const draining = yield* fork(drained)
        // 7 frames were queued, and 2 of them are sent.
        assert.deepStrictEqual(yield* clear, Duration.millis(100))
        assert.strictEqual(yield* Fiber.join(waiting), 140 * 8)
        assert.strictEqual(yield* Fiber.join(next), 0)
        yield* Fiber.join(ending)
        assert.deepStrictEqual(yield* queued, Duration.zero)
        assert.deepStrictEqual(yield* clear, Duration.zero)
        yield* TestClock.adjust("9 millis")
        assert.isFalse(isDone(draining))
        yield* TestClock.adjust("1 millis")
        assert.isTrue(isDone(draining))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0, 20])
      })
  )

  withSpeakers(
    "drops what is less than a frame, and the next utterance is not shifted by it",
    (harness) =>
      Effect.gen(function*() {
        const { clear, end, write } = yield* harness.speaker()
        yield* write(counting(35))
        yield* TestClock.adjust("5 millis")
        assert.deepStrictEqual(yield* clear, Duration.millis(15))
        yield* end
        yield* write(counting(20, 1_000))
        yield* TestClock.adjust("1 second")
        // At the time of the frame that it replaces.
        assert.deepStrictEqual(times(harness), [0, 20])
        assert.deepStrictEqual(samples(harness), [...counting(20), ...counting(20, 1_000)])
      })
  )
})

describe("drained", () => {
  withSpeakers(
    "returns when the last frame that was written before has been played",
    (harness) =>
      Effect.gen(function*() {
        const { drained, write } = yield* harness.speaker()
        yield* drained
        yield* write(counting(50))
        const draining = yield* fork(drained)
        yield* write(counting(50))
        yield* TestClock.adjust("39 millis")
        assert.isFalse(isDone(draining))
        yield* TestClock.adjust("1 millis")
        assert.isTrue(isDone(draining))
        yield* TestClock.adjust("1 second")
        yield* drained
      })
  )
})

describe("connected", () => {
  withSpeakers(
    "nothing is sent before it, so a greeting is heard from its beginning",
    (harness) =>
      Effect.gen(function*() {
        const { call, speaker } = harness
        const one = yield* speaker()
        const connecting = yield* fork(one.connected)
        yield* one.write(counting(40))
        yield* TestClock.adjust("150 millis")
        assert.isFalse(isDone(connecting))
        assert.deepStrictEqual(yield* one.queued, Duration.millis(40))
        yield* call.setPublisherState("connected")
        yield* Fiber.join(connecting)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [150, 170])
        assert.deepStrictEqual(samples(harness), Array.from(counting(40)))
        assert.strictEqual(yield* dropped(one), 0)
      }),
    { connects: false }
  )

  withSpeakers(
    "an utterance pauses while the connection is lost, and goes on where it was",
    (harness) =>
      Effect.gen(function*() {
        const { call, speaker } = harness
        const one = yield* speaker()
        yield* one.write(counting(100))
        yield* TestClock.adjust("25 millis")
        yield* call.setPublisherState("disconnected")
        yield* TestClock.adjust("475 millis")
        yield* call.setPublisherState("connected")
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0, 20, 500, 520, 540])
        assert.deepStrictEqual(samples(harness), Array.from(counting(100)))
        assert.deepStrictEqual(numbers(harness)[2], [2, 24_000, true])
        assert.strictEqual(yield* dropped(one), 0)
      })
  )
})

describe("mute", () => {
  withSpeakers("pauses: what is queued goes on with unmute, in real time", (harness) =>
    Effect.gen(function*() {
      const one = yield* harness.speaker({ maxQueued: "60 millis" })
      const writing = yield* fork(one.write(counting(100)))
      yield* TestClock.adjust("10 millis")
      yield* one.mute
      yield* TestClock.adjust("5 seconds")
      assert.isFalse(isDone(writing))
      assert.deepStrictEqual(yield* one.queued, Duration.millis(60))
      yield* one.unmute
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(times(harness), [0, 5_010, 5_030, 5_050, 5_070])
      assert.deepStrictEqual(samples(harness), Array.from(counting(100)))
      assert.strictEqual(yield* dropped(one), 0)
    }))

  withSpeakers("and clear: nothing goes on", (harness) =>
    Effect.gen(function*() {
      const one = yield* harness.speaker()
      yield* one.write(counting(100))
      yield* TestClock.adjust("10 millis")
      yield* one.mute
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(yield* one.clear, Duration.millis(80))
      yield* one.unmute
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(times(harness), [0])
    }))
})

describe("the end", () => {
  for (const capacity of ["20 millis", "10 seconds"] as const) {
    withSpeakers(
      `a moderator stops the track: all that waits fails with the reason (${capacity})`,
      (harness) =>
        Effect.gen(function*() {
          const { connected, done, drained, end, write } = yield* harness.speaker({ maxQueued: capacity })
          const waiting = yield* fork(Effect.flip(Effect.andThen(write(counting(100)), drained)))
          yield* TestClock.adjust("10 millis")
          yield* harness.call.emit({
            _tag: "TrackUnpublished",
            publication: { userId: "agent", sessionId: "agent", trackType: "Audio" },
            cause: "Moderation"
          })
          const all = [Fiber.join(waiting), ...[write(counting(20)), end, connected].map(Effect.flip)]
          for (const failing of all) assert.deepStrictEqual(yield* failing, stopped("Moderation"))
          assert.deepInclude(yield* Effect.flip(done), { reason: "Moderation" })
          yield* TestClock.adjust("1 second")
          assert.deepStrictEqual(times(harness), [0])
        })
    )
  }

  withSpeakers(
    "the scope closes: the track ends before its encoder is freed, and a write fails",
    (harness) =>
      Effect.gen(function*() {
        const { close, connected, done, drained, write } = yield* harness.speaker({ maxQueued: "20 millis" })
        const waiting = yield* fork(Effect.flip(write(counting(100))))
        yield* TestClock.adjust("10 millis")
        yield* close
        for (const failing of [Fiber.join(waiting), ...[write(counting(20)), connected, drained].map(Effect.flip)]) {
          assert.deepStrictEqual(yield* failing, stopped("Closed"))
        }
        yield* done
        assert.deepStrictEqual(harness.encoders, ["opens opus 8000", "frees"])
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(times(harness), [0])
      })
  )
})

describe("make", () => {
  withSpeakers(
    "fails with the codec's error, and nothing was published",
    ({ call, speaker }) =>
      Effect.gen(function*() {
        const failed = speaker({ codec: { name: "none", clockRate: 8_000 } })
        assert.deepStrictEqual(
          yield* Effect.flip(failed),
          new AudioCodec.UnsupportedCodecError({ codec: "none", detail: "a test" })
        )
        assert.notInclude(call.calls.map(({ _tag }) => _tag), "SetPublisher")
      })
  )

  withSpeakers(
    "fails with the error of publish, and frees the encoder",
    ({ encoders, speaker }) =>
      Effect.gen(function*() {
        yield* speaker()
        assert.deepStrictEqual(
          yield* Effect.flip(speaker()),
          new PublishError({ trackType: "Audio", reason: "AlreadyPublished", detail: "" })
        )
        assert.deepStrictEqual(encoders, ["opens opus 8000", "opens opus 8000", "frees"])
      })
  )

  withSpeakers(
    "encodes at the lowest rate that loses nothing",
    ({ encoders, speaker }) =>
      Effect.gen(function*() {
        for (const sampleRate of [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000]) {
          yield* Effect.flatMap(speaker({ sampleRate }), ({ close }) => close)
        }
        yield* speaker({ sampleRate: 24_000, codec: { name: "PCMU", clockRate: 8_000 }, trackType: "ScreenShareAudio" })
        assert.deepStrictEqual(
          encoders.filter((one) => one !== "frees").map((one) => one.replace(/opens (opus )?/, "")),
          ["8000", "16000", "16000", "24000", "24000", "48000", "48000", "48000", "48000", "PCMU 24000"]
        )
      })
  )

  const wrong: ReadonlyArray<readonly [options: object, message: RegExp]> = [
    [{ sampleRate: 7_999 }, /^Speaker.make: sampleRate must be an integer from 8000 to 192000, got 7999/],
    [{ sampleRate: NaN }, /sampleRate/],
    [{ sampleRate: 44_100.5 }, /sampleRate/],
    [{ sampleRate: "48000" }, /sampleRate/],
    [{ trackType: "Video" }, /^Speaker.make: trackType must be one of Audio, ScreenShareAudio, got "Video"/],
    [{ bitrate: 5_999 }, /bitrate must be an integer from 6000 to 510000/],
    [{ maxQueued: 0 }, /maxQueued must be a duration of more than zero/],
    [{ codec: "opus" }, /codec must be an object/],
    [{ codec: {} }, /codec.name must be a non-empty string/]
  ]
  for (const [options, message] of wrong) {
    withSpeakers(`a wrong argument is a defect: ${JSON.stringify(options)}`, ({ speaker }) =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(speaker(options))
        const defect = Exit.isFailure(exit) ? String(Cause.squash(exit.cause)).replace(/^TypeError: /, "") : ""
        assert.match(defect, message)
      }))
  }
})
