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

  it("follows the media of Opus and VP8, which it leaves as it is", () => {
    const opus = Uint8Array.of(0xf8, 1, 2, 3)
    const audio: Payload.Mark = { key: { userId: "whose?\n", sessionId: "s", trackType: "Audio" }, index: 1 }
    const marked = Payload.append(opus, audio)
    // The number of frames is in the next byte now, and the mode and the channels are those of before.
    assert.deepStrictEqual(Array.from(marked.subarray(0, 2)), [0xfb, 0x41])
    assert.deepStrictEqual(Array.from(marked.subarray(3, 6)), [1, 2, 3])
    assert.strictEqual(marked.length, 6 + marked[2]!)
    assert.deepStrictEqual(Payload.read(marked), audio)
    const picture = Uint8Array.of(0x90, 0x80, 0x80, 7, 1, 2, 3)
    const video: Payload.Mark = { key: { ...audio.key, trackType: "Video" }, index: 2 }
    assert.deepStrictEqual(Array.from(Payload.append(picture, video).subarray(0, 7)), Array.from(picture))
    assert.deepStrictEqual(Payload.read(Payload.append(picture, video)), video)
  })

  it("is absent from other payloads", () => {
    for (const payload of [[], [0xf8, 0xff, 0xfe], Array.from({ length: 40 }, (_, at) => at)]) {
      assert.isUndefined(Payload.read(Uint8Array.from(payload)))
    }
  })
})
