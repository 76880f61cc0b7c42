/**
 * Key frames out of packets that arrive in any order.
 */
import type { RtpPacket } from "effect-track-resolver"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { KeyFrameAssembler } from "../../src/edge/internal/KeyFrameAssembler.ts"
import { runs } from "../support/runs.ts"

/** Packet `index` of a frame; the first one says "key" if the frame is one. */
const packetOf = (timestamp: number, sequenceNumber: number, index: number, length: number, isKey: boolean) => ({
  ssrc: 1,
  payloadType: 96,
  sequenceNumber: sequenceNumber & 0xffff,
  timestamp,
  marker: index === length - 1,

  payload: Uint8Array.of(isKey && index === 0 ? 1 : 0),
  receivedAt: 0,
  droppedBefore: 0
})

const frameOf = (timestamp: number, sequenceNumber: number, length: number, isKey: boolean): ReadonlyArray<RtpPacket> =>
  Array.from({ length }, (_, index) => packetOf(timestamp, sequenceNumber + index, index, length, isKey))

const assemble = (packets: ReadonlyArray<RtpPacket>) => {
  const assembler = new KeyFrameAssembler(({ payload }) => payload[0] === 1)
  return packets.map((packet) => assembler.add(packet))
}

test("a key frame is whole with its last packet, in whatever order they come, also where the sequence numbers wrap", () => {
  const cases = fc.record({
    first: fc.constantFrom(0, 65_530, 65_535),
    lengths: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  }).chain(({ first, lengths: [before, length, after] }) => {
    const frame = frameOf(2, first + before, length, true)
    const others = [...frameOf(1, first, before, false), ...frameOf(3, first + before + length, after, false)]
    return fc.shuffledSubarray([...others, ...frame], { minLength: before + length + after }).map((packets) => ({
      frame,
      packets
    }))
  })
  fc.assert(
    fc.property(cases, ({ frame, packets }) => {
      const last = packets.findLastIndex((packet) => frame.includes(packet))
      const frames = assemble(packets)
      expect(frames[last]).toEqual(frame)
      expect(frames.slice(0, last).every((one) => one === undefined)).toBe(true)
    }),
    runs(300)
  )
})

test("a frame with a gap, or without its beginning or end, is not whole", () => {
  const frame = frameOf(1, 10, 4, true)
  for (let missing = 0; missing < 4; missing++) {
    expect(assemble(frame.filter((_, index) => index !== missing)).filter(Boolean)).toEqual([])
  }
})

test("parameter sets before the picture belong to the frame", () => {
  const frame = [frameOf(1, 10, 2, true)[0]!, ...frameOf(1, 11, 3, true)]
  expect(assemble(frame).at(-1)).toEqual(frame)
})

test("packets of another source do not complete a frame", () => {
  const frame = frameOf(1, 10, 2, true)
  expect(assemble([frame[0]!, { ...frame[1]!, ssrc: 2 }])).toEqual([undefined, undefined])
})

test("two layers of simulcast in one stream do not disturb each other", () => {
  const [low, high] = [frameOf(1, 10, 2, true), frameOf(1, 10, 2, true).map((packet) => ({ ...packet, ssrc: 2 }))]
  expect(assemble([low[0]!, high[0]!, low[1]!, high[1]!]).slice(2)).toEqual([low, high])
})

test("bounded: 16 frames, and 1,024 packets of each", () => {
  const start = frameOf(0, 0, 2, true)
  const others = (count: number) => Array.from({ length: count }, (_, n) => packetOf(n + 1, n + 2, 0, 2, false))
  expect(assemble([start[0]!, ...others(15), start[1]!]).at(-1)).toEqual(start)
  expect(assemble([start[0]!, ...others(16), start[1]!]).at(-1)).toBeUndefined()
  expect(assemble(frameOf(0, 0, 1_024, true)).at(-1)).toHaveLength(1_024)
  expect(assemble(frameOf(0, 0, 1_025, true)).at(-1)).toBeUndefined()
})
