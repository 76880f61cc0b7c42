/**
 * Transport-wide feedback: which packets arrived, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 */
import { describe, expect, test } from "vitest"
import * as Arrivals from "../../src/werift/internal/Arrivals.ts"

/** Packets as `[number, milliseconds]`, and the report of them. */
const reportOf = (packets: ReadonlyArray<readonly [number, number]>, arrivals = Arrivals.make()) => {
  for (const [number, millis] of packets) arrivals.receive(number, millis * 1_000)
  return arrivals.report()
}

describe("A report of arrivals", () => {
  test("nothing has arrived: none", () => {
    expect(Arrivals.make().report()).toBeUndefined()
  })

  test("has the base, the reference time, and the deltas in 250 microseconds", () => {
    expect(reportOf([[7, 130], [8, 131], [9, 133.5]])).toEqual({
      base: 7,
      // 2 times 64 ms are 128 ms.
      referenceTime: 2,
      runs: [{ status: 1, length: 3 }],
      deltas: [8, 4, 10]
    })
  })

  test("contains lost packets, within a report and between two", () => {
    const arrivals = Arrivals.make()
    expect(reportOf([[1, 64], [4, 64], [5, 64]], arrivals)?.runs).toEqual([
      { status: 1, length: 1 },
      { status: 0, length: 2 },
      { status: 1, length: 2 }
    ])
    expect(reportOf([[8, 128]], arrivals)).toMatchObject({
      base: 6,
      runs: [{ status: 0, length: 2 }, { status: 1, length: 1 }]
    })
  })

  test("has two bytes for a packet that arrives late, and for one that arrives before its predecessor", () => {
    expect(reportOf([[1, 64], [2, 164], [4, 170], [3, 171]])).toMatchObject({
      runs: [{ status: 1, length: 1 }, { status: 2, length: 1 }, { status: 1, length: 1 }, { status: 2, length: 1 }],
      deltas: [0, 400, 28, -4]
    })
  })

  test("numbers go on after 65,535", () => {
    expect(reportOf([[65_534, 64], [0, 64], [65_535, 64], [1, 64]])).toMatchObject({
      base: 65_534,
      runs: [{ status: 1, length: 4 }]
    })
  })

  test("a repetition, and a packet whose loss was reported, are not in it", () => {
    const arrivals = Arrivals.make()
    reportOf([[1, 64], [3, 64], [3, 65]], arrivals)
    expect(reportOf([[2, 66], [3, 66]], arrivals)).toBeUndefined()
  })

  test("a sender that begins anew loses no thousands of packets", () => {
    const arrivals = Arrivals.make()
    reportOf([[1, 64]], arrivals)
    expect(reportOf([[30_000, 128]], arrivals)).toMatchObject({ base: 30_000, runs: [{ status: 1, length: 1 }] })
  })
})
