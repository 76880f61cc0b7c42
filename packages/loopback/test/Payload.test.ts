import { assert, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"

it("a mark is read as it was written, behind a byte that is Opus' or VP8's", () => {
  const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]
  for (const trackType of types) {
    const mark: Payload.Mark = { key: { userId: "ann\nexe é", sessionId: "s 1", trackType }, index: 70_000 }
    const payload = Payload.write(mark)
    assert.deepStrictEqual(Payload.read(payload), mark)
    assert.strictEqual(payload[0], trackType.endsWith("Audio") ? 0xfb : 0x10)
  }
})

it("a mark of a microphone is padding behind a frame of silence, however long it is", () => {
  for (const length of [0, 1, 180, 200, 201, 202, 203, 400, 470, 471, 472, 1_000]) {
    const key = { userId: "u".repeat(length), sessionId: "s", trackType: "Audio" } as const
    const payload = Payload.write({ key, index: 7 })
    const last = payload.findIndex((byte, at) => at > 1 && byte !== 255)
    const padding = (last - 2) * 254 + payload[last]!
    assert.deepStrictEqual(Array.from(payload.slice(last + 1, payload.length - padding)), [0xff, 0xfe])
    assert.deepStrictEqual(Payload.read(payload)?.key, key)
  }
})

it("what carries no mark is nobody's", () => {
  for (const payload of [[], [0xf8, 0xff, 0xfe], Array.from({ length: 40 }, (_, at) => at)]) {
    assert.isUndefined(Payload.read(Uint8Array.from(payload)))
  }
})
