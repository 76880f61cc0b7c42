/**
 * Tracks as PCM, in a scripted call: a payload says how long it is, and which sample it repeats.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RemoteTrack, RtpPacket, StreamEdge } from "effect-track-resolver"
import { AudioCodec, Pcm } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { diesOfArgument, errorOf, joined, makeHarness, unpublished, whenIdle } from "../edge/Harness.ts"
import type { Harness } from "../edge/Harness.ts"
import { alice, bob } from "../support/people.ts"
import { readCounters } from "../support/readCounters.ts"
import { begin } from "../support/resolver.ts"
import { amplitudeOf } from "../support/sound.ts"
import * as Opus from "./Opus.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, parameters: {} }
const pcmu = { name: "PCMU", clockRate: 8_000, payloadType: 0, parameters: {} }
const events = { name: "telephone-event", clockRate: 48_000, payloadType: 110, parameters: {} }
const unknown = { name: "speex", clockRate: 16_000, payloadType: 97, parameters: {} }
const codecs = [opus, pcmu, events, unknown]

/** A payload of so many milliseconds whose samples all are `sample`. */
const payloadOf = (sample: number, millis = 20): Uint8Array => Uint8Array.of(millis, sample)

const garbage = Uint8Array.of(20)

/** How many decoders were made, and freed. */
interface Counts {
  made: number
  freed: number
}

const testCodecs = (counts: Counts) =>
  Layer.succeed(AudioCodec.AudioCodecs, {
    decoder: (codec, sampleRate) =>
      Effect.gen(function*() {
        if (codec.name === "speex") {
          return yield* new AudioCodec.UnsupportedCodecError({ codec: codec.name, detail: "not known" })
        }
        yield* Effect.acquireRelease(Effect.sync(() => counts.made++), () => Effect.sync(() => counts.freed++))
        const error = Effect.fail(new AudioCodec.DecodeError({ codec: codec.name, detail: "garbage" }))
        return {
          durationOf: (payload) => payload.length === 2 ? Effect.succeed(payload[0]! * codec.clockRate / 1_000) : error,
          decode: (payload) =>
            payload.length === 2
              ? Effect.succeed(new Int16Array(payload[0]! * sampleRate / 1_000).fill(payload[1]!))
              : error
        }
      }),
    encoder: () => Effect.die("no encoder")
  })

interface Heard extends Harness {
  readonly track: RemoteTrack
  readonly counts: Counts
  /** Sends packet number `n`: its time is `n * 20 ms`. */
  readonly send: (n: number, fields?: Partial<RtpPacket>, payload?: Uint8Array) => Effect.Effect<void>
  /** Sends packets `from` to `to`, one every 20 ms. */
  readonly talk: (from: number, to: number) => Effect.Effect<void>
  readonly mute: Effect.Effect<void>
}

const microphone = { ...ScriptedCall.mediaSection("0", "p", "Audio"), codecs }
const key = { ...alice, trackType: "Audio" as const }

const sendOn = (call: ScriptedCall.ScriptedCall, mid = "0") =>
(
  n: number,
  fields: Partial<RtpPacket> = {},
  payload = payloadOf(n + 1)
): Effect.Effect<void> =>
  call.send(mid, payload, {
    payloadType: 111,
    sequenceNumber: (65_530 + n) % 65_536,
    timestamp: (2 ** 32 - 2_000 + n * 960) % 2 ** 32,
    ...fields
  })

const trackOf = (edge: StreamEdge["Service"], userId = "alice") => edge.waitForTrack({ userId })

/** Alice speaks. */
const heard = <A, E>(
  name: string,
  test: (heard: Heard) => Effect.Effect<A, E, Scope.Scope | AudioCodec.AudioCodecs>
): void => {
  it.effect(name, () => {
    const counts: Counts = { made: 0, freed: 0 }
    return Effect.gen(function*() {
      const harness = yield* makeHarness({ holdsEarlyPackets: true })
      const { call, edge } = harness
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([microphone])
      yield* whenIdle
      const track = yield* trackOf(edge)
      const send = sendOn(call)
      const talk = (from: number, to: number): Effect.Effect<void> =>
        Effect.forEach(
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
          (n) => Effect.andThen(send(n), TestClock.adjust("20 millis")),
          { discard: true }
        )
      const mute = Effect.andThen(call.emit(unpublished(key)), whenIdle)
      yield* test({ ...harness, track, counts, send, talk, mute })
    }).pipe(Effect.provide(testCodecs(counts)))
  })
}

