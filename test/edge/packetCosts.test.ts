/**
 * What a packet costs for each consumer of its track, in counts that are the same on every machine.
 */
import type { RtpPacket } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
import * as Stream from "effect/Stream"
import { describe, expect, test } from "vitest"
import * as TrackPackets from "../../src/edge/internal/TrackPackets.ts"
import * as PacketFanout from "../../src/internal/PacketFanout.ts"
import { CountingScheduler, nextFiberId } from "../support/counts.ts"
import { nextTurn } from "../support/nextTurn.ts"
import { mediaOf, packetOf } from "../support/packets.ts"
import { begin } from "../support/resolver.ts"

/** What the consumers of a track cost while ten packets arrive, each in a turn of its own. `body` is run for each packet. */
const costOf = (consumers: number, body: Effect.Effect<void>) => {
  const scheduler = new CountingScheduler()
  const program = Effect.gen(function*() {
    const fanout = PacketFanout.make<RtpPacket>(() => 0)
    const track = { media: mediaOf(fanout.stream), removed: Deferred.makeUnsafe<void>() }
    const listening = yield* Effect.forEach(
      Array.from({ length: consumers }),
      () => begin(Stream.runForEach(TrackPackets.rtp(track), () => body))
    )
    const { tasks, turns } = scheduler
    const fiber = yield* nextFiberId
    for (let number = 0; number < 10; number++) {
      fanout.publish(packetOf(number))
      yield* nextTurn
    }
    const cost = {
      fibers: (yield* nextFiberId) - fiber - 1,
      tasks: scheduler.tasks - tasks,
      turns: scheduler.turns - turns
    }
    yield* Fiber.interruptAll(listening)
    return cost
  })
  return Effect.runPromise(Effect.provideService(program, Scheduler.Scheduler, scheduler))
}

describe("what ten packets cost", () => {
  test("no fiber, and a task for each consumer: those of one packet run in the same turn", async () => {
    expect(await costOf(1, Effect.void)).toEqual({ fibers: 0, tasks: 10, turns: 10 })
    expect(await costOf(7, Effect.void)).toEqual({ fibers: 0, tasks: 70, turns: 10 })
  })

  test("for consumers that are busy: only the first one wakes them", async () => {
    expect(await costOf(7, Effect.never)).toEqual({ fibers: 0, tasks: 7, turns: 1 })
  })
})
