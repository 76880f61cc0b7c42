import { expect, test } from "vitest"
import * as HeldPackets from "../../src/werift/internal/HeldPackets.ts"

const packetsOf = (held: HeldPackets.HeldPackets<number>, now: number): ReadonlyArray<number> =>
  held.take(now).map(({ packet }) => packet)

test("packets are given out once, in order, with the time of their arrival", () => {
  const held = HeldPackets.make<number>()
  held.add(1, 10, 0)
  held.add(2, 20, 5)
  expect(held.take(6)).toEqual([{ packet: 1, bytes: 10, addedAt: 0 }, { packet: 2, bytes: 20, addedAt: 5 }])
  expect(held.take(6)).toEqual([])
})

test("what was given out does not count any more", () => {
  const held = HeldPackets.make<number>()
  held.add(1, HeldPackets.maxBytes, 0)
  held.take(0)
  held.add(2, HeldPackets.maxBytes, 0)
  expect(packetsOf(held, 0)).toEqual([2])
})

test("512 packets are held at most, and the oldest are lost first", () => {
  const held = HeldPackets.make<number>()
  for (let n = 0; n < 600; n++) held.add(n, 1, 0)
  expect(held.size()).toBe(512)
  expect(packetsOf(held, 0)[0]).toBe(88)
})

test("512 KiB are held at most, and the oldest are lost first", () => {
  const held = HeldPackets.make<number>()
  for (let n = 0; n < 10; n++) held.add(n, 100 * 1_024, 0)
  expect(packetsOf(held, 0)).toEqual([5, 6, 7, 8, 9])
  held.add(1, 600 * 1_024, 0)
  expect(held.size()).toBe(0)
})

test("a packet is held for a second at most", () => {
  const held = HeldPackets.make<number>()
  held.add(1, 1, 0)
  held.add(2, 1, 1)
  held.add(3, 1, 1_001)
  expect(held.size()).toBe(2)
  expect(packetsOf(held, 1_002)).toEqual([3])
})