/** The frames so far, and the fiber of their consumer. */
const listen = Effect.fnUntraced(function*(
  track: RemoteTrack,
  options: Partial<Pcm.PcmOptions> = {},
  onFrame: Effect.Effect<void> = Effect.void
) {
  const frames: Array<Pcm.PcmFrame> = []
  const stream = Pcm.stream(track, { sampleRate: 16_000, ...options })
  const fiber = yield* begin(
    Stream.runForEach(stream, (frame) => Effect.andThen(Effect.sync(() => frames.push(frame)), onFrame))
  )
  yield* TestClock.adjust("1 millis")
  return { frames, fiber }
})

/** A frame as a short text: the sample in its middle, or how much of it is filled and why. */
const describeFrame = ({ filled, reasons, samples }: Pcm.PcmFrame): string =>
  filled === 0 ? String(samples[samples.length / 2]) : `${filled} ${reasons.join(" ")}`

const described = (frames: ReadonlyArray<Pcm.PcmFrame>): ReadonlyArray<string> => frames.map(describeFrame)

const numbers = (first: number, last: number): ReadonlyArray<string> =>
  Array.from({ length: last - first + 1 }, (_, n) => String(first + n))

describe("Frames", () => {
  heard("have the decoded samples, the RTP time and the time of arrival", ({ track, talk }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* talk(0, 9)
      assert.deepStrictEqual(described(frames), numbers(1, 10))
      assert.deepStrictEqual(frames[0]!.samples, new Int16Array(320).fill(1))
      assert.deepStrictEqual(
        frames.map(({ rtpTimestamp }) => rtpTimestamp),
        Array.from({ length: 10 }, (_, n) => (2 ** 32 - 2_000 + n * 960) % 2 ** 32)
      )
      assert.deepStrictEqual(frames.map(({ at }) => at - frames[0]!.at), Array.from({ length: 10 }, (_, n) => n * 20))
      assert.deepInclude(frames[9], { filled: 0, reasons: [], audioLevel: undefined })
    }))

  for (const sampleRate of [8_000, 16_000, 24_000, 48_000] as const) {
    for (const frame of [10, 20, 30, 60, 120]) {
      heard(
        `have exactly the length that is asked for: ${frame} ms at ${sampleRate}`,
        ({ talk, track }) =>
          Effect.gen(function*() {
            const { frames } = yield* listen(track, { sampleRate, frame })
            yield* talk(0, 29)
            assert.strictEqual(frames.length, 600 / frame)
            assert.isTrue(
              frames.every(({ filled, samples }) => samples.length === frame * sampleRate / 1_000 && filled === 0)
            )
          })
      )
    }
  }

  heard("have the loudest level of their packets", ({ send, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track, { frame: 60 })
      const levels = [{ level: -40, hasVoice: false }, { level: -20, hasVoice: true }, undefined]
      for (const [n, audioLevel] of levels.entries()) yield* send(n, { audioLevel })
      yield* whenIdle
      assert.deepStrictEqual(frames.map(({ audioLevel }) => audioLevel), [{ level: -20, hasVoice: true }])
    }))

  heard("have the loudest level of their packets in any order", ({ send, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track, { frame: 40 })
      yield* send(0, { audioLevel: { level: -20, hasVoice: true } })
      yield* send(1, { audioLevel: { level: -40, hasVoice: false } })
      yield* whenIdle
      assert.deepStrictEqual(frames.map(({ audioLevel }) => audioLevel), [{ level: -20, hasVoice: true }])
    }))

  heard("within a packet have their own times", ({ send, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* send(0, { timestamp: 1_000 }, payloadOf(1, 60))
      yield* whenIdle
      assert.deepStrictEqual(frames.map(({ rtpTimestamp }) => rtpTimestamp), [1_000, 1_960, 2_920])
      assert.deepStrictEqual(frames.map(({ at }) => at - frames[0]!.at), [0, 20, 40])
    }))

  heard("begin with the first packet, and come at once", ({ send, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(frames, [])
      yield* send(0)
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(described(frames), ["1"])
    }))

  heard(
    "follow the payload type of each packet, also to another clock rate",
    ({ send, track, talk, counts }) =>
      Effect.gen(function*() {
        const { frames } = yield* listen(track)
        yield* talk(0, 2)
        for (let n = 3; n < 6; n++) {
          yield* send(n, { payloadType: 0, timestamp: n * 160 })
          yield* TestClock.adjust("20 millis")
        }
        yield* talk(6, 7)
        const received = described(frames).filter((text) => !text.includes(" "))
        assert.deepStrictEqual(received, numbers(1, 8))
        assert.strictEqual(counts.made, 2)
      })
  )

  heard("of the same track for two consumers are the same", ({ track, talk }) =>
    Effect.gen(function*() {
      const a = yield* listen(track)
      const b = yield* listen(track, { sampleRate: 8_000 })
      yield* talk(0, 9)
      assert.deepStrictEqual(described(a.frames), described(b.frames))
    }))
})

