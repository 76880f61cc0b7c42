import { expect, test } from "vitest"
import * as LossTracker from "../../src/werift/internal/LossTracker.ts"

const receiveAll = (tracker: LossTracker.LossTracker, now: number, ...numbers: ReadonlyArray<number>) =>
  numbers.map((number) => tracker.receive(number, now))

test("a gap is requested after 20 ms, and every 100 ms until it is filled", () => {
  const tracker = LossTracker.make()
  receiveAll(tracker, 0, 65_534, 2)
  expect(tracker.request(19)).toEqual([])
  expect(tracker.request(20)).toEqual([65_535, 0, 1])
  expect(tracker.request(119)).toEqual([])
  expect(tracker.receive(0, 119)).toBe(true)
  expect(tracker.request(120)).toEqual([65_535, 1])
})

test("packets that only change their order are not requested", () => {
  const tracker = LossTracker.make()
  receiveAll(tracker, 0, 1, 3, 2)
  expect([tracker.request(1_000), tracker.size()]).toEqual([[], 0])
})

test("a packet is received once", () => {
  const tracker = LossTracker.make()
  expect(receiveAll(tracker, 0, 1, 1, 3, 2, 2, 3)).toEqual([true, false, true, true, false, false])
})

test("a packet is requested five times at most", () => {
  const tracker = LossTracker.make()
  receiveAll(tracker, 0, 1, 3)
  const requests = Array.from({ length: 20 }, (_, n) => tracker.request(n * 100 + 20)).flat()
  expect([requests, tracker.size()]).toEqual([[2, 2, 2, 2, 2], 0])
})

test("256 packets are requested at most, the newest, and none of a longer gap", () => {
  const tracker = LossTracker.make()
  const every = Array.from({ length: 300 }, (_, n) => n * 2)
  receiveAll(tracker, 0, ...every)
  expect(tracker.request(20)).toEqual(every.slice(1).map((n) => n - 1).slice(-256))
  receiveAll(tracker, 20, 598 + 258)
  expect(tracker.size()).toBe(0)
})
