import { describe, expect, test } from "vitest"
import { readerOf } from "../../src/media/internal/PayloadData.ts"
import { VideoAssembler } from "../../src/media/internal/VideoAssembler.ts"

const h264 = readerOf("H264")!

const data = (payload: ReadonlyArray<number>): ReadonlyArray<number> =>
  h264(Uint8Array.from(payload)).flatMap((part) => Array.from(part))

const startCode = [0, 0, 0, 1]
const sps = [0x67, 1, 2]
const pps = [0x68, 3]
const idr = [0x65, 4, 5, 6, 7]

describe("H.264", () => {
  test("a NAL unit alone follows a start code", () => {
    expect(data(idr)).toEqual([...startCode, ...idr])
  })

  test("each NAL unit of a STAP-A follows a start code", () => {
    expect(data([0x78, 0, 3, ...sps, 0, 2, ...pps])).toEqual([...startCode, ...sps, ...startCode, ...pps])
  })

  test("the fragments of an FU-A become one NAL unit with its header", () => {
    expect([...data([0x7c, 0x85, 4, 5]), ...data([0x7c, 0x05, 6]), ...data([0x7c, 0x45, 7])]).toEqual([
      ...startCode,
      ...idr
    ])
  })

  test("a packet of the interleaved mode, or of a type that is not known, has no data", () => {
    for (const type of [25, 26, 27, 29, 30, 31]) expect(data([0x60 | type, 1, 2, 3])).toEqual([])
  })

  test("a payload that is cut anywhere is read as far as it goes", () => {
    for (const payload of [[0x78, 0, 3, ...sps, 0, 2, ...pps], [0x7c, 0x85, 4, 5], idr]) {
      for (let length = 0; length <= payload.length; length++) {
        const whole = data(payload)
        const cut = data(payload.slice(0, length))
        expect(cut.length).toBeLessThanOrEqual(whole.length)
        expect(cut.filter((byte) => byte !== 0 && byte !== 1 && !whole.includes(byte))).toEqual([])
      }
    }
  })

  test("a frame that begins with parameter sets is a key frame, also after a delimiter", () => {
    const assembler = new VideoAssembler("H264")
    const packet = (sequenceNumber: number, timestamp: number, marker: boolean, payload: ReadonlyArray<number>) => ({
      ssrc: 1,
      payloadType: 96,
      sequenceNumber,
      timestamp,
      marker,
      payload: Uint8Array.from(payload),
      receivedAt: 0,
      droppedBefore: 0
    })
    const delimiter = [0x09, 0x10]
    const frames = [
      packet(0, 0, false, [0x78, 0, 3, ...sps, 0, 2, ...pps]),
      packet(1, 0, true, idr),
      packet(2, 3_000, true, [0x61, 8]),
      packet(3, 6_000, false, delimiter),
      packet(4, 6_000, false, sps),
      packet(5, 6_000, true, idr)
    ].flatMap((packet) => assembler.add(packet))
    expect(frames.map(({ isKey }) => isKey)).toEqual([true, false, true])
    expect(Array.from(frames[0]!.data)).toEqual([...startCode, ...sps, ...startCode, ...pps, ...startCode, ...idr])
    expect(Array.from(frames[2]!.data.subarray(0, 6))).toEqual([...startCode, ...delimiter])
  })
})

test("AV1 is not read", () => {
  expect(readerOf("AV1")).toBeUndefined()
})