describe("What is filled", () => {
  heard("is the time of a lost packet, once it is too late for it", ({ send, talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* talk(0, 4)
      yield* TestClock.adjust("20 millis")
      yield* send(6)
      yield* TestClock.adjust("10 millis")
      assert.deepStrictEqual(described(frames), numbers(1, 5))
      yield* TestClock.adjust("31 millis")
      assert.deepStrictEqual(described(frames), [...numbers(1, 5), "320 Lost", "7"])
    }))

  heard(
    "is the time in which the sender sends nothing, at the pace of the clock",
    ({ talk, track }) =>
      Effect.gen(function*() {
        const { frames } = yield* listen(track)
        yield* talk(0, 4)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(described(frames), [...numbers(1, 5), ...Array.from({ length: 47 }, () => "320 Silent")])
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual(frames.length, 552)
        const spacing = frames.map(({ at }, n) => at - (frames[n - 1]?.at ?? at - 20))
        assert.isTrue(spacing.every((millis) => millis === 20))
      })
  )

  heard(
    "is exact: the samples are the RTP time over loss, disorder, copies, silence and wraps",
    ({ send, track, mute }) =>
      Effect.gen(function*() {
        const { fiber, frames } = yield* listen(track)
        for (let n = 0; n < 500; n++) {
          const isLost = n % 7 === 3 && n !== 499
          const isSwapped = n % 10 === 5
          const isSilent = n >= 200 && n < 300
          if (!isLost && !isSilent) {
            if (isSwapped) yield* Effect.forkScoped(Effect.andThen(Effect.sleep("25 millis"), send(n)))
            else yield* send(n)
            if (n % 11 === 4) yield* send(n)
          }
          yield* TestClock.adjust("20 millis")
        }
        yield* mute
        yield* Fiber.join(fiber)
        assert.strictEqual(frames.length, 500)
        for (const [n, frame] of frames.entries()) {
          if (frame.filled === 0) assert.strictEqual(frame.samples[160], (n + 1) & 0xff)
          else assert.isTrue(n % 7 === 3 || (n >= 200 && n < 300), `${n} ${describeFrame(frame)}`)
        }
      })
  )

  heard("is silence that begins and ends without a step", ({ send, talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* talk(99, 99)
      yield* TestClock.adjust("100 millis")
      yield* send(105, { sequenceNumber: 94 })
      yield* whenIdle
      const [before, filled] = frames
      const after = frames.at(-1)!
      assert.isTrue(before!.samples.every((sample) => sample === 100))
      assert.isTrue(after.samples.subarray(80).every((sample) => sample === 106))
      const edges = [...before!.samples.subarray(-1), ...filled!.samples, ...new Int16Array(320), ...after.samples]
      assert.isTrue(edges.every((sample, n) => Math.abs(sample - (edges[n - 1] ?? sample)) <= 2))
      assert.isTrue(filled!.samples.subarray(80).every((sample) => sample === 0))
    }))

  heard("is what other payloads than audio say", ({ send, talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* talk(0, 2)
      yield* send(3, { payloadType: 110 })
      yield* TestClock.adjust("20 millis")
      yield* send(4, { payloadType: 99 })
      yield* TestClock.adjust("20 millis")
      yield* talk(5, 6)
      assert.deepStrictEqual(described(frames), [...numbers(1, 3), "320 Silent", "320 Silent", ...numbers(6, 7)])
    }))

  heard(
    "is the end of the last frame",
    ({ mute, talk, track }) =>
      Effect.gen(function*() {
        const { fiber, frames } = yield* listen(track, { frame: 60 })
        yield* talk(0, 3)
        yield* mute
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(described(frames), ["2", "640 End"])
        assert.deepStrictEqual(frames[1]!.samples.subarray(0, 320), new Int16Array(320).fill(4))
      })
  )
})

/** Bob's track. Ten packets of it arrived before it was known. */
const bobAfterHisWords = Effect.fnUntraced(function*(call: ScriptedCall.ScriptedCall, edge: StreamEdge["Service"]) {
  const send = sendOn(call, "1")
  yield* call.offer([microphone, { ...ScriptedCall.mediaSection("1", "q", "Audio"), codecs }])
  yield* whenIdle
  for (let n = 0; n < 10; n++) yield* Effect.andThen(send(n), TestClock.adjust("20 millis"))
  yield* call.emit(joined(bob, "q", ["Audio"]))
  yield* whenIdle
  return yield* trackOf(edge, "bob")
})

