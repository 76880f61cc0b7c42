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
  /** The candidates among them, as of the last listing. */
  readonly next: Array<Timer>
}

export const make = (): VirtualClock => ({ now: 0, timers: [], next: [] })

/** Lists the timers that are due next: sets `next`, and adds their lanes. More than one only if they are due at one time. */
export const listNext = (
  { next, timers }: VirtualClock,
  candidates: Array<Lane>,
  isHeldBack: (lane: Lane) => boolean
): void => {
  next.length = 0
  for (const timer of timers) {
    if (timer.dueAt > timers[0]!.dueAt) return
    if (isHeldBack(timer.lane)) continue
    next.push(timer)
    candidates.push(timer.lane)
  }
}

/** Removes and returns a timer in `next`. */
export const take = ({ next, timers }: VirtualClock, index: number): Timer => {
  const timer = next[index]!
  timers.splice(timers.indexOf(timer), 1)
  return timer
}

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
