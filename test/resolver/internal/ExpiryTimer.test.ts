import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import * as ExpiryTimer from "../../../src/resolver/internal/ExpiryTimer.ts"

/** A timer made at 1,000 ms, and how often it has fired. */
const make = Effect.gen(function*() {
  let fired = 0
  let isSetWhenFired: boolean | undefined
  yield* TestClock.adjust(1_000)
  const timer: ExpiryTimer.ExpiryTimer = yield* ExpiryTimer.make(Effect.sync(() => {
    fired++
    isSetWhenFired = timer.isSet()
  }))
  return { timer, count: () => fired, isSetWhenFired: () => isSetWhenFired }
})

it.effect("fires once at its time, and is then not set", () =>
  Effect.gen(function*() {
    const { count, isSetWhenFired, timer } = yield* make
    expect(timer.isSet()).toBe(false)
    timer.set(1_500)
    expect(timer.isSet()).toBe(true)
    yield* TestClock.adjust(499)
    expect([count(), timer.isSet()]).toEqual([0, true])
    yield* TestClock.adjust(1)
    expect([count(), timer.isSet(), isSetWhenFired()]).toEqual([1, false, false])
    yield* TestClock.adjust(10_000)
    expect(count()).toBe(1)
  }))

it.effect("fires a millisecond later if its time has come", () =>
  Effect.gen(function*() {
    const { count, timer } = yield* make
    for (const [n, at] of [1_000, 1, 0, -Infinity].entries()) {
      timer.set(at)
      yield* TestClock.adjust(0)
      expect([at, count()]).toEqual([at, n])
      yield* TestClock.adjust(1)
      expect([at, count()]).toEqual([at, n + 1])
    }
  }))

it.effect("a running timer is not moved", () =>
  Effect.gen(function*() {
    const { count, timer } = yield* make
    timer.set(1_500)
    timer.set(1_200)
    timer.set(9_000)
    yield* TestClock.adjust(499)
    expect(count()).toBe(0)
    yield* TestClock.adjust(1)
    expect(count()).toBe(1)
    yield* TestClock.adjust(10_000)
    expect(count()).toBe(1)
  }))

it.effect("Infinity stops it, and it can be set again", () =>
  Effect.gen(function*() {
    const { count, timer } = yield* make
    timer.set(Infinity)
    timer.set(1_500)
    timer.set(Infinity)
    expect(timer.isSet()).toBe(false)
    yield* TestClock.adjust(1_000)
    expect(count()).toBe(0)
    timer.set(2_100)
    yield* TestClock.adjust(100)
    expect(count()).toBe(1)
  }))

it.effect("stops when the scope that it was made in closes", () =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const { count, timer } = yield* Scope.provide(make, scope)
    timer.set(1_500)
    yield* Scope.close(scope, Exit.void)
    yield* TestClock.adjust(1_000)
    expect(count()).toBe(0)
  }))
