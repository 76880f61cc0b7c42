import { it } from "@effect/vitest"
import { AudioCodec, Speech, Vad } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { joined, makeHarness, unpublished, whenIdle } from "../edge/Harness.ts"
import { alice } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import { concatenate } from "./Opus.ts"
import { voice } from "./Voice.ts"

/** Its speech is what is not zero. */
const exactVad = Layer.succeed(
  Vad.Vad,
  Vad.Vad.of({
    detector: () => Effect.succeed({ isSpeech: (samples) => Effect.sync(() => samples.some((sample) => sample !== 0)) })
  })
)

/** Frames of 20 ms from the time 1,000 on: `#` is speech. Each sample has another value. */
const framesOf = (pattern: string): ReadonlyArray<Speech.SpeechFrame> =>
  Array.from(pattern, (character, frame) => ({
    samples: Int16Array.from({ length: 320 }, (_, index) => character === "#" ? frame * 100 + index % 100 + 1 : 0),
    at: 1_000 + 20 * frame
  }))

const collect = <E>(frames: Stream.Stream<Speech.SpeechFrame, E>, options: Speech.SegmentOptions = {}) =>
  Stream.runCollect(Speech.fromFrames(frames, { sampleRate: 16_000, ...options }))

const timesOf = (segments: Iterable<Speech.SpeechSegment>) =>
  Array.from(segments, ({ begin, end, ending }) => [begin, end, ending])

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "no failure"

const silence = (frames: number): string => ".".repeat(frames)
const speech = (frames: number): string => "#".repeat(frames)

describe("Segments of speech", () => {
  it.effect("have begin, end and all samples between, with 200 ms of padding", () =>
    Effect.gen(function*() {
      const frames = framesOf(silence(20) + speech(10) + silence(30))
      const [segment, ...others] = yield* collect(Stream.fromIterable(frames))
      expect(others).toEqual([])
      expect(segment).toMatchObject({ begin: 1_200, end: 1_800, ending: "Silence", sampleRate: 16_000 })
      expect(segment!.samples).toEqual(concatenate(frames.slice(10, 40).map(({ samples }) => samples)))
    }).pipe(Effect.provide(exactVad)))

  it.effect("begin after 60 ms of speech and end after 500 ms of silence, or as the options say", () =>
    Effect.gen(function*() {
      const pattern = silence(20) + speech(2) + silence(30) + speech(3) + silence(24) + speech(3) + silence(25)
      const frames = Stream.fromIterable(framesOf(pattern))
      expect(timesOf(yield* collect(frames))).toEqual([[1_840, 2_840, "Silence"]])
      const options = { speech: "40 millis", silence: "480 millis", padding: 0 } as const
      expect(timesOf(yield* collect(frames, options))).toEqual([
        [1_400, 1_440, "Silence"],
        [2_040, 2_100, "Silence"],
        [2_580, 2_640, "Silence"]
      ])
    }).pipe(Effect.provide(exactVad)))

  it.effect("are cut at the longest, and go on without a gap", () =>
    Effect.gen(function*() {
      const frames = Stream.fromIterable(framesOf(speech(120) + silence(30)))
      const segments = yield* collect(frames, { longest: "1 second" })
      expect(timesOf(segments)).toEqual([
        [1_000, 2_000, "TooLong"],
        [2_000, 3_000, "TooLong"],
        [3_000, 3_600, "Silence"]
      ])
      const whole = yield* collect(frames)
      expect(timesOf(whole)).toEqual([[1_000, 3_600, "Silence"]])
      expect(concatenate(segments.map(({ samples }) => samples))).toEqual(whole[0]!.samples)
    }).pipe(Effect.provide(exactVad)))

  it.effect("come when they end, not when the track ends", () =>
    Effect.gen(function*() {
      const taken: Array<number> = []
      const frames = Stream.tap(
        Stream.fromIterable(framesOf(speech(5) + silence(100)), { chunkSize: 1 }),
        ({ at }) => Effect.sync(() => void taken.push(at))
      )
      const first = yield* Stream.runHead(Speech.fromFrames(frames, { sampleRate: 16_000 }))
      expect(first).toMatchObject({ value: { begin: 1_000, end: 1_300 } })
      expect(taken.length).toBe(30)
    }).pipe(Effect.provide(exactVad)))

  it.effect("a track that ends in mid-word gives its last segment", () =>
    Effect.gen(function*() {
      const segments = yield* collect(Stream.fromIterable(framesOf(silence(20) + speech(5))))
      expect(timesOf(segments)).toEqual([[1_200, 1_500, "EndOfTrack"]])
    }).pipe(Effect.provide(exactVad)))

  it.effect("a stream that fails in mid-word gives its last segment, then fails", () =>
    Effect.gen(function*() {
      const seen: Array<Speech.SpeechSegment> = []
      const frames = Stream.concat(Stream.fromIterable(framesOf(speech(5))), Stream.fail("lost" as const))
      const error = yield* Speech.fromFrames(frames, { sampleRate: 16_000 }).pipe(
        Stream.runForEach((segment) => Effect.sync(() => void seen.push(segment))),
        Effect.flip
      )
      expect(error).toBe("lost")
      expect(timesOf(seen)).toEqual([[1_000, 1_100, "EndOfTrack"]])
    }).pipe(Effect.provide(exactVad)))

  it.effect("a wrong option is a defect", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [Speech.SegmentOptions, string]> = [
        [{ silence: 0 }, "Speech: silence must be a duration of more than zero"],
        [{ speech: Number.NaN }, "Speech: speech must be"],
        [{ padding: -1 }, "Speech: padding must be a duration of zero or more"],
        [{ longest: 0 }, "Speech: longest must be"]
      ]
      for (const [options, message] of wrong) {
        expect(messageOf(yield* Effect.exit(collect(Stream.empty, options)))).toContain(message)
      }
    }).pipe(Effect.provide(exactVad)))

  it.effect.each([8_000, 16_000, 24_000, 48_000] as const)(
    "of a voice, by WebRTC's detection, at %d",
    (sampleRate) =>
      Effect.gen(function*() {
        const pattern = silence(100) + speech(50) + silence(15) + speech(40) + silence(60) + speech(30) + silence(60)
        const frames = voice(pattern, sampleRate).map((samples, frame) => ({ samples, at: 20 * frame }))
        const segments = yield* Stream.runCollect(
          Speech.fromFrames(Stream.fromIterable(frames), { sampleRate })
        )
        const words = segments.filter(({ end }) => end > 1_000)
        expect(words.map(({ ending }) => ending)).toEqual(["Silence", "Silence"])
        const expected = [[2_000 - 200, 4_100 + 200], [5_300 - 200, 5_900 + 200]] as const
        for (const [index, [begin, end]] of expected.entries()) {
          expect(Math.abs(words[index]!.begin - begin)).toBeLessThanOrEqual(60)
          expect(words[index]!.end).toBeGreaterThanOrEqual(end - 60)
          expect(words[index]!.end).toBeLessThanOrEqual(end + 400)
          expect(words[index]!.samples.length).toBe((words[index]!.end - words[index]!.begin) * sampleRate / 1_000)
        }
      }).pipe(Effect.provide(Vad.Vad.layer()))
  )
})

