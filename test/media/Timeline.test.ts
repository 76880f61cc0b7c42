/**
 * The places of frames in time.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as RealTime from "../../src/edge/publishing/RealTime.ts"
import * as Timeline from "../../src/media/internal/Timeline.ts"
import { limitOf, runs } from "../support/runs.ts"

const clockRate = 48_000

const slotsOf = (steps: ReadonlyArray<readonly [now: number, lateness: Timeline.Lateness]>) => {
  const slots: Array<Timeline.Slot> = []
  for (const [now, lateness] of steps) {
    const last = slots.at(-1)
    slots.push(Timeline.next(last, last === undefined ? 0 : Timeline.dueOf(last), now, lateness, clockRate))
  }
  return slots
}

const describeSlots = (slots: ReadonlyArray<Timeline.Slot>) =>
  slots.map((slot) => [Timeline.dueOf(slot), slot.timestamp, slot.sequenceNumber, Timeline.isMarked(slot)])

describe("a frame", () => {
  test("that is early continues the run at its time", () => {
    expect(describeSlots(slotsOf([[7, "Ended"], [7, "Ended"], [30, "Waited"]]))).toEqual([
      [7, 0, 0, true],
      [27, 960, 1, false],
      [47, 1_920, 2, false]
    ])
  })

  test.each([["Stalled", 900], ["Waited", 100], ["Ended", 0]] as const)(
    "that is late because it %s continues the run up to %i ms, and then begins another",
    (lateness, most) => {
      const late = (millis: number) => describeSlots(slotsOf([[0, "Waited"], [20 + millis, lateness]]))[1]
      expect(late(most)).toEqual([20, 960, 1, false])
      expect(late(most + 1)).toEqual([21 + most, 48 * (21 + most), 1, true])
    }
  )

  test("after the last number has the first one", () => {
    const last = { runAt: 0, index: 3, sequenceNumber: 65_535, timestamp: 2 ** 32 - 960 }
    expect(Timeline.next(last, 60, 0, "Waited", clockRate)).toEqual({
      runAt: 0,
      index: 4,
      sequenceNumber: 0,
      timestamp: 0
    })
  })
})

const numRuns = 1_000

test(
  "timestamps are the due times, frames are never closer than 20 ms, and sequence numbers have no gap",
  () => {
    const step = fc.tuple(
      fc.oneof(fc.nat(60), fc.nat(1_100), fc.nat(20_000)),
      fc.constantFrom<Timeline.Lateness>("Stalled", "Waited", "Ended")
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 0
        const slots = slotsOf(steps.map(([elapsed, lateness]) => [now += elapsed, lateness]))
        slots.forEach((slot, index) => {
          const before = slots[index - 1]
          expect(slot.sequenceNumber).toBe(index)
          expect(slot.timestamp).toBe(48 * (Timeline.dueOf(slot) - Timeline.dueOf(slots[0]!)))
          if (before === undefined) return
          const distance = Timeline.dueOf(slot) - Timeline.dueOf(before)
          expect(distance).toBeGreaterThanOrEqual(20)
          expect(Timeline.isMarked(slot)).toBe(distance > 20)
        })
      }),
      runs(numRuns)
    )
  },
  limitOf(numRuns)
)

test(
  "the edge finds no packet too early, wherever the process is busy",
  () => {
    const busy = fc.oneof(fc.constant(0), fc.nat(30), fc.nat(1_100), fc.nat(5_000))
    const step = fc.tuple(busy, busy, fc.constantFrom<Timeline.Lateness>("Stalled", "Waited", "Ended"))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let now = 0.7
        let last: Timeline.Slot | undefined
        let realTime: RealTime.RealTime | undefined
        for (const [before, after, lateness] of steps) {
          const passedBy = now
          now += before
          const early = Timeline.dueOf(Timeline.next(last, passedBy, now, lateness, clockRate)) - now
          now += Math.max(0, early)
          last = Timeline.next(last, passedBy, now, lateness, clockRate)
          now += after
          const step = RealTime.next(realTime, last.timestamp, Math.floor(now), { kind: "audio", clockRate })
          expect(step.isTooEarly).toBe(false)
          realTime = step.ifSent
        }
      }),
      runs(numRuns)
    )
  },
  limitOf(numRuns)
)
