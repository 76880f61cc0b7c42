/**
 * The jitter buffer: tables of what the network does, and random traces against a model.
 */
import * as fc from "fast-check"
import { assert, describe, expect, test } from "vitest"
import * as JitterBuffer from "../../src/media/internal/JitterBuffer.ts"
import { runs } from "../support/runs.ts"
import * as Model from "./JitterBufferModel.ts"
import { type Arrival, describeAll, lengthOf, type Packet, packet, play } from "./JitterTrace.ts"

/** Packets `first` to `last` of 20 ms, named by their numbers, that arrive on time. `fields` of each. */
const talk = (
  first: number,
  last: number,
  fields: (n: number) => Partial<Packet> = () => ({}),
  at: (n: number) => number = (n) => n * 20
): ReadonlyArray<Arrival> =>
  Array.from({ length: last - first + 1 }, (_, index) => {
    const n = first + index
    return { at: 1_000 + at(n), packet: packet(String(n), { sequenceNumber: n, timestamp: n * 960, ...fields(n) }) }
  })

const numbers = (first: number, last: number): ReadonlyArray<string> =>
  Array.from({ length: last - first + 1 }, (_, n) => String(first + n))

const played = (...args: Parameters<typeof play>): ReadonlyArray<string> => describeAll(play(...args).outputs)

/** Moves arrivals: in milliseconds. */
const delayed = (arrivals: ReadonlyArray<Arrival>, by: number): ReadonlyArray<Arrival> =>
  arrivals.map(({ at, packet }) => ({ at: at + by, packet }))

describe("A packet in order", () => {
  test("passes at once", () => {
    let state = JitterBuffer.make<string>(400)
    for (const { at, packet } of talk(0, 9)) {
      const next = JitterBuffer.step(state, packet, at)
      assert.deepStrictEqual(describeAll(next.outputs), [packet.content])
      state = next.state
    }
  })

  test("passes at once, however late, if no tick has filled its time", () => {
    const trace = [...talk(0, 9), ...talk(10, 99, () => ({}), () => 2_000)]
    assert.deepStrictEqual(played(trace, { ticks: false }), numbers(0, 99))
  })

  test("has its time from the first packet on, its timestamp, and when it arrived", () => {
    const [output] = play(talk(3, 5)).outputs.slice(-1)
    expect(output).toEqual({
      _tag: "Packet",
      content: "5",
      skip: 0,
      time: 1_920,
      duration: 960,
      timestamp: 4_800,
      clockRate: 48_000,
      at: 1_100
    })
  })

  test("may wrap its sequence number and its timestamp", () => {
    const wrapping = talk(0, 9, (n) => ({
      sequenceNumber: (65_531 + n) % 65_536,
      timestamp: (2 ** 32 - 4_000 + n * 960) % 2 ** 32
    }))
    const { outputs } = play(wrapping)
    assert.deepStrictEqual(describeAll(outputs), numbers(0, 9))
    assert.deepInclude(outputs.at(-1), { timestamp: 4_640 })
    // The last packet before the wrap comes after the first one after it.
    const swapped = [...wrapping.slice(0, 4), ...delayed(wrapping.slice(4, 5), 30), ...wrapping.slice(5)]
    assert.deepStrictEqual(played(swapped), numbers(0, 9))
  })

  test("may have another clock rate: 8,000 for G.711", () => {
    const { outputs } = play(talk(0, 4, (n) => ({ clockRate: 8_000, timestamp: n * 160, duration: 160 })))
    assert.deepInclude(outputs.at(-1), { time: 3_840, duration: 960, timestamp: 640 })
  })

  test("may come after three days of silence, in which the timestamp wraps more than once", () => {
    const days = 3 * 86_400_000
    const later = delayed(talk(50, 52, (n) => ({ timestamp: (n * 960 + days * 48) % 2 ** 32 })), days)
    const { outputs } = play([...talk(0, 49), ...later], { ticks: false })
    assert.strictEqual(lengthOf(outputs), 53 * 960 + days * 48)
    assert.deepStrictEqual(describeAll(outputs), [...numbers(0, 49), `${days} Silent`, ...numbers(50, 52)])
  })
})

