/**
 * The numbers of one SSRC whose packets come from several sources: given numbers in, sent numbers out.
 */
import { describe, expect, test } from "vitest"
import * as Numbering from "../../src/werift/internal/Numbering.ts"
import { runs, seed as firstSeed } from "../support/runs.ts"
import { NumberingModel, type Placed } from "./NumberingModel.ts"

const clockRate = 48_000
/** One frame of 20 ms. */
const frame = 960

type Given = readonly [sequenceNumber: number, timestamp: number, now: number]

/** The sent sequence numbers and timestamps, in the order of sending, and the number of dropped packets. */
const send = (packets: ReadonlyArray<Given>) => {
  let numbering: Numbering.Numbering<Numbering.Numbers> | undefined
  const sent: Array<readonly [number, number]> = []
  let dropped = 0
  for (const [sequenceNumber, timestamp, now] of packets) {
    const step = Numbering.next(numbering, { sequenceNumber, timestamp }, now, clockRate)
    numbering = step.numbering
    if (step.isSuspectDropped) dropped++
    for (const { numbers } of step.sends) sent.push([numbers.sequenceNumber, numbers.timestamp])
  }
  return { sent, dropped }
}

const sentOf = (packets: ReadonlyArray<Given>) => send(packets).sent

/** An utterance: `count` frames that are numbered from `first`, at 20 ms each. */
const utterance = (first: number, count: number, from: number): ReadonlyArray<Given> =>
  Array.from({ length: count }, (_, index) => [
    (first + index) & 0xffff,
    ((first + index) * frame) >>> 0,
    from + index * 20
  ])

/** Numbers `first`, `first + 1`, ... */
const consecutive = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => (first + index) & 0xffff)

describe("One source", () => {
  test("the first packet keeps its numbers", () => {
    expect(sentOf([[7, 9, 0]])).toEqual([[7, 9]])
  })

  test("gaps and late packets keep their distances, and a late packet does not become the newest", () => {
    expect(sentOf([[10, 0, 0], [13, 2_880, 60], [12, 1_920, 61], [14, 3_840, 80]])).toEqual([
      [10, 0],
      [13, 2_880],
      [12, 1_920],
      [14, 3_840]
    ])
  })

  test("sequence numbers wrap at 16 bits and timestamps at 32 bits, also for late packets", () => {
    expect(sentOf([[65_534, 4_294_966_080, 0], [0, 704, 20], [65_535, 4_294_967_040, 21], [1, 1_664, 40]])).toEqual([
      [65_534, 4_294_966_080],
      [0, 704],
      [65_535, 4_294_967_040],
      [1, 1_664]
    ])
  })

  test("packets of one frame of video have one timestamp", () => {
    expect(sentOf([[1, 90, 0], [2, 90, 0], [3, 90, 1]])).toEqual([[1, 90], [2, 90], [3, 90]])
  })

  test("a gap of 99 packets is a gap, and one of 100 is another source", () => {
    expect(sentOf([[10, 0, 0], [109, 99 * frame, 20]])).toEqual([[10, 0], [109, 99 * frame]])
    expect(sentOf([[10, 0, 0], [110, 100 * frame, 20]])).toEqual([[10, 0], [11, frame]])
  })

  test("a packet that is 99 behind the newest is late, and one that is 100 behind is another source", () => {
    const ahead: ReadonlyArray<Given> = [[0, 0, 0], [50, 50 * frame, 1], [101, 101 * frame, 2]]
    expect(sentOf([...ahead, [2, 2 * frame, 3]]).at(-1)).toEqual([2, 2 * frame])
    expect(sentOf([...ahead, [1, frame, 3]]).at(-1)![0]).toBe(102)
  })
})

describe("A duplicate", () => {
  test("is dropped, once the next packet shows that its source goes on", () => {
    expect(send([[1, 0, 0], [1, 0, 0], [2, frame, 20], [2, frame, 20], [3, 2 * frame, 40]])).toEqual({
      sent: [[1, 0], [2, frame], [3, 2 * frame]],
      dropped: 2
    })
  })

  test("of a late packet is dropped", () => {
    expect(send([[1, 0, 0], [3, 1_920, 1], [2, frame, 2], [2, frame, 3], [4, 2_880, 4]])).toEqual({
      sent: [[1, 0], [3, 1_920], [2, frame], [4, 2_880]],
      dropped: 1
    })
  })

  test("of several packets in another order is dropped", () => {
    expect(send([...utterance(0, 5, 0), [3, 3 * frame, 81], [2, 2 * frame, 82], [5, 5 * frame, 100]])).toEqual({
      sent: utterance(0, 6, 0).map(([number, timestamp]) => [number, timestamp]),
      dropped: 2
    })
  })

  test("of 99 packets ago is dropped", () => {
    const { dropped, sent } = send([...utterance(0, 110, 0), [10, 10 * frame, 2_190], ...utterance(110, 2, 2_200)])
    expect(sent.map(([number]) => number)).toEqual(consecutive(0, 112))
    expect(dropped).toBe(1)
  })

  test("after a packet of another source, a late packet of the former one does not get its number back", () => {
    const { sent } = send([...utterance(30_000, 3, 0), ...utterance(5, 3, 60), [2, 2 * frame, 120]])
    expect(new Set(sent.map(([number]) => number)).size).toBe(sent.length)
  })
})

