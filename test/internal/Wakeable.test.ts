/**
 * Publishing, taking, ending and interrupting the packets of a track, in every interleaving. A lost wake-up is a deadlock.
 */
import { Explore } from "effect-explore"
import type { RtpPacket } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { assert, expect, test } from "vitest"
import * as EndableStream from "../../src/internal/EndableStream.ts"
import * as PacketFanout from "../../src/internal/PacketFanout.ts"
import { packetOf } from "../support/packets.ts"
import { begin } from "../support/resolver.ts"

const together = (fibers: { readonly [name: string]: Effect.Effect<unknown> }) =>
  Effect.all(Object.entries(fibers).map(([name, fiber]) => Explore.named(name)(fiber)), {
    concurrency: "unbounded",
    discard: true
  })

/** A consumer that has taken the packet 0. */
const open = Effect.gen(function*() {
  const fanout = PacketFanout.make<RtpPacket>(() => 0, () => [packetOf(0)])
  const removal = Deferred.makeUnsafe<void>()
  const received: Array<number> = []
  const begun = yield* Deferred.make<void>()
  const consumer = yield* begin(
    Explore.named("consumer")(Stream.runForEach(
      EndableStream.until(fanout.stream, removal),
      ({ sequenceNumber }) =>
        Effect.suspend(() => {
          received.push(sequenceNumber)
          return Deferred.succeed(begun, undefined)
        })
    ))
  )
  yield* Deferred.await(begun)
  return {
    received,
    consumer,
    publish: (number: number) => Effect.sync(() => fanout.publish(packetOf(number))),
    end: Effect.sync(() => fanout.end()),
    remove: Deferred.succeed(removal, undefined)
  }
})

const programs: { readonly [name: string]: Effect.Effect<void> } = {
  "every packet before the end is taken": Effect.gen(function*() {
    const { consumer, end, publish, received } = yield* open
    yield* together({
      publisher: Effect.andThen(Effect.forEach([1, 2, 3], publish), end),
      consumer: Fiber.join(consumer)
    })
    assert.deepStrictEqual(received, [0, 1, 2, 3])
  }),
  "a removal ends the consumer, which takes the first packets": Effect.gen(function*() {
    const { consumer, publish, received, remove } = yield* open
    yield* together({ publisher: Effect.forEach([1, 2, 3], publish), remover: remove, consumer: Fiber.join(consumer) })
    assert.deepStrictEqual(received, [0, 1, 2, 3].slice(0, received.length))
  }),
  "the end and a removal come together": Effect.gen(function*() {
    const { consumer, end, publish, remove } = yield* open
    yield* together({ publisher: Effect.andThen(publish(1), end), remover: remove, consumer: Fiber.join(consumer) })
  }),
  "a consumer that is interrupted leaves nothing": Effect.gen(function*() {
    const { consumer, publish, remove } = yield* open
    yield* together({
      publisher: Effect.forEach([1, 2], publish),
      remover: remove,
      interrupter: Fiber.interrupt(consumer)
    })
  }),
  "a pull that is interrupted does not take the wake-up of the next one": Effect.scoped(Effect.gen(function*() {
    const fanout = PacketFanout.make<RtpPacket>(() => 0, () => [packetOf(0)])
    const pull = Effect.orDie(yield* Stream.toPull(fanout.stream))
    yield* pull
    const first = yield* begin(Explore.named("first pull")(pull))
    const second = Effect.andThen(Fiber.interrupt(first), pull)
    yield* together({
      publisher: Effect.forEach([1, 2], (number) => Effect.sync(() => fanout.publish(packetOf(number)))),
      "second pull": second
    })
  }))
}

test.each(Object.entries(programs))("%s", (_, program) => {
  const strategy = Explore.delayBounding({ atMost: 2 })
  expect(Explore.format(Explore.run(program, { strategy, schedules: Infinity }))).toMatch(
    /^passed: .*every schedule of at most 2 delays$/
  )
  expect(Explore.format(Explore.run(program))).toMatch(/^passed/)
})