describe("A packet out of order", () => {
  test("is waited for, and those that follow it", () => {
    const swapped = [...talk(0, 4), ...delayed(talk(5, 5), 30), ...talk(6, 9)]
    assert.deepStrictEqual(played(swapped), numbers(0, 9))
  })

  test("is lost if it does not come: its time is filled, and what follows is not delayed further", () => {
    const trace = [...talk(0, 4), ...talk(6, 40)]
    assert.deepStrictEqual(played(trace), [...numbers(0, 4), "20 Lost", "missing 1", ...numbers(6, 40)])
    // 6 arrives 20 ms after 5 should have, and waits 40 ms more: from the next millisecond on.
    const waiting = play(trace.filter(({ at }) => at < 1_160), { until: 1_162 })
    assert.deepStrictEqual(describeAll(waiting.outputs), [...numbers(0, 4), "20 Lost", "missing 1", "6", "7"])
    assert.strictEqual(waiting.beforeEnd.end, 8 * 960)
    const early = play(trace.filter(({ at }) => at < 1_160), { until: 1_161 })
    assert.strictEqual(early.beforeEnd.end, 5 * 960)
  })

  test("that comes after its time was filled is dropped as late, and its copy as a duplicate", () => {
    const trace = [...talk(0, 4), ...talk(6, 9), ...delayed(talk(5, 5), 70), ...delayed(talk(5, 5), 75)]
    assert.deepStrictEqual(played(trace), [
      ...numbers(0, 4),
      "20 Lost",
      "missing 1",
      ...numbers(6, 8),
      "Late",
      "Duplicate",
      "9"
    ])
  })

  test("loses only the part whose time was filled", () => {
    const long = { duration: 2_880 }
    const trace = [...talk(0, 4), ...delayed(talk(5, 5, () => long), 70), ...talk(8, 9, () => ({}), (n) => n * 20)]
    assert.deepStrictEqual(
      played(trace.map(({ at, packet }) => ({
        at,
        packet: packet.sequenceNumber < 6 ? packet : { ...packet, sequenceNumber: packet.sequenceNumber - 2 }
      }))),
      [...numbers(0, 4), "20 Lost", "5 -20", "8", "9"]
    )
  })

  test("that arrives twice passes once, also while an earlier one is waited for", () => {
    const twice = [...talk(0, 4), ...talk(6, 7), ...talk(6, 7), ...talk(3, 4), ...delayed(talk(5, 5), 45)]
    assert.sameMembers([...played(twice)], [...numbers(0, 7), ...Array.from({ length: 4 }, () => "Duplicate")])
  })
})

describe("The delay", () => {
  test("grows with the differences of the transits, up to maxWait, and shrinks ten seconds later", () => {
    const jittery = talk(0, 100, () => ({}), (n) => n * 20 + (n === 50 ? 120 : 0))
    const { beforeEnd } = play(jittery)
    assert.strictEqual(JitterBuffer.delayOf(beforeEnd), 140)
    assert.strictEqual(JitterBuffer.delayOf(play(jittery, { maxWait: 100 }).beforeEnd), 100)
    const calm = [...jittery, ...talk(101, 700)]
    assert.strictEqual(JitterBuffer.delayOf(play(calm).beforeEnd), JitterBuffer.leastDelay)
  })

  test("that has grown waits for packets that come as late again", () => {
    const late = (n: number): number => n % 50 === 49 ? 200 : 0
    const outputs = played(talk(0, 500, () => ({}), (n) => n * 20 + late(n)))
    assert.deepStrictEqual(outputs.slice(0, 52), [...numbers(0, 48), "20 Lost", "missing 1", "50"])
    assert.deepStrictEqual(outputs.filter((output) => output.includes("Lost")), ["20 Lost"])
  })

  test("of a path that has become longer for good costs at most its length and 200 ms", () => {
    const longer = [...talk(0, 100), ...delayed(talk(101, 1_000), 900)]
    const { beforeEnd, outputs } = play(longer)
    const heard = outputs.filter(({ _tag }) => _tag === "Packet").length
    assert.isAtLeast(heard, 1_001 - (900 + 200) / 20)
    assert.deepStrictEqual(describeAll(outputs).slice(-800), numbers(201, 1_000))
    assert.strictEqual(beforeEnd.end, 1_001 * 960)
  })
})

