/**
 * How far the media of a publication may be ahead of real time: timestamps and times in, what is dropped out.
 */
import { describe, expect, test } from "vitest"
import * as RealTime from "../../../src/edge/publishing/RealTime.ts"

const audio: RealTime.Options = { kind: "audio", clockRate: 48_000 }
const video: RealTime.Options = { kind: "video", clockRate: 90_000 }

/** Ticks of 20 ms of audio. */
const frame = 960

/** Each packet: timestamp, and the time in milliseconds. Returns whether each is too early. */
const run = (packets: Iterable<readonly [timestamp: number, now: number]>, options = audio): ReadonlyArray<boolean> => {
  let state: RealTime.RealTime | undefined
  return Array.from(packets, ([timestamp, now]) => {
    const step = RealTime.next(state, timestamp >>> 0, now, options)
    state = step.isTooEarly ? step.ifDropped : step.ifSent
    return step.isTooEarly
  })
}

const series = (count: number, packet: (index: number) => readonly [number, number]) =>
  Array.from({ length: count }, (_, index) => packet(index))

const dropped = (results: ReadonlyArray<boolean>): number => results.filter((isTooEarly) => isTooEarly).length

test("of 500 frames at once, those of the first second are sent", () => {
  const results = run(series(500, (index) => [index * frame, 0]))
  expect(results.indexOf(true)).toBe(50)
  expect(dropped(results)).toBe(450)
})

test("after a burst, media in real time is sent again at once", () => {
  const results = run([...series(500, (index) => [index * frame, 0] as const), [500 * frame, 20], [501 * frame, 40]])
  expect(results.slice(-2)).toEqual([false, false])
})

test("a source at twice the speed of the clock loses every second frame, after the first second", () => {
  const results = run(series(1_000, (index) => [index * frame, index * 10]))
  expect(dropped(results.slice(200))).toBeGreaterThan(350)
  expect(dropped(results.slice(200))).toBeLessThan(400)
})

describe("Nothing is dropped of", () => {
  test.each<[string, Iterable<readonly [number, number]>, RealTime.Options?]>([
    [
      "a source in real time, over a wrap of its timestamps",
      series(5_000, (index) => [index * frame - 48_000, index * 20])
    ],
    ["a source whose clock is 1 % faster, for an hour", series(180_000, (index) => [index * frame, index * 19.8])],
    ["jitter of 200 ms", series(5_000, (index) => [index * frame, index * 20 - index * 20 % 200])],
    ["a source that goes on after a silence", [[0, 0], [48_000 * 60, 60_000], [48_000 * 60 + frame, 60_020]]],
    [
      "late packets, one of 20",
      series(5_000, (index) => [(index % 20 === 0 ? index - 2 : index) * frame, index * 20])
    ],
    ["a key frame of 300 packets", series(300, () => [90, 0]), video],
    ["utterances that are each numbered from 0", series(5_000, (index) => [index % 25 * frame, index * 20])],
    ["the same with frames of 10 ms", series(5_000, (index) => [index % 50 * 480, index * 10])],
    ["jumps of the timestamp, in real time", series(500, (index) => [index * 3_000_000, index * 20])]
  ])("%s", (_, packets, options) => {
    expect(run(packets, options).indexOf(true)).toBe(-1)
  })
})

describe("Dropped at once, after one second, are", () => {
  test.each<[string, Iterable<readonly [number, number]>]>([
    ["short utterances that are each numbered from 0", series(500, (index) => [index % 25 * frame, 0])],
    ["frames of audio with one timestamp", series(500, () => [0, 0])],
    ["timestamps that go backwards", series(500, (index) => [-index * frame, 0])],
    ["jumps of the timestamp", series(500, (index) => [index * 3_000_000, 0])]
  ])("%s", (_, packets) => {
    const results = run(packets)
    expect(dropped(results)).toBeGreaterThanOrEqual(400)
    expect(results.slice(0, 40)).not.toContain(true)
  })
})
