/**
 * How the packets of a video become frames: under every loss and order each frame that comes out is whole, and follows the
 * frames that it refers to.
 */
import type { RtpPacket } from "effect-track-resolver"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { EncodedFrame } from "../../src/media/internal/VideoAssembler.ts"
import { maxPackets, maxWait, VideoAssembler } from "../../src/media/internal/VideoAssembler.ts"
import { runs } from "../support/runs.ts"
import { dataOf, numberOf, packetsOf } from "./videoPackets.ts"

interface Sent {
  readonly isKey: boolean
  readonly packets: ReadonlyArray<RtpPacket>
}

/** Frames of so many packets, 33 ms apart. Negative: a key frame. */
const send = (sizes: ReadonlyArray<number>, first = 65_520): ReadonlyArray<Sent> => {
  let from = first
  return sizes.map((size, number) => {
    const isKey = size < 0
    const count = Math.abs(size)
    const packets = packetsOf(dataOf(number, isKey), {
      count,
      from,
      receivedAt: number * 33,
      timestamp: number * 3_000
    })
    from += count
    return { isKey, packets }
  })
}

const flat = (sent: ReadonlyArray<Sent>): ReadonlyArray<RtpPacket> => sent.flatMap(({ packets }) => packets)

const addAll = (
  packets: ReadonlyArray<RtpPacket>,
  assembler = new VideoAssembler("VP8")
): ReadonlyArray<EncodedFrame> => packets.flatMap((packet) => assembler.add(packet))

const numbersOf = (frames: ReadonlyArray<EncodedFrame>): ReadonlyArray<number> =>
  frames.map(({ data }) => numberOf(data))

describe("Frames of a video", () => {
  test("come out whole and in order, also where sequence numbers wrap", () => {
    const frames = addAll(flat(send([-30, 1, 2, 5])))
    expect(numbersOf(frames)).toEqual([0, 1, 2, 3])
    expect(frames.map(({ isKey }) => isKey)).toEqual([true, false, false, false])
    expect(frames.map(({ data }) => data)).toEqual([0, 1, 2, 3].map((number) => dataOf(number, number === 0)))
    expect(frames[3]).toMatchObject({ timestamp: 9_000, receivedAt: 99 })
  })

  test("wait for the first key frame", () => {
    const assembler = new VideoAssembler("VP8")
    const sent = send([2, 2, -2, 1])
    expect(addAll(flat(sent.slice(0, 2)), assembler)).toEqual([])
    expect(assembler.needsKeyFrame).toBe(true)
    expect(numbersOf(addAll(flat(sent.slice(2)), assembler))).toEqual([2, 3])
    expect(assembler.needsKeyFrame).toBe(false)
  })

  test("wait for a packet that is late", () => {
    const [key, second, third] = send([-2, 2, 1]) as [Sent, Sent, Sent]
    const [late, ...others] = second.packets
    const frames = addAll([...key.packets, ...others, ...third.packets, { ...late!, receivedAt: 33 + maxWait }])
    expect(numbersOf(frames)).toEqual([0, 1, 2])
  })

  test("are skipped until the next key frame if a packet is lost for good", () => {
    const assembler = new VideoAssembler("VP8")
    const sent = send([-2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, -2, 1])
    const received = sent.map(({ packets }, number) => number === 1 ? packets.slice(1) : packets)
    expect(numbersOf(addAll(received.slice(0, 8).flat(), assembler))).toEqual([0])
    expect(assembler.needsKeyFrame).toBe(false)
    expect(addAll(received.slice(8, 10).flat(), assembler)).toEqual([])
    expect(assembler.needsKeyFrame).toBe(true)
    expect(numbersOf(addAll(received.slice(10).flat(), assembler))).toEqual([11, 12])
  })

  test("are skipped until the next key frame if this consumer was slow", () => {
    const sent = send([-2, 1, 1, -1])
    const packets = flat(sent).map((packet, n) => n === 3 ? { ...packet, droppedBefore: 1 } : packet)
    expect(numbersOf(addAll(packets))).toEqual([0, 1, 3])
  })

  test("continue after packets of padding", () => {
    const [key, next] = send([-1, 1]) as [Sent, Sent]
    const padding = { ...next.packets[0]!, payload: new Uint8Array(), marker: false, timestamp: 0 }
    const shifted = { ...next.packets[0]!, sequenceNumber: next.packets[0]!.sequenceNumber + 1 }
    expect(numbersOf(addAll([...key.packets, padding, shifted]))).toEqual([0, 1])
  })

  test("of another source begin with its key frame", () => {
    const other = flat(send([1, -1, 1], 65_522)).map((packet) => ({ ...packet, ssrc: 2 }))
    expect(numbersOf(addAll([...flat(send([-1, 1])), ...other]))).toEqual([0, 1, 1, 2])
  })

  test("of a source that numbers its packets anew begin with its key frame", () => {
    expect(numbersOf(addAll([...flat(send([-1, 1], 40_000)), ...flat(send([-1, 1], 20_000))]))).toEqual([0, 1, 0, 1])
  })

  test("keep the orientation that the sender gave with one of their packets", () => {
    const orientation = { rotation: 90, isFlipped: false, isBackCamera: true } as const
    const [first, last] = packetsOf(dataOf(0, true), { count: 2 })
    expect(addAll([first!, { ...last!, videoOrientation: orientation }])[0]!.orientation).toEqual(orientation)
  })

  test("that never begin with a key frame take a bounded memory", () => {
    const assembler = new VideoAssembler("VP8")
    addAll(flat(send(Array.from({ length: 3 * maxPackets }, () => 1))), assembler)
    const { packets } = assembler as unknown as { readonly packets: ReadonlyMap<number, RtpPacket> }
    expect(packets.size).toBeLessThanOrEqual(maxPackets)
  })
})