describe("A track", () => {
  heard(
    "whose packets arrived before it was known is heard from its first word on",
    ({ call, edge }) =>
      Effect.gen(function*() {
        const { frames } = yield* listen(yield* bobAfterHisWords(call, edge))
        assert.deepStrictEqual(described(frames), numbers(1, 10))
      })
  )

  heard("is heard from the asked time on", ({ call, edge }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(yield* bobAfterHisWords(call, edge), { preRoll: 50 })
      assert.deepStrictEqual(described(frames), numbers(9, 10))
    }))

  heard(
    "ends its stream after what has arrived, and frees the decoder",
    ({ counts, mute, send, talk, track }) =>
      Effect.gen(function*() {
        const { fiber, frames } = yield* listen(track)
        yield* talk(0, 4)
        yield* send(6)
        yield* TestClock.adjust(0)
        yield* mute
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(described(frames), [...numbers(1, 5), "320 Lost", "7"])
        assert.deepStrictEqual(counts, { made: 1, freed: 1 })
      })
  )

  heard(
    "that sent nothing ends without a frame, and makes no decoder",
    ({ counts, mute, track }) =>
      Effect.gen(function*() {
        const { fiber, frames } = yield* listen(track)
        yield* mute
        yield* Fiber.join(fiber)
        assert.deepStrictEqual([frames.length, counts.made], [0, 0])
      })
  )
})

describe("A slow consumer", () => {
  /** Stops for this time at its tenth frame. */
  const pauses = (pause: string) => {
    let frames = 0
    return Effect.suspend(() => ++frames === 10 ? Effect.sleep(pause as "1 second") : Effect.void)
  }

  heard("that stalls for 2 seconds loses nothing", ({ talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track, {}, pauses("2 seconds"))
      yield* talk(0, 199)
      assert.deepStrictEqual(described(frames), numbers(1, 200))
    }))

  heard("that stalls for 2 seconds in silence gets the silence", ({ send, talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track, {}, pauses("2 seconds"))
      yield* talk(0, 10)
      yield* TestClock.adjust("3 seconds")
      yield* send(161, { sequenceNumber: 5 })
      yield* whenIdle
      assert.strictEqual(frames.length, 162)
      assert.strictEqual(frames[161]!.samples[160], 162)
    }))

  heard("loses nothing to a clock that was late", ({ send, talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track, {}, pauses("2 seconds"))
      yield* talk(0, 10)
      yield* TestClock.adjust("1960 millis")
      // The consumer has gone on, and nothing has arrived: as after a pause of the process, it comes in the next moment.
      yield* Effect.forEach(numbers(11, 100), (n) => send(Number(n)), { discard: true })
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(described(frames.slice(0, 101)), numbers(1, 101))
    }))

  heard("that stalls for 8 seconds loses the oldest, which are filled", ({ talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track, {}, pauses("8 seconds"))
      yield* talk(0, 499)
      yield* TestClock.adjust("100 millis")
      assert.isAtLeast(frames.length, 500)
      const dropped = frames.filter(({ reasons }) => reasons.includes("Dropped")).length
      assert.approximately(dropped, 150, 5)
      assert.deepStrictEqual(described(frames.slice(10 + dropped, 500)).length, 490 - dropped)
      assert.isTrue(frames.slice(10 + dropped, 500).every(({ filled }) => filled === 0))
      assert.strictEqual(frames[499]!.samples[160], 500 & 0xff)
    }))
})

describe("A payload that cannot be decoded", () => {
  heard("becomes silence of its length, and the others go on", ({ send, talk, track }) =>
    Effect.gen(function*() {
      const { frames } = yield* listen(track)
      yield* talk(0, 2)
      yield* send(3, {}, garbage)
      yield* TestClock.adjust("20 millis")
      yield* talk(4, 5)
      assert.deepStrictEqual(described(frames), [...numbers(1, 3), "320 Undecodable", ...numbers(5, 6)])
    }))

  const talkGarbage = (send: Heard["send"], from: number, to: number) =>
    Effect.forEach(
      Array.from({ length: to - from + 1 }, (_, n) => from + n),
      (n) => Effect.andThen(send(n, {}, garbage), TestClock.adjust("20 millis")),
      { discard: true }
    )

  heard(
    "fails the stream after one second of nothing else, and no other",
    ({ send, talk, track }) =>
      Effect.gen(function*() {
        const { fiber, frames } = yield* listen(track)
        yield* talk(0, 2)
        yield* talkGarbage(send, 3, 51)
        yield* talk(52, 52)
        yield* talkGarbage(send, 53, 101)
        assert.isUndefined(fiber.pollUnsafe())
        yield* send(102, {}, garbage)
        yield* whenIdle
        assert.deepInclude(errorOf(yield* Fiber.await(fiber)), { _tag: "DecodeError", codec: "opus" })
        assert.strictEqual(frames.length, 102)
        const again = yield* listen(track)
        yield* talk(103, 104)
        assert.deepStrictEqual(described(again.frames), numbers(104, 105))
      })
  )

  heard("of a codec that nobody decodes fails the stream", ({ send, track }) =>
    Effect.gen(function*() {
      const { fiber } = yield* listen(track)
      yield* send(0, { payloadType: 97 })
      yield* whenIdle
      assert.deepInclude(errorOf(yield* Fiber.await(fiber)), { _tag: "UnsupportedCodecError", codec: "speex" })
    }))
})

