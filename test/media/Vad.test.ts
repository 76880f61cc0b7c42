import { it } from "@effect/vitest"
import { Vad } from "effect-track-resolver/media"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { describe, expect } from "vitest"
import { voice } from "./Voice.ts"

const sampleRates = [8_000, 16_000, 24_000, 48_000] as const

const silence = (frames: number): string => ".".repeat(frames)
const speech = (frames: number): string => "#".repeat(frames)

const detect = Effect.fnUntraced(function*(pattern: string, sampleRate: (typeof sampleRates)[number]) {
  const { isSpeech } = yield* (yield* Vad.Vad).detector(sampleRate)
  const found = yield* Effect.forEach(voice(pattern, sampleRate), isSpeech)
  return found.map((isSpeech) => isSpeech ? "#" : ".").join("")
})

const messageOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "no failure"

describe("Voice activity detection", () => {
  it.effect.each(sampleRates)("finds the speech at %d", (sampleRate) =>
    Effect.gen(function*() {
      const found = yield* detect(silence(100) + speech(75) + silence(75), sampleRate)
      const [begin, end] = [found.indexOf("#", 50), found.lastIndexOf("#")]
      expect(Math.abs(begin - 100)).toBeLessThanOrEqual(2)
      expect(end).toBeGreaterThanOrEqual(172)
      // WebRTC's own hangover.
      expect(end).toBeLessThanOrEqual(190)
      expect(found.slice(102, 173)).toBe(speech(71))
      expect(found.slice(50, 98)).toBe(silence(48))
    }).pipe(Effect.provide(Vad.Vad.layer())))

  it.effect("a higher mode takes less for speech", () =>
    Effect.gen(function*() {
      const counts: Array<number> = []
      for (const mode of [0, 3] as const) {
        const found = yield* Effect.provide(
          detect(silence(100) + speech(50) + silence(100), 16_000),
          Vad.Vad.layer({ mode })
        )
        counts.push(Array.from(found).filter((character) => character === "#").length)
      }
      expect(counts[1]).toBeLessThan(counts[0]!)
      expect(counts[1]).toBeGreaterThan(40)
    }))

  it.effect("detectors share nothing", () =>
    Effect.gen(function*() {
      const pattern = silence(50) + speech(50) + silence(50)
      const alone = yield* detect(pattern, 16_000)
      const loud = yield* (yield* Vad.Vad).detector(16_000)
      const quiet = yield* (yield* Vad.Vad).detector(16_000)
      const noise = voice(speech(150), 16_000)
      let found = ""
      for (const [index, frame] of voice(pattern, 16_000).entries()) {
        yield* loud.isSpeech(noise[index]!)
        found += (yield* quiet.isSpeech(frame)) ? "#" : "."
      }
      expect(found).toBe(alone)
    }).pipe(Effect.provide(Vad.Vad.layer())))

  it.effect("a wrong frame, sample rate or mode is a defect, and so is a use after the scope", () =>
    Effect.gen(function*() {
      const vad = yield* Vad.Vad
      const scope = yield* Scope.make()
      const { isSpeech } = yield* Scope.provide(vad.detector(16_000), scope)
      for (const length of [160, 320, 480]) expect(yield* isSpeech(new Int16Array(length))).toBe(false)
      for (const length of [0, 159, 640]) {
        expect(messageOf(yield* Effect.exit(isSpeech(new Int16Array(length))))).toContain(
          "Vad: samples must be an Int16Array of 160, 320, 480 samples"
        )
      }
      expect(messageOf(yield* Effect.exit(Effect.scoped(vad.detector(44_100 as 48_000))))).toContain(
        "Vad: sampleRate must be one of 8000, 16000, 24000, 48000, got 44100"
      )
      yield* Scope.close(scope, Exit.void)
      expect(messageOf(yield* Effect.exit(isSpeech(new Int16Array(320))))).toContain(
        "the scope of this voice detector has closed"
      )
      const wrongMode = Effect.provide(Vad.Vad, Vad.Vad.layer({ mode: 4 as 3 }))
      expect(messageOf(yield* Effect.exit(wrongMode))).toContain("Vad: mode must be one of 0, 1, 2, 3, got 4")
    }).pipe(Effect.provide(Vad.Vad.layer())))
})
