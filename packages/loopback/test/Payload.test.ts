import { assert, describe, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"

describe("a mark", () => {
  it("is read as it was written, after the first byte of Opus or VP8", () => {
    const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]
    for (const trackType of types) {
      const mark: Payload.Mark = { key: { userId: "ann\nexe é", sessionId: "s 1", trackType }, index: 70_000 }
      const payload = Payload.write(mark)
      assert.deepStrictEqual(Payload.read(payload), mark)
      assert.strictEqual(payload[0], trackType.endsWith("Audio") ? 0xfb : 0x10)
    }
  })

  it("of audio is Opus padding after a silent frame, at any length", () => {
    for (const length of [0, 1, 180, 200, 201, 202, 203, 400, 470, 471, 472, 1_000]) {
      const key = { userId: "u".repeat(length), sessionId: "s", trackType: "Audio" } as const
      const payload = Payload.write({ key, index: 7 })
      const last = payload.findIndex((byte, at) => at > 1 && byte !== 255)
      const padding = (last - 2) * 254 + payload[last]!
      assert.deepStrictEqual(Array.from(payload.slice(last + 1, payload.length - padding)), [0xff, 0xfe])
      assert.deepStrictEqual(Payload.read(payload)?.key, key)
    }
  })

  it("is absent from other payloads", () => {
    for (const payload of [[], [0xf8, 0xff, 0xfe], Array.from({ length: 40 }, (_, at) => at)]) {
      assert.isUndefined(Payload.read(Uint8Array.from(payload)))
    }
  })
})
