/**
 * Recordings in a scripted call. The payloads are of libopus; the files are read by another part of `mediabunny`, and decoded.
 */
import { assert, describe, it } from "@effect/vitest"
import type { EdgeError, LaggedError, RemoteTrack, RtpPacket } from "effect-track-resolver"
import { Recorder } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Mediabunny from "mediabunny"
import { errorOf, joined, makeHarness, published, unpublished, whenIdle } from "../edge/Harness.ts"
import type { Harness } from "../edge/Harness.ts"
import { alice } from "../support/people.ts"
import { readCounters } from "../support/readCounters.ts"
import { begin } from "../support/resolver.ts"
import { amplitudeOf, tone } from "../support/sound.ts"
import * as Opus from "./Opus.ts"
import { record, watch } from "./recording.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, parameters: {} }
const pcmu = { name: "PCMU", clockRate: 8_000, payloadType: 0, parameters: {} }
const codecs = [opus, pcmu]
const key = { ...alice, trackType: "Audio" as const }
const microphone = { ...ScriptedCall.mediaSection("0", "p", "Audio"), codecs }

/** Packets of 20 ms with a tone of 440 Hz. It becomes louder, so that each packet is another. */
const words = ((): ReadonlyArray<Uint8Array> => {
  const encoder = new Opus.library.Encoder({ channels: 1, sample_rate: 48_000, application: "audio" })
  const samples = tone(440, 48_000, 200 * 960).map((sample, at) => sample * (1 + at / 2_000_000))
  return Array.from({ length: 200 }, (_, n) => encoder.encode(Opus.bytesOf(samples.slice(n * 960, (n + 1) * 960))))
})()

const wordOf = (n: number): Uint8Array => words[n % words.length]!

interface Recorded extends Harness {
  readonly track: RemoteTrack
  readonly tracks: Stream.Stream<RemoteTrack, EdgeError | LaggedError>
  /** Sends packet number `n`: its time is `n * 20 ms`. */
  readonly send: (n: number, fields?: Partial<RtpPacket>, payload?: Uint8Array) => Effect.Effect<void>
  /** Sends packets `from` to `to`, one every 20 ms. */
  readonly talk: (from: number, to: number) => Effect.Effect<void>
  readonly mute: Effect.Effect<void>
  readonly unmute: Effect.Effect<void>
}

/** Alice's microphone is on. */
const recorded = <A, E>(name: string, test: (recorded: Recorded) => Effect.Effect<A, E, Scope.Scope>): void => {
  it.effect(name, () =>
    Effect.gen(function*() {
      const harness = yield* makeHarness({ holdsEarlyPackets: true })
      const { call, edge } = harness
      yield* call.emit(joined(alice, "p", ["Audio"]))
      yield* call.offer([microphone])
      yield* whenIdle
      const track = yield* edge.waitForTrack({ userId: "alice" })
      const send = (n: number, fields: Partial<RtpPacket> = {}, payload = wordOf(n)) =>
        call.send("0", payload, {
          payloadType: 111,
          sequenceNumber: (65_530 + n) % 65_536,
          timestamp: (2 ** 32 - 2_000 + n * 960) % 2 ** 32,
          ...fields
        })
      const talk = (from: number, to: number): Effect.Effect<void> =>
        Effect.forEach(
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
          (n) => Effect.andThen(send(n), TestClock.adjust("20 millis")),
          { discard: true }
        )
      yield* test({
        ...harness,
        track,
        tracks: edge.tracks({ userId: "alice" }),
        send,
        talk,
        mute: Effect.andThen(call.emit(unpublished(key)), whenIdle),
        unmute: Effect.andThen(call.emit(published(key)), whenIdle)
      })
    }))
}

interface ReadPacket {
  /** In milliseconds. */
  readonly at: number
  readonly duration: number
  readonly payload: Uint8Array
}

/** Of a file that is not complete: what comes before the first page that is not. */
const read = (bytes: Uint8Array, isComplete = true) =>
  Effect.promise(async () => {
    const input = new Mediabunny.Input({
      source: new Mediabunny.BufferSource(bytes),
      formats: [Mediabunny.OGG, Mediabunny.WEBM]
    })
    const track = (await input.getPrimaryAudioTrack())!
    const packets: Array<ReadPacket> = []
    try {
      for await (const { data, duration, timestamp } of new Mediabunny.EncodedPacketSink(track).packets()) {
        packets.push({ at: timestamp * 1_000, duration: duration * 1_000, payload: data })
      }
    } catch (error) {
      if (isComplete) throw error
    }
    return { format: (await input.getFormat()).name, channels: await track.getNumberOfChannels(), packets }
  })

