/**
 * Two people who talk at the same time, in the voices of espeak-ng: each is heard as a whole, in their own utterances.
 */
import { assert, it } from "@effect/vitest"
import { AudioCodec, Speech, Vad } from "effect-track-resolver/media"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import * as Ivf from "../../packages/loopback/src/Ivf.ts"
import { joined, makeHarness, unpublished, whenIdle } from "../edge/Harness.ts"
import { alice, bob } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import * as Opus from "./Opus.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, parameters: {} }

/** The packets of a person's speech, and its loudness in each 20 ms. */
const load = (name: string) => {
  const { frames } = Ivf.parse(readFileSync(new URL(`voices/${name}.ivf`, import.meta.url)))
  const decoder = new Opus.library.Decoder({ channels: 1, sample_rate: 16_000 })
  const loudness = frames.map((frame) => {
    const { buffer, byteLength, byteOffset } = decoder.decode(frame)
    return rms(new Int16Array(buffer, byteOffset, byteLength / 2))
  })
  return { frames, loudness }
}

const rms = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length)

/** When somebody speaks, in frames of 20 ms: up to pauses of half a second. */
const spans = (loudness: ReadonlyArray<number>): ReadonlyArray<readonly [from: number, to: number]> => {
  const found: Array<[number, number]> = []
  for (const [n, level] of loudness.entries()) {
    if (level < 200) continue
    const last = found.at(-1)
    if (last !== undefined && n - last[1] < 25) last[1] = n
    else found.push([n, n])
  }
  return found
}

/** From -1 to 1. */
const correlation = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): number => {
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [a, b] = [one, other.slice(0, one.length)].map((values) => values.map((value) => value - mean(values)))
  const dot = (x: ReadonlyArray<number>, y: ReadonlyArray<number>) =>
    x.reduce((sum, value, n) => sum + value * (y[n] ?? 0), 0)
  return dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!))
}

const people = [{ participant: alice, prefix: "p", mid: "0" }, { participant: bob, prefix: "q", mid: "1" }] as const

it.effect("each of two people who talk at once is heard in their own utterances, and in nobody else's", () =>
  Effect.gen(function*() {
    const { call, edge } = yield* makeHarness()
    const voices = people.map(({ participant }) => load(participant.userId))
    for (const { participant, prefix } of people) yield* call.emit(joined(participant, prefix, ["Audio"]))
    yield* call.offer(
      people.map(({ mid, prefix }) => ({ ...ScriptedCall.mediaSection(mid, prefix, "Audio"), codecs: [opus] }))
    )
    yield* whenIdle
    const listeners = yield* Effect.forEach(
      people,
      ({ participant: { userId } }) =>
        Effect.flatMap(edge.waitForTrack({ userId }), (track) => begin(Stream.runCollect(Speech.segments(track))))
    )
    yield* whenIdle
    const startedAt = yield* Clock.currentTimeMillis
    for (let n = 0; n < Math.max(...voices.map(({ frames }) => frames.length)); n++) {
      for (const [index, { mid }] of people.entries()) {
        const payload = voices[index]!.frames[n]
        if (payload !== undefined) {
          yield* call.send(mid, payload, { payloadType: 111, sequenceNumber: n, timestamp: n * 960 })
        }
      }
      yield* TestClock.adjust("20 millis")
    }
    for (const { participant } of people) yield* call.emit(unpublished({ ...participant, trackType: "Audio" }))
    yield* TestClock.adjust("1 second")
    for (const [index, listener] of listeners.entries()) {
      const { loudness } = voices[index]!
      const other = voices[1 - index]!.loudness
      const segments = Array.from(yield* Fiber.join(listener))
      const spoken = spans(loudness)
      assert.lengthOf(segments, spoken.length)
      for (const [number, { begin, end, samples }] of segments.entries()) {
        const [from, to] = spoken[number]!
        // The padding, and what a detector takes to be sure.
        assert.closeTo(begin - startedAt, from * 20, 400)
        assert.closeTo(end - startedAt, to * 20, 700)
        const first = Math.round((begin - startedAt) / 20)
        const heard = Array.from(
          { length: samples.length / 320 },
          (_, n) => rms(samples.subarray(n * 320, (n + 1) * 320))
        )
        assert.isAbove(correlation(heard, loudness.slice(Math.max(0, first))), 0.95)
        assert.isBelow(correlation(heard, other.slice(Math.max(0, first))), 0.7)
      }
    }
  }).pipe(Effect.provide([AudioCodec.AudioCodecs.layer, Vad.Vad.layer()])))