describe("Silence", () => {
  test("of a sender that sends nothing is filled as time passes, in pieces of 20 ms, behind it by the delay", () => {
    const { beforeEnd, outputs } = play(talk(0, 4), { until: 3_000 })
    assert.deepStrictEqual(describeAll(outputs), [...numbers(0, 4), "1840 Silent"])
    assert.strictEqual(beforeEnd.end, (2_000 - 60) * 48)
  })

  test("between consecutive sequence numbers is the sender's own", () => {
    const dtx = [...talk(0, 4), ...talk(5, 9, (n) => ({ timestamp: (n + 20) * 960 }), (n) => (n + 20) * 20)]
    assert.deepStrictEqual(played(dtx), [...numbers(0, 4), "400 Silent", ...numbers(5, 9)])
    assert.deepStrictEqual(played(dtx, { ticks: false }), [...numbers(0, 4), "400 Silent", ...numbers(5, 9)])
  })

  test("is none before the first packet, and no tick is due", () => {
    const { outputs, state } = JitterBuffer.step(JitterBuffer.make(400), { _tag: "Tick" }, 9_000)
    assert.deepStrictEqual(outputs, [])
    assert.isUndefined(JitterBuffer.dueAt(state))
  })

  test("takes one tick for each 20 ms", () => {
    const { steps } = play(talk(0, 0), { until: 11_000 })
    assert.isAtMost(steps, 502)
  })

  test.each([200, -200])("of ten minutes loses no word of a sender whose clock is off by %d ppm", (ppm) => {
    const pause = 600_000
    const later = talk(50, 60, (n) => ({ timestamp: n * 960 + Math.round(pause * 48 * (1 + ppm / 1e6)) }))
    const outputs = played([...talk(0, 49), ...delayed(later, pause)])
    assert.deepStrictEqual(outputs.slice(-11), numbers(50, 60))
  })
})

describe("Drift", () => {
  test.each([200, -200])("of %d ppm over half an hour fills nothing, loses nothing and delays nothing", (ppm) => {
    const { beforeEnd, outputs } = play(talk(0, 90_000, () => ({}), (n) => n * 20 * (1 + ppm / 1e6)))
    assert.strictEqual(outputs.length, 90_001)
    assert.strictEqual(JitterBuffer.delayOf(beforeEnd), JitterBuffer.leastDelay)
    assert.approximately(JitterBuffer.dueAt(beforeEnd)! - (1_000 + 90_001 * 20 * (1 + ppm / 1e6)), 60, 5)
  })
})

describe("A new source", () => {
  test("of another SSRC goes on by the clock", () => {
    const other = talk(50, 54, () => ({ ssrc: 2, sequenceNumber: 9_000, timestamp: 77 }))
      .map(({ at, packet }, index) => ({
        at,
        packet: { ...packet, sequenceNumber: 9_000 + index, timestamp: 77 + index * 960 }
      }))
    const { outputs } = play([...talk(0, 9), ...other])
    assert.deepStrictEqual(describeAll(outputs), [
      ...numbers(0, 9),
      "740 Silent",
      "60 Interrupted",
      ...numbers(50, 54)
    ])
    assert.deepInclude(outputs.at(-1), { time: 54 * 960, timestamp: 77 + 4 * 960, at: 1_000 + 54 * 20 })
  })

  test("of another SSRC follows at once when there is no pause, and what is left of the former one is dropped", () => {
    const other = talk(10, 14, (n) => ({ ssrc: 2, timestamp: n * 7_000_000 }))
    const trace = [...talk(0, 8), ...delayed(talk(9, 9), 25), ...other.slice(0, 1)]
    assert.deepStrictEqual(played(trace), [...numbers(0, 8), "20 Interrupted", "10", "FormerSource"])
  })

  test("of the former SSRC is one again after half a second", () => {
    const other = talk(10, 34, () => ({ ssrc: 2 }))
    assert.deepStrictEqual(played([...talk(0, 9), ...other, ...talk(35, 39)]), numbers(0, 39))
  })

  test("of another clock rate follows at once, and back, but for a packet from before", () => {
    const g711 = (from: number, to: number) =>
      talk(from, to, (n) => ({ clockRate: 8_000, timestamp: n * 160, duration: 160 }))
    const trace = [...talk(0, 8), ...g711(10, 11), ...delayed(talk(9, 9), 25), ...talk(12, 14)]
    assert.deepStrictEqual(played(trace), [
      ...numbers(0, 8),
      "20 Interrupted",
      "10",
      "FormerSource",
      ...numbers(11, 14)
    ])
  })

  test.each([
    ["ahead", 7_777_777, 0],
    ["ahead, with another sequence", 7_777_777, -20_000],
    ["behind", -7_777_777, 0],
    ["behind, with another sequence", -7_777_777, -20_000],
    ["a little ahead, for a sender's clock", 3 * 48_000, 1]
  ])("is a timestamp that no elapsed time explains: %s", (_, timestamp, sequenceNumber) => {
    const jump = talk(10, 19, (n) => ({
      timestamp: (n * 960 + timestamp + 2 ** 32) % 2 ** 32,
      sequenceNumber: (n + sequenceNumber + 65_536) % 65_536
    }))
    assert.deepStrictEqual(played([...talk(0, 9), ...jump]), numbers(0, 19))
  })

  test("is a sender that paused its time for longer than five seconds: no word is lost", () => {
    const resumed = delayed(talk(10, 19), 8_000)
    const { outputs } = play([...talk(0, 9), ...resumed])
    assert.deepStrictEqual(describeAll(outputs), [
      ...numbers(0, 9),
      "7940 Silent",
      "60 Interrupted",
      ...numbers(10, 19)
    ])
  })

  test("is a sender that paused its time for some seconds: 200 ms are lost", () => {
    const outputs = played([...talk(0, 9), ...delayed(talk(10, 29), 3_000)])
    assert.deepStrictEqual(outputs.slice(-10), numbers(20, 29))
    assert.strictEqual(outputs.filter((output) => output === "Late").length, 10)
  })

  test("is none if the sequence alone begins again: the time goes on", () => {
    const again = talk(10, 19, (n) => ({ sequenceNumber: 60_000 + n }))
    const { outputs } = play([...talk(0, 9), ...again])
    assert.deepStrictEqual(describeAll(outputs), numbers(0, 19))
  })

  test.each([-3_600_000, 3_600_000])("is not needed when our clock jumps by %d ms: nothing is lost", (jump) => {
    const outputs = played([...talk(0, 99), ...delayed(talk(100, 199), jump)], { inOrder: true })
    assert.deepStrictEqual(outputs.filter((output) => /^\d+$/.test(output)), numbers(0, 199))
  })
})