const isSilence = ({ payload }: ReadPacket): boolean => payload.length === 3 && payload[1] === 0xff

const indexOf = ({ payload }: ReadPacket): number => words.findIndex((word) => Buffer.compare(word, payload) === 0)

/** Runs of words and of silence, each with its time, e.g. `silence 0-40` and `words 3-7 at 40`. */
const described = (packets: ReadonlyArray<ReadPacket>): ReadonlyArray<string> => {
  const runs: Array<Array<ReadPacket>> = []
  for (const packet of packets) {
    const last = runs.at(-1)
    if (last !== undefined && isSilence(last[0]!) === isSilence(packet)) last.push(packet)
    else runs.push([packet])
  }
  return runs.map((run) => {
    const [first, last] = [run[0]!, run.at(-1)!]
    return isSilence(first)
      ? `silence ${first.at.toFixed(1)}-${(last.at + last.duration).toFixed(1)}`
      : `words ${run.map(indexOf).join(" ")} at ${first.at.toFixed(1)}`
  })
}

const numbers = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n).join(" ")

/** The amplitude of the tone in the 20 ms at a time, in milliseconds: the whole file is decoded. */
const decoded = (packets: ReadonlyArray<ReadPacket>) => {
  const decoder = new Opus.library.Decoder({ channels: 1, sample_rate: 48_000 })
  const samples = Opus.concatenate(packets.map(({ payload }) => {
    const { buffer, byteLength, byteOffset } = decoder.decode(payload)
    return new Int16Array(buffer, byteOffset, byteLength / 2)
  }))
  return (at: number): number => amplitudeOf(samples.subarray(at * 48, (at + 20) * 48), 440, 48_000)
}

describe("A file", () => {
  for (const format of ["ogg", "webm"] as const) {
    recorded(
      `has the packets of its track, in their order: ${format}`,
      ({ mute, send, talk, track }) =>
        Effect.gen(function*() {
          const { bytes, fiber } = yield* record(track, { format })
          yield* talk(0, 4)
          yield* TestClock.adjust("20 millis")
          yield* send(6)
          yield* send(5)
          yield* TestClock.adjust("20 millis")
          yield* talk(7, 9)
          yield* mute
          const { duration, silence } = yield* Fiber.join(fiber)
          const file = yield* read(bytes())
          assert.strictEqual(file.format, format === "ogg" ? "Ogg" : "WebM")
          assert.strictEqual(file.channels, 1)
          assert.deepStrictEqual(described(file.packets), [`words ${numbers(0, 9)} at 0.0`])
          assert.deepStrictEqual([Duration.toMillis(duration), Duration.toMillis(silence)], [200, 0])
        })
    )
  }

  recorded("has silence where packets were lost", ({ mute, send, talk, track }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(track)
      yield* talk(0, 4)
      yield* TestClock.adjust("60 millis")
      yield* send(8)
      yield* TestClock.adjust("1 second")
      yield* mute
      const { silence } = yield* Fiber.join(fiber)
      const { packets } = yield* read(bytes())
      assert.deepStrictEqual(described(packets), [
        `words ${numbers(0, 4)} at 0.0`,
        "silence 100.0-160.0",
        "words 8 at 160.0",
        "silence 180.0-1160.0"
      ])
      assert.strictEqual(Duration.toMillis(silence), 1_040)
    }))

  recorded("has packets that come two seconds late", ({ mute, send, talk, track }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(track)
      yield* talk(0, 4)
      yield* TestClock.adjust("20 millis")
      yield* talk(6, 104)
      yield* send(5)
      yield* mute
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(described((yield* read(bytes())).packets), [`words ${numbers(0, 104)} at 0.0`])
    }))

  recorded("loses nothing in a slow sink, which gets larger pieces", ({ mute, talk, track }) =>
    Effect.gen(function*() {
      const pieces: Array<Uint8Array> = []
      const slow = Sink.forEach((bytes: Uint8Array) =>
        Effect.delay(Effect.sync(() => void pieces.push(bytes)), "300 millis")
      )
      const subscribed = yield* Deferred.make<void>()
      const fiber = yield* begin(Recorder.record(watch(track, subscribed), slow, { format: "webm" }))
      yield* Deferred.await(subscribed)
      yield* talk(0, 199)
      yield* mute
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      const { packets } = yield* read(new Uint8Array(Buffer.concat(pieces)))
      assert.deepStrictEqual(described(packets), [`words ${numbers(0, 199)} at 0.0`])
      assert.isBelow(pieces.length, 20)
    }))

  recorded("sounds only where the participant spoke", ({ mute, talk, tracks, unmute }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(tracks)
      yield* talk(0, 24)
      yield* mute
      yield* TestClock.adjust("997 millis")
      yield* unmute
      yield* talk(75, 99)
      yield* Fiber.interrupt(fiber)
      const amplitude = decoded((yield* read(bytes())).packets)
      for (const at of [60, 200, 480, 1_580, 1_960]) assert.isAbove(amplitude(at), 4_000, `at ${at} ms`)
      for (const at of [560, 1_000, 1_460]) assert.strictEqual(amplitude(at), 0, `at ${at} ms`)
    }))

  recorded("has the channels of its first packet", ({ mute, send, track }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(track, { startsAt: 0 })
      yield* send(0, {}, Opus.packets(20, 1, "audio", 2)[0])
      yield* whenIdle
      yield* mute
      yield* Fiber.join(fiber)
      assert.strictEqual((yield* read(bytes())).channels, 2)
    }))

  recorded("of nobody is silence", ({ mute, track }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(track)
      yield* TestClock.adjust("1 second")
      yield* mute
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(described((yield* read(bytes())).packets), ["silence 0.0-1000.0"])
    }))

  recorded(
    "has silence for a payload that is not of its codec",
    ({ mute, send, talk, track }) =>
      Effect.gen(function*() {
        const { bytes, fiber } = yield* record(track)
        yield* talk(0, 1)
        yield* send(2, {}, Uint8Array.of(0xff))
        yield* TestClock.adjust("20 millis")
        yield* talk(3, 4)
        yield* mute
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(described((yield* read(bytes())).packets), [
          "words 0 1 at 0.0",
          "silence 40.0-60.0",
          "words 3 4 at 60.0"
        ])
      })
  )

  for (const format of ["ogg", "webm"] as const) {
    recorded(
      `that ends anywhere has what was written a second before: ${format}`,
      ({ talk, track }) =>
        Effect.gen(function*() {
          const { bytes } = yield* record(track, { format })
          yield* talk(0, 499)
          const { packets } = yield* read(bytes())
          assert.isAtLeast(packets.length, 450)
          const cut = bytes().subarray(0, bytes().length * 0.6)
          assert.isAtLeast((yield* read(cut, false)).packets.length, 240)
        })
    )
  }
})

