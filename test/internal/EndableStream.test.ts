/**
 * The elements of a stream until the end: of a stream that can end by itself, and of any other one.
 */
import { assert, describe, it } from "@effect/vitest"
import type { RtpPacket } from "effect-track-resolver"
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as EndableStream from "../../src/internal/EndableStream.ts"
import * as PacketFanout from "../../src/internal/PacketFanout.ts"
import { packetOf } from "../support/packets.ts"
import { begin } from "../support/resolver.ts"

interface Source {
  readonly stream: Stream.Stream<RtpPacket>
  readonly publish: (...numbers: ReadonlyArray<number>) => void
  readonly end: () => void
}

const sources: { readonly [name: string]: Effect.Effect<Source> } = {
  "packets of a fanout": Effect.sync(() => {
    const { end, publish, stream } = PacketFanout.make<RtpPacket>(() => 0)
    return { stream, publish: (...numbers) => numbers.map(packetOf).forEach(publish), end }
  }),
  // It delivers what it has at once.
  "any other stream": Effect.map(Queue.unbounded<RtpPacket, Cause.Done>(), (queue) => ({
    stream: Stream.fromQueue(queue),
    publish: (...numbers) => void Queue.offerAllUnsafe(queue, numbers.map(packetOf)),
    end: () => void Queue.endUnsafe(queue)
  }))
}

const someTurns = Effect.forEach([1, 2, 3, 4, 5], () => Effect.yieldNow, { discard: true })

const open = Effect.fnUntraced(function*(source: Effect.Effect<Source>) {
  const { end, publish, stream } = yield* source
  const removal = Deferred.makeUnsafe<void>()
  const removeUnsafe = (): void => void Deferred.doneUnsafe(removal, Effect.void)
  return { end, publish, removeUnsafe, packets: EndableStream.until(stream, removal) }
})

describe.each(Object.entries(sources))("%s", (_, source) => {
  it.effect("end while the consumer waits", () =>
    Effect.gen(function*() {
      const { packets, removeUnsafe } = yield* open(source)
      const consumer = yield* begin(Stream.runCollect(packets))
      yield* someTurns
      assert.isUndefined(consumer.pollUnsafe())
      removeUnsafe()
      assert.deepStrictEqual(yield* Fiber.join(consumer), [])
    }))

  it.effect("end without those that the consumer has not taken", () =>
    Effect.gen(function*() {
      const { packets, publish, removeUnsafe } = yield* open(source)
      const received: Array<number> = []
      const consumer = yield* begin(Stream.runForEach(packets, ({ sequenceNumber }) =>
        Effect.sync(() => {
          received.push(sequenceNumber)
          if (sequenceNumber === 1) removeUnsafe()
        })))
      publish(0, 1, 2, 3)
      yield* Fiber.join(consumer)
      assert.deepStrictEqual(received, [0, 1])
    }))

  it.effect("are none for a consumer that comes after the end", () =>
    Effect.gen(function*() {
      const { packets, publish, removeUnsafe } = yield* open(source)
      publish(0)
      removeUnsafe()
      assert.deepStrictEqual(yield* Stream.runCollect(packets), [])
    }))

  it.effect("have the end of the stream as well, after all packets", () =>
    Effect.gen(function*() {
      const { end, packets, publish } = yield* open(source)
      const consumer = yield* begin(Stream.runCollect(packets))
      publish(0, 1, 2)
      end()
      assert.deepStrictEqual((yield* Fiber.join(consumer)).map(({ sequenceNumber }) => sequenceNumber), [0, 1, 2])
    }))
})

it.effect("nothing is pulled from another stream before the consumer asks for it", () =>
  Effect.gen(function*() {
    let pulled = 0
    const stream = Stream.fromEffectRepeat(Effect.sync(() => packetOf(pulled++)))
    const consumer = yield* begin(Stream.runForEach(
      EndableStream.until(stream, Deferred.makeUnsafe()),
      () => Effect.never
    ))
    yield* someTurns
    assert.strictEqual(pulled, 1)
    yield* Fiber.interrupt(consumer)
  }))
