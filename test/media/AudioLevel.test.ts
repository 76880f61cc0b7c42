import { AudioLevel } from "effect-track-resolver/media"
import { describe, expect, test } from "vitest"
import { tone } from "../support/sound.ts"

describe("The level of samples (RFC 6464)", () => {
  test.each([
    ["no sample", new Int16Array(0), -127],
    ["silence", new Int16Array(320), -127],
    ["the least", new Int16Array(320).fill(1), -90],
    ["one faint sample in a second", Int16Array.from({ length: 48_000 }, (_, at) => at === 0 ? 1 : 0), -127],
    ["the loudest square", Int16Array.from({ length: 320 }, (_, at) => at % 2 === 0 ? 32_767 : -32_768), 0],
    ["the loudest sine", tone(1_000, 16_000, 320, 1, 32_767), -3],
    ["a sine of a quarter", tone(1_000, 16_000, 320, 1, 8_192), -15],
    ["a sine of a hundredth", tone(1_000, 16_000, 320, 1, 327), -43]
  ])("%s", (_, samples, level) => {
    expect(AudioLevel.ofSamples(samples)).toBe(level)
  })
})

test("the level of a frame is the sender's, else that of its samples", () => {
  const samples = tone(1_000, 16_000, 320, 1, 8_192)
  expect(AudioLevel.ofFrame({ samples, audioLevel: { level: -40, hasVoice: true } })).toBe(-40)
  expect(AudioLevel.ofFrame({ samples, audioLevel: { level: 0, hasVoice: true } })).toBe(0)
  expect(AudioLevel.ofFrame({ samples, audioLevel: undefined })).toBe(-15)
})