describe("Another source", () => {
  test("a jump of the sequence number continues with the next one, later by the elapsed time", () => {
    expect(sentOf([[10, 0, 0], [30_000, 7, 1_000], [30_001, 967, 1_020]])).toEqual([
      [10, 0],
      [11, 48_000],
      [12, 48_960]
    ])
  })

  test("a jump of the timestamp beyond 10 seconds of the clock marks another source as well", () => {
    expect(sentOf([[10, 0, 0], [11, 10 * clockRate, 0]])).toEqual([[10, 0], [11, 10 * clockRate]])
    expect(sentOf([[10, 0, 0], [11, 10 * clockRate + 1, 0]])).toEqual([[10, 0], [11, 1]])
  })

  test("a timestamp that goes backwards while the sequence numbers go on", () => {
    expect(sentOf([[10, 9_600, 0], [11, 0, 20], [12, frame, 40]])).toEqual([[10, 9_600], [11, 10_560], [12, 11_520]])
  })

  test("a late packet whose timestamp does not fit between its neighbours", () => {
    expect(sentOf([[10, 0, 0], [12, 1_920, 40], [11, 1_921, 41]]).at(-1)).toEqual([13, 1_968])
    expect(sentOf([[10, 960, 0], [12, 2_880, 40], [11, 959, 41]]).at(-1)).toEqual([13, 2_928])
  })

  test("a late packet whose timestamp does not fit after a packet 100 numbers before the newest", () => {
    const ahead: ReadonlyArray<Given> = [[10, 5_000, 0], [109, 100_040, 1], [110, 101_000, 2]]
    expect(sentOf([...ahead, [11, 5_000, 3]]).at(-1)).toEqual([11, 5_000])
    expect(sentOf([...ahead, [11, 4_999, 3]]).at(-1)).toEqual([111, 101_048])
  })

  test("a used number with another timestamp", () => {
    expect(sentOf([[10, 0, 0], [11, frame, 20], [10, 5, 40]]).at(-1)).toEqual([12, 2 * frame])
  })

  test.each([
    ["after a pause", 1_500],
    ["at once", 20],
    ["in the same millisecond", 0]
  ])("utterances that are each numbered from 0, the second %s: every packet is newer", (_, pause) => {
    const first = utterance(0, 40, 0)
    const second = utterance(0, 30, 39 * 20 + pause)
    const third = utterance(0, 20, 39 * 20 + pause + 29 * 20 + pause)
    const { dropped, sent } = send([...first, ...second, ...third])
    expect(dropped).toBe(0)
    expect(sent.map(([number]) => number)).toEqual(consecutive(0, 90))
    expect(sent[40]![1] - sent[39]![1]).toBe(Math.max(1, pause * 48))
    for (const at of [41, 69, 71, 89]) expect(sent[at]![1] - sent[at - 1]![1]).toBe(frame)
  })

  test("a source that starts again below its first number", () => {
    expect(send([...utterance(50, 10, 0), ...utterance(20, 10, 200)]).sent.map(([number]) => number))
      .toEqual(consecutive(50, 20))
  })

  test("a source that starts again in the middle of what it sent, and one packet of it at a time after pauses", () => {
    expect(send([...utterance(0, 40, 0), ...utterance(17, 5, 800)]).sent.map(([number]) => number))
      .toEqual(consecutive(0, 45))
    expect(sentOf([[0, 0, 0], [0, 0, 2_000], [0, 0, 4_000]])).toEqual([[0, 0], [1, 96_000], [2, 192_000]])
  })

  test("another track of the m-line continues the numbers, even if it begins with the next ones or the same ones", () => {
    const { numbering } = Numbering.next(undefined, { sequenceNumber: 5, timestamp: 0 }, 0, clockRate)
    for (const sequenceNumber of [5, 6]) {
      const { sends } = Numbering.next(
        Numbering.endSource(numbering),
        { sequenceNumber, timestamp: frame },
        1_000,
        clockRate
      )
      expect(sends.map(({ numbers }) => numbers)).toEqual([{ sequenceNumber: 6, timestamp: 48_000 }])
    }
    expect(Numbering.endSource(undefined)).toBeUndefined()
  })

  test("a suspect of the former track is not sent on the next one", () => {
    const first = Numbering.next(undefined, { sequenceNumber: 5, timestamp: 0 }, 0, clockRate).numbering
    const held = Numbering.next(first, { sequenceNumber: 5, timestamp: 0 }, 1, clockRate).numbering
    const { isSuspectDropped, sends } = Numbering.next(
      Numbering.endSource(held),
      { sequenceNumber: 6, timestamp: frame },
      2,
      clockRate
    )
    expect(sends.length).toBe(1)
    expect(isSuspectDropped).toBe(false)
  })
})

