import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as ReplayWindow from "../../src/werift/internal/ReplayWindow.ts"

/** RFC 3711, section 3.3.2, as a list of all indices. */
const model = (size: number) => {
  const recorded: Array<number> = []
  return {
    isNew: (index: number): boolean => !recorded.includes(index) && index > Math.max(-1, ...recorded) - size,
    record: (index: number): void => void recorded.push(index),
    newest: (): number | undefined => recorded.length === 0 ? undefined : Math.max(...recorded)
  }
}

/** Of all indices with this sequence number, the one that is closest to the newest (section 3.3.1). */
const closest = (newest: number | undefined, sequenceNumber: number): number => {
  if (newest === undefined) return sequenceNumber
  const rollovers = Math.floor(newest / 65_536)
  return [rollovers, rollovers - 1, rollovers + 1]
    .filter((n) => n >= 0)
    .map((n) => n * 65_536 + sequenceNumber)
    .reduce((best, index) => Math.abs(index - newest) < Math.abs(best - newest) ? index : best)
}

describe("A window", () => {
  test("accepts each index once, and none that is older than the window, for any order of arrival", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -80, max: 20 }) },
      { weight: 1, arbitrary: fc.integer({ min: -300, max: 300 }) }
    )
    fc.assert(
      fc.property(
        fc.constantFrom(64, 96),
        fc.integer({ min: 0, max: 70_000 }),
        fc.array(step),
        (size, start, steps) => {
          const [window, expected] = [ReplayWindow.make(size), model(size)]
          let index = start
          for (const step of [0, ...steps]) {
            index = Math.max(0, (expected.newest() ?? start) + step)
            expect(window.isNew(index)).toBe(expected.isNew(index))
            if (!window.isNew(index)) continue
            window.record(index)
            expected.record(index)
          }
        }
      ),
      { numRuns: 5_000 }
    )
  })

  test("asking changes nothing", () => {
    const window = ReplayWindow.make()
    window.record(10)
    expect([window.isNew(5_000), window.isNew(11), window.isNew(11), window.indexOf(11)]).toEqual([
      true,
      true,
      true,
      11
    ])
  })

  test("holds 1,024 packets", () => {
    const window = ReplayWindow.make()
    window.record(5_000)
    expect([window.isNew(3_977), window.isNew(3_976)]).toEqual([true, false])
  })

  test("an index older than the window that is recorded nevertheless changes nothing", () => {
    const window = ReplayWindow.make(64)
    window.record(1_000)
    window.record(935)
    expect([window.isNew(1_000), window.isNew(999)]).toEqual([false, true])
  })

  test("knows the index of a sequence number across rollovers, forwards and backwards", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300_000 }),
        fc.integer({ min: 0, max: 65_535 }),
        (newest, sequenceNumber) => {
          const window = ReplayWindow.make()
          window.record(newest)
          const distance = Math.abs(sequenceNumber - newest % 65_536)
          fc.pre(distance !== 32_768)
          const expected = newest < 65_536 && sequenceNumber > newest ? sequenceNumber : closest(newest, sequenceNumber)
          expect(window.indexOf(sequenceNumber)).toBe(expected)
        }
      )
    )
    expect(ReplayWindow.make().indexOf(65_535)).toBe(65_535)
  })

  test("counts beyond 32 bits", () => {
    const window = ReplayWindow.make()
    const newest = 2 ** 40 + 65_535
    window.record(newest)
    expect([window.isNew(newest), window.isNew(newest - 1), window.indexOf(3)]).toEqual([false, true, newest + 4])
  })
})

describe("The windows of several sources", () => {
  test("are separate, and asking makes no source known", () => {
    const windows = ReplayWindow.forSources()
    windows.record(1, 7)
    expect([windows.isNew(1, 7), windows.isNew(2, 7), windows.indexOf(2, 65_000)]).toEqual([false, true, 65_000])
    expect(windows.size()).toBe(1)
  })

  test("beyond the capacity, the source that has been silent longest is forgotten", () => {
    const windows = ReplayWindow.forSources({ capacity: 2 })
    windows.record(1, 7)
    windows.record(2, 7)
    windows.record(1, 8)
    windows.record(3, 7)
    expect([1, 2, 3].map((ssrc) => windows.isNew(ssrc, 7))).toEqual([false, true, false])
  })

  test("4,096 sources are known at most", () => {
    const windows = ReplayWindow.forSources()
    for (let ssrc = 0; ssrc < 5_000; ssrc++) windows.record(ssrc, 0)
    expect(windows.size()).toBe(4_096)
  })
})
