/**
 * A subscriber connection that fails.
 */
import { assert, describe } from "@effect/vitest"
import { PeerConnectionError, ReconnectionError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { errorOf, whenIdle } from "../Harness.ts"
import { aliceWithCamera, testReconnection } from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Law 13: failed media restarts ICE first", () => {
  testReconnection(
    "a restart that succeeds gives no event and no reconnection",
    [aliceWithCamera],
    ({ call, newEvents, reconnections }) =>
      Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* call.setState("connected")
        yield* whenIdle
        newEvents()
        for (let n = 0; n < 3; n++) {
          yield* call.setState("failed")
          yield* whenIdle
          assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, n + 1)
          yield* call.setState("connecting")
          yield* TestClock.adjust("11 seconds")
          yield* call.setState("connected")
          yield* whenIdle
        }
        assert.deepStrictEqual([newEvents(), reconnections()], [[], []])
      })
  )

  for (const [how, states] of [["no offer comes", []], ["it fails again", ["connecting", "failed"]]] as const) {
    testReconnection(
      `a restart after which ${how} leads to a rejoin`,
      [aliceWithCamera],
      ({ call, reconnections }) =>
        Effect.gen(function*() {
          yield* call.setState("connected")
          yield* whenIdle
          yield* call.setState("failed")
          for (const state of states) yield* Effect.andThen(whenIdle, call.setState(state))
          yield* whenIdle
          if (states.length === 0) {
            assert.deepStrictEqual(reconnections(), [])
            yield* TestClock.adjust("10 seconds")
          }
          assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        })
    )
  }

  testReconnection(
    "two connections in a row that never connect end the call",
    [aliceWithCamera],
    ({ call, end, reconnections }) =>
      Effect.gen(function*() {
        yield* call.setState("failed")
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        yield* call.setState("failed")
        const error = new PeerConnectionError({ reason: "NeverConnected" })
        assert.deepStrictEqual(
          errorOf(yield* end),
          new ReconnectionError({ reason: "NeverConnected", attempts: 0, error })
        )
      })
  )
})
