/**
 * Which RTP payload begins a key frame.
 */
import { expect, test } from "vitest"
import { isKeyFrameStart } from "../../src/internal/KeyFrame.ts"

const payloads: ReadonlyArray<readonly [string, string, ReadonlyArray<number>, boolean]> = [
  ["vp8", "key frame", [0x10, 0x00], true],
  ["vp8", "interframe", [0x10, 0x01], false],
  ["vp8", "continuation of a key frame", [0x00, 0x00], false],
  ["vp8", "another partition", [0x11, 0x00], false],
  ["vp8", "key frame after a picture id of 7 bits", [0x90, 0x80, 0x7f, 0x00], true],
  ["vp8", "interframe after a picture id of 7 bits", [0x90, 0x80, 0x7e, 0x01], false],
  ["vp8", "key frame after a picture id of 15 bits", [0x90, 0x80, 0xff, 0x01, 0x00], true],
  ["vp8", "key frame after every extension", [0x90, 0xf0, 0xff, 0x01, 0x01, 0x01, 0x00], true],
  ["vp8", "interframe after every extension", [0x90, 0xf0, 0xff, 0x00, 0x00, 0x00, 0x01], false],
  ["vp8", "key frame after a layer index only", [0x90, 0x20, 0x01, 0x00], true],
  ["vp8", "key frame after a picture index only", [0x90, 0x40, 0x01, 0x00], true],
  ["vp8", "descriptor only", [0x90, 0x80, 0xff], false],
  ["VP8", "key frame, the name in capitals", [0x10, 0x00], true],
  ["vp9", "key frame", [0x08], true],
  ["vp9", "predicted frame", [0x48], false],
  ["vp9", "continuation of a key frame", [0x00], false],
  ["vp9", "lowest spatial layer", [0xa8, 0x01, 0x00], true],
  ["vp9", "lowest spatial layer after a picture id of 15 bits", [0xa8, 0x81, 0x01, 0x00], true],
  ["vp9", "second spatial layer after a picture id of 15 bits", [0xa8, 0x81, 0x01, 0x02], false],
  ["vp9", "second spatial layer without a picture id", [0x28, 0x02], false],
  ["vp9", "descriptor that is cut", [0xa8, 0x01], false],
  ["h264", "IDR picture without a sequence parameter set", [0x65], false],
  ["h264", "sequence parameter set", [0x67], true],
  ["h264", "other picture", [0x41], false],
  ["h264", "STAP-A that begins with a sequence parameter set", [0x78, 0x00, 0x04, 0x67], true],
  ["h264", "STAP-A of other pictures", [0x78, 0x00, 0x04, 0x41], false],
  [
    "h264",
    "STAP-A with a sequence parameter set after another unit",
    [0x78, 0x00, 0x02, 0x09, 0xf0, 0x00, 0x01, 0x67],
    true
  ],
  ["h264", "STAP-A that is cut", [0x78, 0x00, 0x09, 0x09, 0x67], false],
  ["h264", "fragment", [0x7c, 0x85], false],
  ["av1", "first packet of a coded video sequence", [0x18], true],
  ["av1", "other packet", [0x10], false],
  ["av1x", "first packet of a coded video sequence", [0x08], true],
  ["h265", "codec that is not known", [0x65], false],
  ...["vp8", "vp9", "h264", "av1"].map((codec) => [codec, "empty payload", [], false] as const)
]

test.each(payloads)("%s: %s", (codec, _, payload, expected) => {
  expect(isKeyFrameStart(codec, Uint8Array.from(payload))).toBe(expected)
})