// --- Random traces ----------------------------------------------------------------------------------------------------

/** mulberry32: the same seed gives the same trace. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

/** Sources with gaps, late packets, duplicates, restarts, pauses, jumps, and numbers that wrap. */
const randomTrace = (seed: number, length: number): ReadonlyArray<Given> => {
  const next = random(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  const anywhere = (limit: number): number => next() < 0.3 ? limit - 1 - below(120) : below(limit)
  let [sequenceNumber, timestamp, now] = [anywhere(65_536), anywhere(4_294_967_296), 0]
  const trace: Array<Given> = []
  while (trace.length < length) {
    const kind = below(20)
    now += kind === 0 ? below(3_000) : below(30)
    if (kind === 1) [sequenceNumber, timestamp] = [anywhere(65_536), anywhere(4_294_967_296)]
    else if (kind === 2 && trace.length > 0) {
      const back = trace[Math.max(0, trace.length - 1 - below(110))]!
      if (next() < 0.5) [sequenceNumber, timestamp] = [back[0], next() < 0.8 ? back[1] : timestamp]
      else {
        trace.push([back[0], back[1], now])
        continue
      }
    } else if (kind === 3) timestamp -= below(20 * frame)
    else if (kind < 8) {
      const late = 1 + below(6)
      trace.push([(sequenceNumber - late) & 0xffff, (timestamp - late * frame) >>> 0, now])
      continue
    } else {
      const steps = kind < 12 ? 1 + below(4) : 1
      sequenceNumber += steps
      timestamp += kind === 12 ? 0 : steps * frame
    }
    ;[sequenceNumber, timestamp] = [sequenceNumber & 0xffff, timestamp >>> 0]
    trace.push([sequenceNumber, timestamp, now])
  }
  return trace
}

/** `SEED=<the seed of a failure> SCRIPTS=1` plays that trace alone. */
const traces = Array.from({ length: runs(150).numRuns }, (_, n) => ({
  seed: firstSeed + n,
  trace: randomTrace(firstSeed + n, 400)
}))

describe("Random traces", () => {
  test("the numbers are those of a model that keeps every packet", () => {
    for (const { seed, trace } of traces) {
      let numbering: Numbering.Numbering<Numbering.Numbers> | undefined
      const model = new NumberingModel(clockRate)
      const results = trace.map(([sequenceNumber, timestamp, now]) => {
        const step = Numbering.next(numbering, { sequenceNumber, timestamp }, now, clockRate)
        numbering = step.numbering
        if (numbering.recent.length > 101) throw new Error("the window grows")
        return { isSuspectDropped: step.isSuspectDropped, sends: step.sends }
      })
      const expected = trace.map(([sequenceNumber, timestamp, now]) => model.next({ sequenceNumber, timestamp }, now))
      expect({ seed, results }).toEqual({ seed, results: expected })
    }
  })

  test("no number is sent twice, a higher number never has a lower timestamp, and no packet is lost", () => {
    for (const { seed, trace } of traces) {
      const model = new NumberingModel(clockRate)
      let [sent, dropped] = [0, 0]
      for (const [sequenceNumber, timestamp, now] of trace) {
        const { isSuspectDropped, sends } = model.next({ sequenceNumber, timestamp }, now)
        sent += sends.length
        if (isSuspectDropped) dropped++
      }
      const packets: ReadonlyArray<Placed> = model.sent.toSorted((one, other) => one.number - other.number)
      expect({ seed, numbers: new Set(packets.map(({ number }) => number)).size })
        .toEqual({ seed, numbers: packets.length })
      const wrong = packets.filter((after, index) => {
        const before = packets[index - 1]
        if (before === undefined) return false
        // Packets of two sources never have one timestamp: the receiver would take them for one frame.
        return after.source === before.source ? after.timestamp < before.timestamp : after.timestamp <= before.timestamp
      })
      expect({ seed, wrong }).toEqual({ seed, wrong: [] })
      expect({ seed, lost: Math.max(0, trace.length - 1 - sent - dropped) }).toEqual({ seed, lost: 0 })
    }
  })
})