const opus = { name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, parameters: {} }
const microphone = { ...ScriptedCall.mediaSection("0", "p", "Audio"), codecs: [opus] }

describe("Segments of a track, in Opus over RTP", () => {
  it.effect("are its words, also when packets are lost within one, and the last one when it ends in mid-word", () =>
    Effect.gen(function*() {
      const { call, edge } = yield* makeHarness({ holdsEarlyPackets: true })
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([microphone])
      yield* whenIdle
      const track = yield* edge.waitForTrack({ userId: "alice" })
      const segments: Array<Speech.SpeechSegment> = []
      const fiber = yield* begin(
        Stream.runForEach(Speech.segments(track), (segment) => Effect.sync(() => void segments.push(segment)))
      )
      const { encoder } = yield* AudioCodec.AudioCodecs
      const { encode } = yield* encoder(opus, { sampleRate: 48_000 })
      const pattern = silence(60) + speech(50) + silence(50) + speech(30)
      for (const [n, samples] of voice(pattern, 48_000).entries()) {
        const payload = yield* encode(samples)
        const fields = { payloadType: 111, sequenceNumber: n, timestamp: n * 960 }
        // Three packets of the first word are lost.
        if (n < 80 || n > 82) yield* call.send("0", payload, fields)
        yield* TestClock.adjust("20 millis")
      }
      yield* call.emit(unpublished({ ...alice, trackType: "Audio" }))
      yield* whenIdle
      yield* Fiber.join(fiber)
      const words = segments.filter(({ end }) => end > 1_000)
      expect(words.map(({ ending }) => ending)).toEqual(["Silence", "EndOfTrack"])
      const expected = [[1_200 - 200, 2_200 + 200], [3_200 - 200, 3_800]] as const
      for (const [index, [begin, end]] of expected.entries()) {
        const word = words[index]!
        expect(Math.abs(word.begin - begin)).toBeLessThanOrEqual(100)
        expect(Math.abs(word.end - end)).toBeLessThanOrEqual(400)
        expect(word.samples.length).toBe(Math.round((word.end - word.begin) * 16))
        expect(word.sampleRate).toBe(16_000)
      }
    }).pipe(Effect.provide([AudioCodec.AudioCodecs.layer, Vad.Vad.layer({ mode: 3 })])))
})