describe("The files of a call", () => {
  recorded("line up, whoever comes first", ({ call, edge, mute, talk, tracks }) =>
    Effect.gen(function*() {
      const startsAt = yield* Clock.currentTimeMillis
      const early = yield* record(tracks, { startsAt })
      yield* TestClock.adjust("333 millis")
      const late = yield* record(edge.tracks({ userId: "alice" }), { startsAt })
      yield* talk(0, 9)
      yield* mute
      yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
      const files = yield* Effect.forEach([early, late], ({ bytes, fiber }) =>
        Effect.gen(function*() {
          yield* Fiber.join(fiber)
          return described((yield* read(bytes())).packets)
        }))
      assert.deepStrictEqual(files[0], ["silence 0.0-335.0", `words ${numbers(0, 9)} at 335.0`])
      assert.deepStrictEqual(files[1], files[0])
    }))

  recorded("go on over mutes, in the time of the clock", ({ talk, tracks, mute, unmute }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(tracks)
      yield* talk(0, 4)
      yield* mute
      yield* TestClock.adjust("10 minutes")
      yield* unmute
      yield* talk(5, 9)
      yield* mute
      yield* TestClock.adjust("1 second")
      yield* unmute
      yield* talk(10, 14)
      yield* Fiber.interrupt(fiber)
      const { packets } = yield* read(bytes())
      // Each mute and each unmute takes a millisecond of the clock, and a length is a multiple of 2.5 ms.
      assert.deepStrictEqual(described(packets), [
        `words ${numbers(0, 4)} at 0.0`,
        "silence 100.0-600102.5",
        `words ${numbers(5, 9)} at 600102.5`,
        "silence 600202.5-601205.0",
        `words ${numbers(10, 14)} at 601205.0`
      ])
    }))

  recorded(
    "go on when the participant's media section changes",
    ({ call, talk, tracks, mute }) =>
      Effect.gen(function*() {
        const { bytes, fiber } = yield* record(tracks)
        yield* talk(0, 4)
        yield* mute
        yield* call.offer([{ ...microphone, mid: "1" }])
        yield* call.emit(published(key))
        yield* whenIdle
        yield* Effect.forEach(words.slice(0, 5), (word, n) =>
          Effect.andThen(
            call.send("1", word, { payloadType: 111, ssrc: 99, sequenceNumber: n, timestamp: n * 960 }),
            TestClock.adjust("20 millis")
          ))
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(described((yield* read(bytes())).packets), [
          `words ${numbers(0, 4)} at 0.0`,
          "silence 100.0-102.5",
          `words ${numbers(0, 4)} at 102.5`
        ])
      })
  )
})

