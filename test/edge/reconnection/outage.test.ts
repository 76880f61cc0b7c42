/**
 * Outages: attempts that reach nobody, and how long they go on.
 */
import { assert, describe, it } from "@effect/vitest"
import { SfuJoinError } from "effect-track-resolver"
import type { StreamEdgeOptions } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { alice } from "../../support/people.ts"
import { errorOf, sfuParticipant, whenIdle } from "../Harness.ts"
import type { ReconnectionHarness } from "./Harness.ts"
import { aliceWithCamera, failure, goAway, refusal, runReconnection, socketLost, testReconnection } from "./Harness.ts"

const unreachable = new SfuJoinError({ reason: "Unreachable", detail: "", shouldRetry: true })
const timedOut = new SfuJoinError({ reason: "TimedOut", detail: "", shouldRetry: true })
const unavailable = refusal(true, 503)

/** Joins after the first one fail while `isDown`. */
const testOutage = <A, E>(
  name: string,
  error: SfuJoinError,
  test: (harness: ReconnectionHarness, setDown: (down: boolean) => void) => Effect.Effect<A, E, Scope.Scope>,
  options?: StreamEdgeOptions
): void =>
  it.effect(name, () => {
    let isDown = true
    const onJoin = (reconnection: unknown) =>
      reconnection !== undefined && isDown
        ? Effect.fail(error)
        : Effect.succeed({ participants: aliceWithCamera })
    return runReconnection([], (harness) => test(harness, (down) => isDown = down), options, { onJoin })
  })

describe("Law 13: an outage is no reason to give up", () => {
  for (
    const [what, error] of [
      ["nobody is reached", unreachable],
      ["nobody answers", timedOut],
      ["the coordinator answers 503", unavailable]
    ] as const
  ) {
    testOutage(`the edge comes back after four minutes in which ${what}, with one reconnection allowed`, error, (
      { call, phases, states },
      setDown
    ) =>
      Effect.gen(function*() {
        yield* TestClock.adjust("1 minute")
        yield* call.failSocket(socketLost)
        yield* whenIdle
        yield* TestClock.adjust("4 minutes")
        assert.deepInclude(states.at(-1), { _tag: "Reconnecting", strategy: "Rejoin", since: 60_001, error })
        assert.isAbove(phases().length, 50)
        assert.deepStrictEqual(phases().at(-1), `Rejoin ${phases().length - 1}`)
        setDown(false)
        yield* Effect.andThen(TestClock.adjust("5 seconds"), whenIdle)
        assert.strictEqual(states.at(-1)!._tag, "Joined")
      }), { maxReconnects: 1 })
  }

  testOutage(
    "after maxOutage the call ends with the last error",
    unreachable,
    ({ call, end, states }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* whenIdle
        yield* TestClock.adjust("4 minutes")
        assert.strictEqual(states.at(-1)!._tag, "Reconnecting")
        yield* TestClock.adjust("1 minute")
        const error = errorOf(yield* end)
        assert.deepInclude(error, { _tag: "ReconnectionError", reason: "Outage", error: unreachable })
      })
  )

  testOutage("maxOutage can be infinite", unreachable, ({ call, states }, setDown) =>
    Effect.gen(function*() {
      yield* call.failSocket(socketLost)
      yield* whenIdle
      yield* TestClock.adjust("2 hours")
      setDown(false)
      yield* Effect.andThen(TestClock.adjust("5 seconds"), whenIdle)
      assert.strictEqual(states.at(-1)!._tag, "Joined")
    }), { maxOutage: Infinity })

  testOutage(
    "maxOutage counts from the loss, and begins anew after a join",
    unreachable,
    ({ call, states }, setDown) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* whenIdle
        yield* TestClock.adjust("20 seconds")
        setDown(false)
        yield* Effect.andThen(TestClock.adjust("5 seconds"), whenIdle)
        assert.strictEqual(states.at(-1)!._tag, "Joined")
        setDown(true)
        yield* call.failSocket(socketLost)
        yield* whenIdle
        yield* TestClock.adjust("25 seconds")
        assert.strictEqual(states.at(-1)!._tag, "Reconnecting")
        yield* Effect.andThen(TestClock.adjust("10 seconds"), whenIdle)
        assert.strictEqual(states.at(-1)!._tag, "Left")
      }),
    { maxOutage: "30 seconds" }
  )
})

