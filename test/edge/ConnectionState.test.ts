/**
 * The states of an edge: the current one, then every change, within a bound.
 */
import { assert, it } from "@effect/vitest"
import { SfuConnectionError } from "effect-track-resolver"
import type { EdgeState } from "effect-track-resolver"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as ConnectionState from "../../src/edge/internal/ConnectionState.ts"
import { begin } from "../support/resolver.ts"

const attempt = (attempt: number): EdgeState => ({
  _tag: "Reconnecting",
  strategy: "Fast",
  attempt,
  since: 0,
  error: new SfuConnectionError({ reason: "Closed", detail: "" })
})

const describe = (state: EdgeState): string => state._tag === "Reconnecting" ? `${state.attempt}` : state._tag

it.effect("a consumer that reads receives every state, also if it reads later", () =>
  Effect.gen(function*() {
    const state = yield* ConnectionState.make
    const states = yield* begin(Stream.runCollect(state.states))
    for (const number of [1, 2, 3]) yield* state.set(attempt(number))
    assert.strictEqual(describe(state.current()), "3")
    yield* state.set({ _tag: "Left" })
    assert.deepStrictEqual((yield* Fiber.join(states)).map(describe), ["Connecting", "1", "2", "3", "Left"])
  }))

it.effect("a consumer that does not read loses the oldest states, and neither the last one nor the end", () =>
  Effect.gen(function*() {
    const state = yield* ConnectionState.make
    const received: Array<string> = []
    const isReading = yield* Deferred.make<void>()
    const consumer = yield* begin(Stream.runForEach(state.states, (one) => {
      received.push(describe(one))
      return Deferred.await(isReading)
    }))
    for (let number = 1; number <= 5_000; number++) yield* state.set(attempt(number))
    yield* state.set({ _tag: "Left" })
    yield* Deferred.succeed(isReading, undefined)
    yield* Fiber.join(consumer)
    assert.strictEqual(received.length, 1 + 1_024)
    assert.deepStrictEqual([received[0], ...received.slice(-2)], ["Connecting", "5000", "Left"])
  }))

it.effect("a late consumer receives Left, and the end", () =>
  Effect.gen(function*() {
    const state = yield* ConnectionState.make
    yield* state.set({ _tag: "Left" })
    const states = yield* begin(Stream.runCollect(state.states))
    assert.deepStrictEqual((yield* Fiber.join(states)).map(describe), ["Left"])
  }))
