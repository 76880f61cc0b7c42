import { describe, it } from "@effect/vitest"
import { Explore } from "effect-explore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { assert, expect, test } from "vitest"
import { PermitQueue, wait } from "../../../src/resolver/internal/PermitQueue.ts"
import { begin } from "../../support/resolver.ts"

const withPermit = <A, E>(queue: PermitQueue, effect: Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => queue.enter()),
    (turn) => turn.isHolder ? effect : Effect.andThen(wait(turn), effect),
    (turn) => Effect.sync(() => queue.leave(turn))
  )

/** Holds the permit until `release`, and records when it holds it. */
const makeHolder = (queue: PermitQueue, log: Array<string>) => (name: string) =>
  Effect.gen(function*() {
    const gate = yield* Deferred.make<void>()
    const held = Effect.suspend(() => {
      log.push(name)
      return Deferred.await(gate)
    })
    const fiber = yield* begin(withPermit(queue, held))
    // The holder ends inside this call, so the permit is on its way when it returns.
    const releaseUnsafe = () => Deferred.doneUnsafe(gate, Exit.void)
    return { fiber, releaseUnsafe, release: Effect.andThen(Effect.sync(releaseUnsafe), Fiber.await(fiber)) }
  })

const someTurns = Effect.forEach([1, 2, 3, 4, 5], () => Effect.yieldNow, { discard: true })

describe("PermitQueue", () => {
  it.effect("gives the permit to one after the other, first in, first out", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const hold = makeHolder(new PermitQueue(), log)
      const [a, b, c] = [yield* hold("a"), yield* hold("b"), yield* hold("c")]
      yield* someTurns
      assert.deepStrictEqual(log, ["a"])
      yield* a.release
      yield* someTurns
      assert.deepStrictEqual(log, ["a", "b"])
      yield* b.release
      yield* c.release
      yield* (yield* hold("d")).release
      assert.deepStrictEqual(log, ["a", "b", "c", "d"])
    }))

  it.effect("waiters leave when they are interrupted, from any place of the queue", () =>
    Effect.gen(function*() {
      for (const leaving of [["b"], ["c"], ["d"], ["b", "c"], ["c", "d"], ["d", "b"], ["c", "b", "d"]]) {
        const log: Array<string> = []
        const hold = makeHolder(new PermitQueue(), log)
        const a = yield* hold("a")
        const waiters = new Map([["b", yield* hold("b")], ["c", yield* hold("c")], ["d", yield* hold("d")]])
        for (const name of leaving) {
          yield* Fiber.interrupt(waiters.get(name)!.fiber)
          waiters.delete(name)
        }
        const e = yield* hold("e")
        yield* someTurns
        assert.deepStrictEqual(log, ["a"])
        yield* a.release
        for (const { release } of waiters.values()) yield* release
        yield* e.release
        assert.deepStrictEqual(log, ["a", ...waiters.keys(), "e"])
      }
    }))

  it.effect("a holder that is interrupted or fails releases the permit", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const queue = new PermitQueue()
      const hold = makeHolder(queue, log)
      const [a, b] = [yield* hold("a"), yield* hold("b")]
      yield* Fiber.interrupt(a.fiber)
      yield* b.release
      assert.deepStrictEqual(yield* Effect.exit(withPermit(queue, Effect.fail("no"))), Exit.fail("no"))
      yield* (yield* hold("c")).release
      assert.deepStrictEqual(log, ["a", "b", "c"])
    }))

  it.effect("a waiter that is interrupted while the permit is on its way gives it to the next", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const hold = makeHolder(new PermitQueue(), log)
      const [a, b, c] = [yield* hold("a"), yield* hold("b"), yield* hold("c")]
      a.releaseUnsafe()
      b.fiber.interruptUnsafe()
      yield* c.release
      assert.deepStrictEqual(log, ["a", "c"])
      const [d, e] = [yield* hold("d"), yield* hold("e")]
      d.releaseUnsafe()
      e.fiber.interruptUnsafe()
      yield* someTurns
      yield* (yield* hold("f")).release
      assert.deepStrictEqual(log, ["a", "c", "d", "f"])
    }))

  it.effect("a caller that comes while the permit is on its way waits behind the others", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const hold = makeHolder(new PermitQueue(), log)
      const [a, b] = [yield* hold("a"), yield* hold("b")]
      a.releaseUnsafe()
      const c = yield* hold("c")
      assert.deepStrictEqual(log, ["a"])
      yield* b.release
      yield* c.release
      assert.deepStrictEqual(log, ["a", "b", "c"])
    }))

  it.effect("a chain of 3,000 holders does not nest", () =>
    Effect.gen(function*() {
      const queue = new PermitQueue()
      const gate = yield* Deferred.make<void>()
      const first = yield* begin(withPermit(queue, Deferred.await(gate)))
      const others = yield* Effect.forEach(
        Array.from({ length: 3_000 }, (_, n) => n),
        (n) => begin(withPermit(queue, Effect.succeed(n)))
      )
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(first)
      assert.strictEqual((yield* Fiber.joinAll(others)).length, 3_000)
    }))
})

// --- Interleavings ----------------------------------------------------------------------------------------------------

/** Three callers, of which two are interrupted. A lost permit is a deadlock; a doubled one makes two holders. */
const interruptions = Effect.gen(function*() {
  const queue = new PermitQueue()
  let holders = 0
  const hold = Effect.acquireUseRelease(
    Effect.sync(() => assert.strictEqual(++holders, 1, "one holder at a time")),
    () => Effect.yieldNow,
    () => Effect.sync(() => void holders--)
  )
  const caller = (name: string) => Explore.named(name)(withPermit(queue, hold))
  const [a, b, c] = [yield* begin(caller("a")), yield* begin(caller("b")), yield* begin(caller("c"))]
  yield* Effect.all([
    Explore.named("interrupt a")(Fiber.interrupt(a)),
    Explore.named("interrupt b")(Fiber.interrupt(b)),
    Explore.named("late")(withPermit(queue, hold))
  ], { concurrency: "unbounded", discard: true })
  assert.isTrue(Exit.isSuccess(yield* Fiber.await(c)))
  yield* withPermit(queue, hold)
})

test("no interleaving of waiting, interruption and release loses or doubles the permit", () => {
  const strategy = Explore.delayBounding({ atMost: 2 })
  const verdict = Explore.run(interruptions, { strategy, schedules: Infinity })
  expect(Explore.format(verdict)).toMatch(/^passed: .*every schedule of at most 2 delays$/)
})
