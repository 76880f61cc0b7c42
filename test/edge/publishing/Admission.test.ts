/**
 * Which tracks may be published, and with which codec.
 */
import { assert, describe, it } from "@effect/vitest"
import type { PublishOption } from "effect-track-resolver"
import * as Admission from "../../../src/edge/publishing/Admission.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2 }
const vp8 = { name: "VP8", clockRate: 90_000 }
const vp9 = { name: "VP9", clockRate: 90_000 }

const admit = (
  trackType: "Audio" | "Video",
  publishOptions: ReadonlyArray<PublishOption> = [],
  codec?: Admission.Admission["codec"]
) => Admission.admit({ trackType, codec }, { ...Admission.noPermissions, publishOptions })

describe("The codec", () => {
  it("is Opus in stereo, or VP8, if neither the request nor the SFU names one", () => {
    assert.deepStrictEqual(admit("Audio"), { codec: opus, publishOptionId: undefined })
    assert.deepStrictEqual(admit("Video"), { codec: vp8, publishOptionId: undefined })
    assert.deepStrictEqual(admit("Video", [{ id: 7, trackType: "Video" }]), { codec: vp8, publishOptionId: 7 })
  })

  it("is the first of the SFU's options that can be sent, in our spelling", () => {
    const options = [
      { id: 1, trackType: "Video", codec: { name: "AV1", clockRate: 90_000 } },
      { id: 2, trackType: "Video", codec: { name: "vp9", clockRate: 90_000 } },
      { id: 3, trackType: "Video", codec: vp8 }
    ] as const
    assert.deepStrictEqual(admit("Video", options), { codec: vp9, publishOptionId: 2 })
    assert.deepStrictEqual(admit("Video", options.slice(0, 1)), { codec: vp8, publishOptionId: 1 })
  })

  it("of the request has priority, and takes the option of its name", () => {
    const options = [{ id: 1, trackType: "Video", codec: vp9 }, { id: 2, trackType: "Video", codec: vp8 }] as const
    assert.deepStrictEqual(admit("Video", options, vp8), { codec: vp8, publishOptionId: 2 })
    const h264 = { name: "H264", clockRate: 90_000 }
    assert.deepStrictEqual(admit("Video", options, h264), { codec: h264, publishOptionId: 1 })
  })
})

describe("A track type", () => {
  it("that is not granted, or that no option names, is not admitted", () => {
    const grants = { audio: false, video: true, screenShare: true }
    const audio = { trackType: "Audio", codec: undefined } as const
    assert.strictEqual(Admission.admit(audio, { ...Admission.noPermissions, grants }), "NotAllowed")
    assert.strictEqual(admit("Audio", [{ id: 1, trackType: "Video" }]), "NotOffered")
  })
})
