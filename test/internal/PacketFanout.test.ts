/**
 * What a consumer of packets gets, however slow it is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import * as PacketFanout from "../../src/internal/PacketFanout.ts"
import { readCounters } from "../support/readCounters.ts"
import { synchronously } from "../support/synchronously.ts"

interface Numbered extends PacketFanout.Packet {
  readonly number: number
}

/** A fanout with a clock of its own, which numbers its packets. */
const makeFanout = (initial?: () => ReadonlyArray<Numbered>) => {
  let now = 0
  let number = 0
  const fanout = PacketFanout.make<Numbered>(() => now, initial)
  return {
    ...fanout,
    now: () => now,
    pass: (millis: number): void => void (now += millis),
    publish: (count = 1): void => {
      for (let n = 0; n < count; n++) fanout.publish({ number: ++number, receivedAt: now, droppedBefore: 0 })
    }
  }
}

/** A consumer of each stream that has taken the packet that `publish` publishes. Each takes one packet: there has to be one. */
const open = Effect.fnUntraced(function*(publish: () => void, streams: ReadonlyArray<Stream.Stream<Numbered>>) {
  const consumers = yield* Effect.forEach(
    streams,
    (stream) =>
      Effect.map(Stream.toPull(stream), (pull) =>
        Effect.map(Effect.orDie(pull), (packets) => {
          assert.strictEqual(packets.length, 1)
          return packets[0]
        }))
  )
  const opening = yield* Effect.forEach(consumers, (take) => Effect.forkChild(take, { startImmediately: true }))
  publish()
  yield* Fiber.joinAll(opening)
  return consumers
})

/** The numbers of the packets so far, with those that were dropped before. */
const collect = Effect.fnUntraced(function*(stream: Stream.Stream<Numbered>) {
  const received: Array<readonly [number: number, droppedBefore: number]> = []
  const fiber = yield* Effect.forkChild(
    Stream.runForEach(stream, ({ droppedBefore, number }) => Effect.sync(() => received.push([number, droppedBefore]))),
    { startImmediately: true }
  )
  return { received, fiber }
})

type Step =
  | { readonly _tag: "Publish"; readonly count: number }
  | { readonly _tag: "Pass"; readonly millis: number }
  | { readonly _tag: "Take"; readonly consumer: 0 | 1; readonly count: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ _tag: fc.constant("Publish" as const), count: fc.constantFrom(1, 2, 300, 900) }),
  fc.record({ _tag: fc.constant("Pass" as const), millis: fc.constantFrom(1, 999, 2_500, 5_000, 5_001) }),
  fc.record({
    _tag: fc.constant("Take" as const),
    consumer: fc.constantFrom(0 as const, 1 as const),
    count: fc.constantFrom(1, 3, 400)
  })
)

/** What one consumer has not taken yet, by the sentences of `RemoteMediaSection.rtp`. */
const makeModel = () => {
  let waiting: ReadonlyArray<Numbered> = []
  let last = 1
  return {
    publish: (packet: Numbered): void => void (waiting = [...waiting, packet].slice(-1_024)),
    take: (now: number): Numbered | undefined => {
      waiting = waiting.filter(({ receivedAt }) => now - receivedAt <= 5_000)
      const [packet] = waiting
      if (packet === undefined) return undefined
      waiting = waiting.slice(1)
      const droppedBefore = packet.number - last - 1
      last = packet.number
      return { ...packet, droppedBefore }
    }
  }
}