describe("Law 13: nothing waits without a reason", () => {
  testReconnection(
    "a rejoin after the SFU has forgotten the session is made at once",
    [aliceWithCamera, { reconnected: false }, aliceWithCamera],
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.deepStrictEqual(phases(), ["Joined", "Fast 1", "Rejoin 2", "Joined"])
      })
  )

  testReconnection(
    "a rejoin after the SFU has refused a Fast join for good is made at once",
    [aliceWithCamera, refusal(false), aliceWithCamera],
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.deepStrictEqual(phases(), ["Joined", "Fast 1", "Rejoin 2", "Joined"])
      })
  )

  testReconnection(
    "a rejoin after a migration that was not completed is made at once",
    [aliceWithCamera],
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* call.emit(goAway)
        yield* whenIdle
        yield* TestClock.adjust("7 seconds")
        yield* whenIdle
        assert.deepStrictEqual(phases(), ["Joined", "Migrate 1", "Rejoin 2", "Joined"])
      })
  )

  testReconnection(
    "a failed attempt that can succeed later is repeated after the range of the option",
    [aliceWithCamera, unreachable, unreachable, unreachable, unreachable, aliceWithCamera],
    ({ call, phases, states }) =>
      Effect.gen(function*() {
        yield* call.emit(failure("Rejoin"))
        yield* whenIdle
        const lengths = [1, 5, 40, 75, 75, 75].map((millis) =>
          Effect.map(Effect.andThen(TestClock.adjust(millis), whenIdle), () => phases().length)
        )
        // Pauses of 5, 40, 75 and 75 ms, each at least.
        assert.deepStrictEqual(yield* Effect.all(lengths), [3, 4, 5, 6, 7, 7])
        assert.strictEqual(states.at(-1)!._tag, "Joined")
      }),
    { backOff: { base: 40, cap: 100 } }
  )

  for (const [place, millis] of [[0.25, 62], [0.5, 124], [0.999, 249]] as const) {
    for (const [what, event] of [["rejoin", failure("Rejoin")], ["migrate", goAway]] as const) {
      it.effect(`clients that one message asks to ${what} do so within a quarter of a second: ${millis} ms`, () =>
        runReconnection(
          [aliceWithCamera],
          ({ call, reconnections }) =>
            Effect.gen(function*() {
              yield* call.emit(event)
              yield* ScriptedCall.flush
              yield* TestClock.adjust(millis)
              assert.strictEqual(reconnections().length, 0)
              yield* Effect.andThen(TestClock.adjust(1), whenIdle)
              assert.strictEqual(reconnections().length, 1)
            }),
          undefined,
          undefined,
          place
        ))
    }
  }
})

describe("Law 13: without a connection", () => {
  it.effect("no publication waits for a track, or becomes unresolved", () =>
    runReconnection(
      [],
      ({ call, newEvents, sizes }) =>
        Effect.gen(function*() {
          yield* call.offer([ScriptedCall.mediaSection("0", "p", "Video")])
          yield* whenIdle
          newEvents()
          assert.strictEqual((yield* sizes).waiting, 1)
          yield* call.emit(failure("Rejoin"))
          yield* whenIdle
          assert.strictEqual((yield* sizes).waiting, 0)
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(newEvents(), ["a1 Video removed: agent-0-1"])
        }),
      undefined,
      {
        onJoin: (reconnection) =>
          reconnection === undefined
            ? Effect.succeed({ participants: [sfuParticipant(alice, "p", ["Video", "Audio"])] })
            : Effect.never
      }
    ))
})
