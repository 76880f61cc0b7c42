import { assert, describe, it } from "@effect/vitest"
import { AudioFileTimeline } from "../../src/media/internal/AudioFileTimeline.ts"
import type { FilePacket } from "../../src/media/internal/AudioFileTimeline.ts"
import * as OpusPacket from "../../src/media/internal/OpusPacket.ts"
import * as OpusSilence from "../../src/media/internal/OpusSilence.ts"
import * as Opus from "./Opus.ts"

const payload = Uint8Array.of(1)
/** 20 ms. */
const duration = 960

/** Of the packets the times in milliseconds, and "s" for silence. */
const place = (packets: Iterable<FilePacket>): ReadonlyArray<string> =>
  Array.from(packets, (packet) => `${packet.time / 48}${packet.payload === payload ? "" : "s"}`)

const add = (file: AudioFileTimeline, at: number): ReadonlyArray<string> =>
  file.isEarly(at) ? [] : place(file.add(payload, at, duration))

/** The beginning of the packet that is sent at `at`, in milliseconds. */
const beginOf = (placed: ReadonlyArray<string>): number => Number(placed.at(-1))

describe("Silence", () => {
  it("has every length of a multiple of 2.5 ms, and no other", () => {
    for (let grains = 0; grains < 100; grains++) {
      const ticks = grains * OpusSilence.grain
      const packets = Array.from(OpusSilence.packets(ticks + OpusSilence.grain - 1))
      assert.strictEqual(packets.reduce((sum, { duration }) => sum + duration, 0), ticks)
      for (const { duration, payload } of packets) {
        assert.deepInclude(OpusPacket.durationOf(payload), { success: duration })
      }
    }
  })

  it("decodes to zeros, also after speech", () => {
    const decoder = new Opus.library.Decoder({ channels: 1, sample_rate: 48_000 })
    for (const packet of Opus.packets(20, 10)) decoder.decode(packet)
    const silent = Array.from(OpusSilence.packets(48_000), ({ payload }) => decoder.decode(payload))
    // The first one fades from what was before.
    for (const samples of silent.slice(2)) assert.isTrue(samples.every((byte) => byte === 0))
  })
})

describe("The time of a file", () => {
  it("is the time since its beginning", () => {
    const file = new AudioFileTimeline(1_000, 500)
    assert.deepStrictEqual(add(file, 530), ["0s", "20s", "30"])
    assert.deepStrictEqual([file.startsAt, file.duration, file.silence], [500, 50, 30])
  })

  it("begins with the recording", () => {
    const file = new AudioFileTimeline(1_000, undefined)
    assert.deepStrictEqual(add(file, 1_010), ["0s", "10"])
    assert.strictEqual(file.startsAt, 1_000)
  })

  it("begins with the first packet if that is earlier", () => {
    const file = new AudioFileTimeline(1_000, undefined)
    assert.deepStrictEqual(add(file, 400), ["0"])
    assert.strictEqual(file.startsAt, 400)
  })

  it("has no packet that was sent over 100 ms before it", () => {
    const file = new AudioFileTimeline(1_000, 1_000)
    assert.deepStrictEqual([add(file, 899), add(file, 900)], [[], ["0"]])
  })

  it("goes on over a gap by the clock, with more silence or less", () => {
    const file = new AudioFileTimeline(0, 0)
    add(file, 0)
    file.addGap()
    assert.deepStrictEqual(add(file, 50), ["20s", "40s", "50"])
    file.addGap()
    assert.deepStrictEqual(add(file, 72.4), ["70"])
    file.addGap()
    assert.deepStrictEqual(add(file, 80), ["90"])
    file.addGap()
    assert.deepStrictEqual(add(file, 115), ["110s", "115"])
  })

  it("ends with silence up to the end of the recording", () => {
    const file = new AudioFileTimeline(0, 0)
    add(file, 0)
    assert.deepStrictEqual(place(file.finish(65)), ["20s", "40s", "60s"])
    assert.deepStrictEqual(place(file.finish(60)), [])
  })

  it("is not empty", () => {
    assert.deepStrictEqual(place(new AudioFileTimeline(0, 0).finish(0)), ["0s"])
  })
})

describe("Packets that follow one another", () => {
  /** A sender whose clock is fast by `drift`, for ten minutes. */
  const play = (drift: number) => {
    const file = new AudioFileTimeline(0, 0)
    let furthest = 0
    let left = 0
    let seams = 0
    for (let at = 0; at < 600_000; at += 20 / (1 + drift)) {
      const placed = add(file, at)
      if (placed.length === 0) left++
      else furthest = Math.max(furthest, Math.abs(beginOf(placed) - at))
      if (placed.length > 1) seams++
    }
    return { furthest, left, seams }
  }

  it("have no seam while they are within 100 ms of the clock", () => {
    const file = new AudioFileTimeline(0, 0)
    const begins = Array.from({ length: 1_000 }, (_, n) => add(file, n * 20 + n % 10 * 22 - 99))
    assert.deepStrictEqual(begins, begins.map((_, n) => [`${n * 20}`]))
  })

  it("stay within 100 ms of the clock if the sender's is slow: silence is inserted", () => {
    const { furthest, left, seams } = play(-0.001)
    assert.isAtMost(furthest, 101)
    assert.deepStrictEqual({ left, seams }, { left: 0, seams: 5 })
  })

  it("stay within 100 ms of the clock if the sender's is fast: packets are left out", () => {
    const { furthest, left, seams } = play(0.001)
    assert.isAtMost(furthest, 101)
    assert.deepStrictEqual({ left, seams }, { left: 26, seams: 0 })
  })

  it("go on when our own clock is set back", () => {
    const file = new AudioFileTimeline(100_000, 100_000)
    for (let n = 0; n < 100; n++) add(file, 100_000 + n * 20)
    for (let n = 0; n < 100; n++) assert.deepStrictEqual(add(file, 90_000 + n * 20), [`${2_000 + n * 20}`])
  })
})
