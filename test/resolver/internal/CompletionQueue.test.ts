import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scheduler from "effect/Scheduler"
import { expect, test } from "vitest"
import * as CompletionQueue from "../../../src/resolver/internal/CompletionQueue.ts"

/** A queue, a way to drain it as a fiber does, and the turns that it asks the scheduler for. */
const make = () => {
  const turns: Array<() => void> = []
  const priorities = new Set<number>()
  const dispatcher: Scheduler.SchedulerDispatcher = {
    scheduleTask: (task, priority) => {
      turns.push(task)
      priorities.add(priority)
    },
    flush: () => {}
  }
  const scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: () => false,
    makeDispatcher: () => dispatcher
  }
  const queue = CompletionQueue.make()
  const completed: Array<number> = []
  /** Adds a completion whose waiter runs `then`. */
  const add = (n: number, then?: () => void): void => {
    const deferred = Deferred.makeUnsafe<number>()
    Effect.runFork(Effect.map(Deferred.await(deferred), (n) => {
      then?.()
      completed.push(n)
    }))
    queue.add(deferred, Exit.succeed(n))
  }
  /** Drains in a fiber, which runs at once and schedules nothing itself. */
  const drain = () => void Effect.runFork(Effect.sync(queue.drain), { scheduler })
  const turn = () => turns.splice(0).forEach((task) => task())
  return { completed, add, drain, turn, turns, priorities }
}

test("completes in order, and only in drain", () => {
  const { add, completed, drain, turns } = make()
  for (const n of [1, 2, 3]) add(n)
  expect(completed).toEqual([])
  drain()
  expect(completed).toEqual([1, 2, 3])
  expect(turns).toEqual([])
})

test("a nested drain completes nothing, and the outer one completes what was added", () => {
  const { add, completed, drain } = make()
  const seen: Array<ReadonlyArray<number>> = []
  add(1, () => {
    add(3)
    drain()
    seen.push([...completed])
  })
  add(2)
  drain()
  expect(seen).toEqual([[]])
  expect(completed).toEqual([1, 2, 3])
  add(4)
  drain()
  expect(completed).toEqual([1, 2, 3, 4])
})

test("completes at most 1,024 in one turn, and the others in the next turns", () => {
  const { add, completed, drain, priorities, turn, turns } = make()
  for (let n = 0; n < 2_049; n++) add(n)
  drain()
  expect([completed.length, turns.length]).toEqual([1_024, 1])
  turn()
  expect([completed.length, turns.length]).toEqual([2_048, 1])
  turn()
  expect([completed.length, turns.length]).toEqual([2_049, 0])
  expect(completed).toEqual(Array.from({ length: 2_049 }, (_, n) => n))
  for (let n = 0; n < 1_024; n++) add(n)
  drain()
  expect([completed.length, turns.length]).toEqual([3_073, 0])
  for (let n = 0; n < 1_025; n++) add(n)
  drain()
  expect([completed.length, turns.length]).toEqual([4_097, 1])
  turn()
  expect([completed.length, turns.length]).toEqual([4_098, 0])
  // That of a fiber that yields: no other fiber waits longer.
  expect(Array.from(priorities)).toEqual([0])
})

test("a turn that is asked for is asked for once, and a later turn completes nothing twice", () => {
  const { add, completed, drain, turn, turns } = make()
  for (let n = 0; n < 3_000; n++) add(n)
  drain()
  drain()
  expect([completed.length, turns.length]).toEqual([2_048, 1])
  drain()
  expect([completed.length, turns.length]).toEqual([3_000, 1])
  turn()
  expect([completed.length, turns.length]).toEqual([3_000, 0])
})

test("a drain inside a later turn is nested as well", () => {
  const { add, completed, drain, turn } = make()
  for (let n = 0; n < 1_024; n++) add(n)
  const seen: Array<number> = []
  add(1_024, () => {
    drain()
    seen.push(completed.length)
  })
  add(1_025)
  drain()
  turn()
  expect(seen).toEqual([1_024])
  expect(completed.length).toBe(1_026)
})