describe("A consumer of packets", () => {
  it("gets, in any schedule, the packets in order and once, at most five seconds old, and the number of what it lost", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) =>
        synchronously(Effect.scoped(Effect.gen(function*() {
          const fanout = makeFanout()
          const consumers = yield* open(fanout.publish, [fanout.stream, fanout.changes])
          const models = [makeModel(), makeModel()]
          let number = 1
          for (const one of steps) {
            if (one._tag === "Pass") fanout.pass(one.millis)
            else if (one._tag === "Publish") {
              for (let n = 0; n < one.count; n++) {
                const packet = { number: ++number, receivedAt: fanout.now(), droppedBefore: 0 }
                models.forEach((model) => model.publish(packet))
                fanout.publish()
              }
            } else {
              for (let n = 0; n < one.count; n++) {
                const expected = models[one.consumer]!.take(fanout.now())
                if (expected === undefined) break
                assert.deepStrictEqual(yield* consumers[one.consumer]!, expected)
              }
            }
          }
        })))),
      { numRuns: 100 }
    )
  })

  it.effect("that keeps up gets every packet, however long they are apart, and the end after the last one", () =>
    Effect.gen(function*() {
      const fanout = makeFanout()
      const { fiber, received } = yield* collect(fanout.stream)
      for (let n = 0; n < 3; n++) {
        fanout.publish()
        yield* Effect.yieldNow
        fanout.pass(60_000)
      }
      fanout.publish(2)
      fanout.end()
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(received, [1, 2, 3, 4, 5].map((number) => [number, 0]))
      assert.deepStrictEqual((yield* collect(fanout.stream)).received, [])
    }))

  it.effect("is never run inside of the call that publishes", () =>
    Effect.gen(function*() {
      const fanout = makeFanout()
      const { received } = yield* collect(fanout.stream)
      fanout.publish()
      assert.deepStrictEqual(received, [])
      yield* Effect.yieldNow
      assert.deepStrictEqual(received, [[1, 0]])
    }))

  it.effect("that stops waiting leaves the packet to its next pull", () =>
    Effect.scoped(Effect.gen(function*() {
      const fanout = makeFanout()
      const [take] = yield* open(fanout.publish, [fanout.stream])
      const waiting = yield* Effect.forkChild(take!, { startImmediately: true })
      fanout.publish()
      yield* Fiber.interrupt(waiting)
      // The wake-up that the packet has sent comes now.
      yield* Effect.yieldNow
      assert.strictEqual((yield* take!).number, 2)
    })))

  it.effect("that pauses loses the oldest alone: another consumer loses nothing", () =>
    Effect.gen(function*() {
      const fanout = makeFanout()
      const go = yield* Deferred.make<void>()
      const slow = yield* collect(Stream.tap(fanout.stream, () => Deferred.await(go)))
      const { received } = yield* collect(fanout.stream)
      for (let n = 0; n < 10; n++) {
        fanout.publish()
        yield* Effect.yieldNow
        fanout.pass(1_000)
      }
      yield* Deferred.succeed(go, undefined)
      yield* Effect.yieldNow
      assert.deepStrictEqual(received, Array.from({ length: 10 }, (_, n) => [n + 1, 0]))
      // The first one was taken before the pause.
      assert.deepStrictEqual(slow.received, [[1, 0], [6, 4], [7, 0], [8, 0], [9, 0], [10, 0]])
    }))

  it.effect("that pauses has a number of its own, also of a packet that others take", () =>
    Effect.gen(function*() {
      const fanout = makeFanout()
      const pause = Effect.fnUntraced(function*(at: number) {
        const go = yield* Deferred.make<void>()
        const stream = Stream.tap(fanout.stream, ({ number }) => number === at ? Deferred.await(go) : Effect.void)
        return { go: Deferred.succeed(go, undefined), ...(yield* collect(stream)) }
      })
      const [long, short] = [yield* pause(1), yield* pause(5)]
      for (let n = 0; n < 10; n++) {
        fanout.publish()
        yield* Effect.yieldNow
        fanout.pass(1_000)
      }
      for (const { go } of [long, short]) yield* Effect.andThen(go, Effect.yieldNow)
      assert.deepStrictEqual(long.received[1], [6, 4])
      assert.deepStrictEqual(short.received[5], [6, 0])
    }))

  it.effect("begins with the initial packets, with the same bounds, unless it wants the changes only", () =>
    Effect.gen(function*() {
      const initial = [0, 1].map((number) => ({ number, receivedAt: 6_000 * number, droppedBefore: 0 }))
      const fanout = makeFanout(() => initial)
      fanout.pass(6_000)
      const first = yield* collect(fanout.stream)
      const observer = yield* collect(fanout.changes)
      fanout.publish()
      yield* Effect.yieldNow
      assert.deepStrictEqual(first.received, [[1, 1], [1, 0]])
      assert.deepStrictEqual(observer.received, [[1, 0]])
    }))

  it.effect("is counted in a metric when it loses packets, by the reason, also if it takes none after that", () =>
    Effect.gen(function*() {
      const fanout = makeFanout()
      yield* Effect.scoped(Effect.gen(function*() {
        const [take] = yield* open(fanout.publish, [fanout.stream])
        fanout.publish(1_030)
        fanout.pass(5_001)
        fanout.publish(2)
        assert.strictEqual((yield* take!).droppedBefore, 1_030)
        fanout.publish(1_024)
      }))
      assert.sameMembers(yield* readCounters("rtp_packets_dropped"), [
        "rtp_packets_dropped TooMany 7",
        "rtp_packets_dropped TooOld 1024"
      ])
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))
})
