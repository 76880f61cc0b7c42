import { assert, describe, it } from "@effect/vitest"
import { VideoFileTimeline } from "../../src/media/internal/VideoFileTimeline.ts"

/** When a picture arrives, in milliseconds, and its timestamp in milliseconds. */
const add = (file: VideoFileTimeline, receivedAt: number, millis: number): number =>
  file.add({
    isKey: true,
    data: Uint8Array.of(0),
    timestamp: Math.round(millis * 90) >>> 0,
    receivedAt,
    orientation: undefined
  })

const addAll = (file: VideoFileTimeline, pictures: ReadonlyArray<readonly [receivedAt: number, millis: number]>) =>
  pictures.map(([receivedAt, millis]) => add(file, receivedAt, millis))

describe("Pictures", () => {
  it("have the distances of their timestamps, whenever they arrive", () => {
    const file = new VideoFileTimeline(1_000, 1_000)
    // Each but the first is late by another time, and the timestamp wraps.
    const first = 2 ** 32 / 90 - 50
    const pictures = Array.from({ length: 100 }, (_, n) => [1_100 + n * 33 + n % 7 * 5, first + n * 33] as const)
    for (const [n, time] of addAll(file, pictures).entries()) assert.closeTo(time, 100 + n * 33, 0.1)
    assert.closeTo(file.duration, 100 + 99 * 33, 0.1)
    assert.strictEqual(file.startsAt, 1_000)
  })

  it("begin with the recording, or with the first picture if that is earlier", () => {
    const late = new VideoFileTimeline(1_000, undefined)
    assert.deepStrictEqual([add(late, 1_500, 0), late.startsAt], [500, 1_000])
    const early = new VideoFileTimeline(1_000, undefined)
    assert.deepStrictEqual([add(early, 400, 0), early.startsAt], [0, 400])
  })

  it("that came before the beginning are shown at the beginning", () => {
    const file = new VideoFileTimeline(1_000, 1_000)
    assert.deepStrictEqual(addAll(file, [[900, 0], [933, 33], [1_033, 133]]), [0, 1, 33])
  })

  it("of another source go on by the clock", () => {
    for (const first of [10_000_000, -10_000_000]) {
      const file = new VideoFileTimeline(0, 0)
      const times = addAll(file, [[0, 0], [33, 33], [5_000, first], [5_033, first + 33]])
      assert.deepStrictEqual(times, [0, 33, 5_000, 5_033])
    }
  })

  it("of another track go on by the clock, however near its timestamps are", () => {
    const file = new VideoFileTimeline(0, 0)
    add(file, 0, 0)
    file.restart()
    assert.strictEqual(add(file, 1_000, 500), 1_000)
  })

  it("never go back in time, and have different times", () => {
    const file = new VideoFileTimeline(0, 0)
    const times = addAll(file, [[100, 100], [133, 133], [133, 133], [60, 60], [10, 90_000], [200, 200]])
    assert.deepStrictEqual(times.slice(0, 4), [100, 133, 134, 135])
    assert.deepStrictEqual(times, times.toSorted((a, b) => a - b))
    assert.strictEqual(new Set(times).size, times.length)
  })

  it("follow a path that has become shorter", () => {
    const file = new VideoFileTimeline(0, 0)
    const long = Array.from({ length: 10 }, (_, n) => [100 + n * 33, n * 33] as const)
    const short = Array.from({ length: 400 }, (_, n) => [50 + (10 + n) * 33, (10 + n) * 33] as const)
    assert.closeTo(addAll(file, [...long, ...short]).at(-1)!, 50 + 409 * 33, 0.1)
  })
})