describe("Packets that this consumer lost because it was slow", () => {
  test("leave a gap of their own reason, whose packets are not the network's loss", () => {
    const trace = [...talk(0, 4), ...talk(30, 60, (n) => ({ droppedBefore: n === 30 ? 25 : 0 }))]
    assert.deepStrictEqual(played(trace, { ticks: false }), [...numbers(0, 4), "500 Dropped", ...numbers(30, 60)])
  })

  test("are none if the consumer takes all of them at once, however late", () => {
    assert.deepStrictEqual(played(talk(0, 200), { ticks: false }), numbers(0, 200))
  })
})

describe("A packet without audio", () => {
  const withoutAudio = (from: number, to: number) => talk(from, to, () => ({ duration: 0, timestamp: 5 * 960 }))

  test("is no lost one: its time is the sender's silence", () => {
    assert.deepStrictEqual(played([...talk(0, 4), ...withoutAudio(5, 6), ...talk(7, 9)]), [
      ...numbers(0, 4),
      "40 Silent",
      ...numbers(7, 9)
    ])
  })

  test("lets nothing pass that still waits for an earlier packet", () => {
    const trace = [...talk(0, 4), ...withoutAudio(6, 6), ...talk(7, 9), ...delayed(talk(5, 5), 50)]
    assert.deepStrictEqual(played(trace), [...numbers(0, 5), "20 Silent", ...numbers(7, 9)])
  })

  test("does not begin a timeline, and is no new source", () => {
    assert.deepStrictEqual(played([...withoutAudio(0, 0), ...talk(1, 2)]), ["1", "2"])
    assert.deepStrictEqual(played([...talk(0, 4), ...talk(5, 5, () => ({ duration: 0, ssrc: 9 }))]), numbers(0, 4))
  })
})

describe("What waits", () => {
  test("is at most 1,024 packets", () => {
    // All in one instant, so that no time passes.
    const burst = talk(2, 3_000, (n) => ({ timestamp: 960 + n }), () => 20)
    const { mostHeld } = play([...talk(0, 0), ...burst])
    assert.isAtMost(mostHeld, 1_025)
  })

  test("is passed on at the end, with its gaps", () => {
    assert.deepStrictEqual(played([...talk(0, 4), ...talk(6, 6)]), [...numbers(0, 4), "missing 1", "20 Lost", "6"])
  })
})

// --- Random traces ------------------------------------------------------------------------------------------------------

/** What happens to one packet: in milliseconds. */
interface Fate {
  readonly isLost: boolean
  readonly jitter: number
  /** Of a copy, if there is one. */
  readonly copyAfter: number | undefined
  /** Silence of the sender before the packet, in units of its duration. */
  readonly pause: number
}