const sizes = fc.array(fc.integer({ min: 1, max: 4 }).chain((size) => fc.constantFrom(size, size, size, -size)), {
  minLength: 1,
  maxLength: 40
})

test("without loss, and late by less than the longest wait, every frame from the first key frame comes out", () => {
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.integer({ min: 0, max: 120 })), fc.boolean(), (sizes, delays, doubles) => {
      const sent = send([-1, ...sizes])
      const received = flat(sent)
        .flatMap((packet) => (doubles ? [packet, packet] : [packet]))
        .map((packet) => ({ ...packet, receivedAt: packet.receivedAt + delays.next().value! }))
        .toSorted((one, other) => one.receivedAt - other.receivedAt)
      const numbers = numbersOf(addAll(received))
      // A newer key frame can overtake the first one.
      const keys = sent.flatMap(({ isKey }, number) => isKey ? [number] : [])
      expect(keys).toContain(numbers[0])
      expect(numbers).toEqual(sent.slice(numbers[0]).map((_, number) => number + numbers[0]!))
    }),
    runs(300)
  )
})

test("under any loss and order, each frame is whole and follows the one before it, or is a key frame", () => {
  fc.assert(
    fc.property(
      sizes,
      fc.infiniteStream(fc.record({ delay: fc.integer({ min: 0, max: 700 }), isLost: fc.boolean() })),
      (sizes, networks) => {
        const sent = send([-1, ...sizes])
        const received = flat(sent)
          .map((packet) => ({ packet, ...networks.next().value! }))
          .filter(({ isLost }) => !isLost)
          .map(({ delay, packet }) => ({ ...packet, receivedAt: packet.receivedAt + delay }))
          .toSorted((one, other) => one.receivedAt - other.receivedAt)
        let last = -1
        for (const frame of addAll(received)) {
          const number = numberOf(frame.data)
          expect(frame.data).toEqual(dataOf(number, sent[number]!.isKey))
          expect(number).toBeGreaterThan(last)
          if (!frame.isKey) expect(number).toBe(last + 1)
          last = number
        }
      }
    ),
    runs(300)
  )
})
