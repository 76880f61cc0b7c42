import { assert, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { Payload } from "effect-track-resolver/loopback"

it("a mark is read as it was written, behind a byte that is Opus' or VP8's", () => {
  const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]
  for (const trackType of types) {
    const mark: Payload.Mark = { key: { userId: "ann\nexe é", sessionId: "s 1", trackType }, index: 70_000 }
    const payload = Payload.write(mark)
    assert.deepStrictEqual(Payload.read(payload), mark)
    assert.strictEqual(payload[0], trackType.endsWith("Audio") ? 0xf8 : 0x10)
  }
})

it("what carries no mark is nobody's", () => {
  for (const payload of [[], [0xf8, 0xff, 0xfe], Array.from({ length: 40 }, (_, at) => at)]) {
    assert.isUndefined(Payload.read(Uint8Array.from(payload)))
  }
})