const fate: fc.Arbitrary<Fate> = fc.record({
  isLost: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  jitter: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 15 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_000 }) }
  ),
  copyAfter: fc.option(fc.integer({ min: 0, max: 300 }), { freq: 8, nil: undefined }),
  pause: fc.oneof(
    { weight: 20, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 25 }) },
    { weight: 1, arbitrary: fc.integer({ min: 26, max: 200 }) }
  )
})

const scenario = fc.record({
  fates: fc.array(fate, { minLength: 1, maxLength: 150, size: "max" }),
  clockRate: fc.constantFrom(8_000, 16_000, 48_000),
  /** In milliseconds. */
  duration: fc.constantFrom(10, 20, 60),
  sequenceNumber: fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 65_500, max: 65_535 })),
  timestamp: fc.oneof(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.integer({ min: 2 ** 32 - 48_000, max: 2 ** 32 - 1 })
  ),
  ppm: fc.integer({ min: -200, max: 200 }),
  ticks: fc.boolean(),
  tail: fc.integer({ min: 0, max: 5_000 })
})

type Scenario = typeof scenario extends fc.Arbitrary<infer A> ? A : never

const traceOf = ({ duration, fates, ppm }: Scenario): ReadonlyArray<Model.SentPacket> => {
  let time = 0
  return fates.map(({ copyAfter, isLost, jitter, pause }, sequenceNumber) => {
    time += pause * duration
    // A copy of a lost packet is a retransmission.
    const sentAt = 10_000 + time * (1 + ppm / 1e6)
    const arrivals = [
      ...(isLost ? [] : [sentAt + jitter]),
      ...(copyAfter === undefined ? [] : [sentAt + jitter + copyAfter])
    ]
    const packet = { sequenceNumber, time: time * 48, duration: duration * 48, arrivals: arrivals.map(Math.round) }
    time += duration
    return packet
  })
}

const arrivalsOf = (trace: ReadonlyArray<Model.SentPacket>, scenario: Scenario): ReadonlyArray<Arrival> => {
  const { clockRate } = scenario
  return trace.flatMap(({ arrivals, duration, sequenceNumber, time }) =>
    arrivals.map((at) => ({
      at,
      packet: packet(String(sequenceNumber), {
        sequenceNumber: (scenario.sequenceNumber + sequenceNumber) % 65_536,
        timestamp: (scenario.timestamp + time * clockRate / 48_000) % 2 ** 32,
        clockRate,
        duration: duration * clockRate / 48_000
      })
    }))
  )
}

describe("Of any trace", () => {
  test("each packet in time comes out once, in order and at its time, and the length is the RTP time", () => {
    fc.assert(
      fc.property(scenario, (scenario) => {
        const trace = traceOf(scenario)
        const { possible, punctual } = Model.expect(trace)
        const arrivals = arrivalsOf(trace, scenario)
        const last = Math.max(0, ...arrivals.map(({ at }) => at))
        const { beforeEnd, mostHeld, outputs } = play(arrivals, { ticks: scenario.ticks, until: last + scenario.tail })
        const length = lengthOf(outputs)
        const heard = outputs.flatMap((output) => output._tag === "Packet" ? [output] : [])
        const numbersHeard = heard.map(({ content }) => Number(content))

        assert.deepStrictEqual(numbersHeard, Array.from(new Set(numbersHeard)).toSorted((a, b) => a - b))
        for (const { content, duration, skip, time } of heard) {
          const place = possible.find(({ sequenceNumber }) => sequenceNumber === Number(content))
          assert.deepStrictEqual({ time: time - skip, duration: duration + skip }, {
            time: place!.time,
            duration: place!.duration
          })
        }
        const whole = new Set(heard.filter(({ skip }) => skip === 0).map(({ content }) => Number(content)))
        assert.deepStrictEqual(punctual.filter(({ sequenceNumber }) => !whole.has(sequenceNumber)), [])

        const newest = possible.at(-1)
        const rtpTime = newest === undefined ? 0 : newest.time + newest.duration
        assert.isAtLeast(length, rtpTime)
        // Silence after the last packet follows the clock, and is never ahead of it.
        const [first] = possible
        const elapsed = first === undefined ? 0 : (last + scenario.tail) * 48
        assert.isAtMost(length, Math.max(rtpTime, elapsed))
        assert.isAtMost(mostHeld, 1_500 / scenario.duration + 1)
        assert.isAtMost(beforeEnd.transits.seconds.length, 10)
      }),
      runs(300)
    )
  })
})