describe("Opus", () => {
  it.effect("of libopus is heard: a tone of 440 Hz, through loss", () =>
    Effect.gen(function*() {
      const { call, edge } = yield* makeHarness()
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([microphone])
      yield* whenIdle
      const { frames } = yield* listen(yield* trackOf(edge))
      const send = sendOn(call)
      for (const [n, payload] of Opus.packets(20, 100).entries()) {
        if (n !== 70) yield* send(n, {}, payload)
        yield* TestClock.adjust("20 millis")
      }
      assert.strictEqual(frames.length, 100)
      const missing = frames.map((frame, n) => frame.filled > 0 ? `${n} ${describeFrame(frame)}` : "").filter(Boolean)
      assert.deepStrictEqual(missing, ["70 320 Lost"])
      const samples = Int16Array.from(frames.slice(10, 60).flatMap(({ samples }) => Array.from(samples)))
      assert.isAbove(amplitudeOf(samples, 440, 16_000), 4_000)
      assert.isBelow(amplitudeOf(samples, 700, 16_000), 400)
    }).pipe(Effect.provide(AudioCodec.AudioCodecs.layer)))
})

describe("Metrics", () => {
  heard(
    "count what is not heard, and what is filled, by the reason",
    ({ send, talk, track }) =>
      Effect.gen(function*() {
        yield* listen(track)
        yield* talk(0, 4)
        yield* send(6)
        yield* TestClock.adjust("80 millis")
        yield* send(5)
        yield* send(6)
        yield* send(7, {}, garbage)
        yield* whenIdle
        assert.sameMembers(yield* readCounters("pcm_"), [
          "pcm_packets_unheard Lost 1",
          "pcm_packets_unheard Late 1",
          "pcm_packets_unheard Duplicate 1",
          "pcm_packets_unheard Undecodable 1",
          "pcm_filled_milliseconds Lost 20",
          "pcm_filled_milliseconds Undecodable 20"
        ])
      }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})

describe("Wrong arguments", () => {
  const wrong: ReadonlyArray<readonly [string, object]> = [
    ["sampleRate must be one of 8000, 16000, 24000, 48000", { sampleRate: 44_100 }],
    ["channels must be 1", { channels: 2 }],
    ["frame must be a duration of 10 to 120 milliseconds", { frame: 5 }],
    ["frame must be a duration of 10 to 120 milliseconds", { frame: "1 second" }],
    ["frame must be a duration of zero or more", { frame: "soon" }],
    ["frame must be a whole number of samples", { frame: "10010 micros" }],
    ["preRoll must be a duration of 0 to 1000 milliseconds", { preRoll: "2 seconds" }],
    ["maxWait must be a duration of 40 to 5000 milliseconds", { maxWait: 10 }]
  ]
  for (const [message, options] of wrong) {
    heard(`${message}, and not ${JSON.stringify(options)}`, ({ track }) =>
      Effect.gen(function*() {
        const stream = Pcm.stream(track, { sampleRate: 16_000, ...options } as Pcm.PcmOptions)
        const exit = yield* Effect.exit(Stream.runDrain(stream))
        assert.isTrue(Exit.isFailure(exit))
        assert.include(Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "", `Pcm.stream: ${message}`)
      }))
  }

  heard("a track of video, and no options", ({ track }) =>
    Effect.gen(function*() {
      const codecs = yield* AudioCodec.AudioCodecs
      const dies = (stream: ReturnType<typeof Pcm.stream>) =>
        diesOfArgument(Effect.provideService(Stream.runDrain(stream), AudioCodec.AudioCodecs, codecs))
      assert.isTrue(yield* dies(Pcm.stream({ ...track, kind: "video" }, { sampleRate: 8_000 })))
      assert.isTrue(yield* dies(Pcm.stream(track, undefined as never)))
    }))
})
