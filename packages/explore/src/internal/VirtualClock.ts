/**
 * A clock whose time advances only when the runtime fires a timer.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Lane } from "./Lane.ts"
import type { AnyFiber } from "./Primitive.ts"

export interface Timer {
  readonly lane: Lane
  /** In milliseconds since the beginning of the schedule. */
  readonly dueAt: number
  readonly fire: () => void
}

export interface VirtualClock {
  /** In milliseconds since the beginning of the schedule. */
  now: number
  /** By due time; timers with the same due time in the order in which they were set. */
  readonly timers: Array<Timer>
}

export const make = (): VirtualClock => ({ now: 0, timers: [] })

/** Adds the lanes of the timers that are due next. More than one only if they are due at the same time. */
export const listNext = ({ timers }: VirtualClock, candidates: Array<Lane>): void => {
  for (const { dueAt, lane } of timers) {
    if (dueAt > timers[0]!.dueAt) return
    candidates.push(lane)
  }
}

export const take = ({ timers }: VirtualClock, index: number): Timer => timers.splice(index, 1)[0]!

export const fire = (clock: VirtualClock, timer: Timer): void => {
  clock.now = timer.dueAt
  timer.fire()
}

const sleep = (clock: VirtualClock, laneOf: (fiber: AnyFiber) => Lane, duration: Duration.Duration) =>
  Effect.callback<void>((resume) => {
    const fiber = Fiber.getCurrent()
    const millis = Duration.toMillis(duration)
    if (fiber === undefined || millis === Infinity) return
    const { now, timers } = clock
    const timer: Timer = { lane: laneOf(fiber), dueAt: now + Math.max(0, millis), fire: () => resume(Effect.void) }
    const later = timers.findIndex(({ dueAt }) => dueAt > timer.dueAt)
    timers.splice(later < 0 ? timers.length : later, 0, timer)
    return Effect.sync(() => {
      const index = timers.indexOf(timer)
      if (index >= 0) timers.splice(index, 1)
    })
  })

/** The service that the program gets. */
export const service = (clock: VirtualClock, laneOf: (fiber: AnyFiber) => Lane): Clock.Clock => {
  const millis = () => clock.now
  const nanos = () => BigInt(Math.round(clock.now * 1_000_000))
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeNanosUnsafe: nanos,
    monotonicTimeNanosUnsafe: nanos,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) => sleep(clock, laneOf, duration)
  }
}