describe("An interruption", () => {
  recorded(
    "completes the file, with the packets that wait for an earlier one",
    ({ send, talk, tracks }) =>
      Effect.gen(function*() {
        const { bytes, fiber } = yield* record(tracks)
        yield* talk(0, 4)
        yield* TestClock.adjust("20 millis")
        yield* send(6)
        yield* TestClock.adjust("20 millis")
        yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
        assert.deepStrictEqual(described((yield* read(bytes())).packets), [
          `words ${numbers(0, 4)} at 0.0`,
          "silence 100.0-120.0",
          "words 6 at 120.0"
        ])
      })
  )

  recorded("waits for a sink that hangs for five seconds", ({ talk, tracks }) =>
    Effect.gen(function*() {
      const fiber = yield* begin(Recorder.record(tracks, Sink.forEach(() => Effect.never)))
      yield* talk(0, 99)
      const interrupted = yield* begin(Fiber.interrupt(fiber))
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(interrupted)
    }))
})

describe("A failure", () => {
  recorded(
    "is of a track that is not Opus, after the file is complete",
    ({ send, talk, track }) =>
      Effect.gen(function*() {
        const { bytes, fiber } = yield* record(track)
        yield* talk(0, 4)
        yield* send(5, { payloadType: 0 })
        const error = errorOf(yield* Fiber.await(fiber))
        assert.include(String(error), "the codec PCMU cannot be used: only Opus can be recorded")
        assert.deepStrictEqual(described((yield* read(bytes())).packets), [`words ${numbers(0, 4)} at 0.0`])
      })
  )

  recorded("is of the tracks, after the file is complete", ({ mute, talk, track }) =>
    Effect.gen(function*() {
      const { bytes, fiber } = yield* record(Stream.concat(Stream.succeed(track), Stream.fail("the call is lost")))
      yield* talk(0, 4)
      yield* mute
      assert.strictEqual(errorOf(yield* Fiber.await(fiber)), "the call is lost")
      assert.strictEqual((yield* read(bytes())).packets.length, 5)
    }))

  recorded("is of the sink", ({ talk, track }) =>
    Effect.gen(function*() {
      const fiber = yield* begin(Recorder.record(track, Sink.forEach(() => Effect.fail("the disk is full"))))
      yield* talk(0, 99)
      assert.strictEqual(errorOf(yield* Fiber.await(fiber)), "the disk is full")
    }))
})

describe("Metrics", () => {
  recorded(
    "count the packets that are not in the file, by the reason",
    ({ mute, send, talk, track }) =>
      Effect.gen(function*() {
        const { fiber } = yield* record(track)
        yield* talk(0, 4)
        yield* send(6)
        yield* send(7, {}, Uint8Array.of(0xff))
        yield* TestClock.adjust("3 seconds")
        yield* send(5)
        yield* send(6)
        yield* whenIdle
        yield* mute
        yield* Fiber.join(fiber)
        assert.sameMembers(yield* readCounters("recorder_packets_unrecorded"), [
          "recorder_packets_unrecorded Lost 1",
          "recorder_packets_unrecorded Late 1",
          "recorder_packets_unrecorded Duplicate 1",
          "recorder_packets_unrecorded Undecodable 1"
        ])
      }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})

describe("Wrong arguments", () => {
  const wrong: ReadonlyArray<readonly [string, object]> = [
    ["format must be one of ogg, webm", { format: "mp3" }],
    ["startsAt must be a time in milliseconds that is not in the future", { startsAt: 10 ** 12 }],
    ["startsAt must be a time in milliseconds that is not in the future", { startsAt: NaN }]
  ]
  for (const [message, options] of wrong) {
    recorded(`${message}: ${String(Object.values(options)[0])}`, ({ track }) =>
      Effect.gen(function*() {
        assert.include(String(errorOf(yield* Effect.exit(Recorder.record(track, Sink.drain, options)))), message)
      }))
  }
})
