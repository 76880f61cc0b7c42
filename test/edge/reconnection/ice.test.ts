/**
 * A subscriber connection that fails.
 */
import { assert, describe } from "@effect/vitest"
import { PeerConnectionError, ReconnectionError, SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { errorOf, whenIdle } from "../Harness.ts"
import { aliceWithCamera, socketLost, testReconnection } from "./Harness.ts"

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
          yield* TestClock.adjust("9 seconds")
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
    "a connection that is closed leads to a rejoin at once, without a restart",
    [aliceWithCamera],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.setState("connected")
        yield* whenIdle
        yield* call.setState("closed")
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 0)
      })
  )

  testReconnection(
    "a path that is lost (disconnected) restarts ICE at once, and the state says so until answers arrive again",
    [aliceWithCamera],
    ({ call, newEvents, phases, reconnections, states }) =>
      Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* call.setState("connected")
        yield* whenIdle
        newEvents()
        yield* call.setState("disconnected")
        yield* whenIdle
        assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 1)
        assert.deepInclude(states.at(-1), { _tag: "Degraded", error: new PeerConnectionError({ reason: "Lost" }) })
        yield* TestClock.adjust("9 seconds")
        yield* call.setState("connected")
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual([phases(), newEvents(), reconnections()], [["Joined", "Degraded", "Joined"], [], []])
      })
  )

  for (const [how, state] of [["no answer arrives", undefined], ["it does not connect", "connecting"]] as const) {
    testReconnection(
      `a path that is lost leads to a rejoin if ${how} within ten seconds of the restart`,
      [aliceWithCamera],
      ({ call, reconnections }) =>
        Effect.gen(function*() {
          yield* call.setState("connected")
          yield* whenIdle
          yield* call.setState("disconnected")
          yield* TestClock.adjust("9 seconds")
          if (state !== undefined) yield* call.setState(state)
          yield* whenIdle
          assert.deepStrictEqual(reconnections(), [])
          yield* Effect.andThen(TestClock.adjust("1 second"), whenIdle)
          assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        })
    )
  }

  for (const reason of ["Refused", "Unreachable", "Failed"] as const) {
    testReconnection(
      `a restart that cannot be requested (${reason}) leads to a rejoin at once`,
      [
        {
          participants: aliceWithCamera,
          restartIce: Effect.fail(
            new SfuRequestError({ method: "IceRestart", reason, code: "x", detail: "", attempts: 5 })
          )
        },
        aliceWithCamera
      ],
      ({ call, phases }) =>
        Effect.gen(function*() {
          yield* call.setState("connected")
          yield* whenIdle
          yield* call.setState("disconnected")
          yield* whenIdle
          assert.deepStrictEqual(phases().filter((phase) => phase !== "Degraded"), ["Joined", "Rejoin 1", "Joined"])
        })
    )
  }

  testReconnection(
    "a socket that is lost while the path is lost is replaced: the network is back for both, or for none",
    [aliceWithCamera],
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* call.setState("connected")
        yield* whenIdle
        yield* call.setState("disconnected")
        yield* whenIdle
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 2)
        assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Fast 1", "Joined", "Degraded"])
        yield* call.setState("connected")
        yield* whenIdle
        assert.strictEqual(phases().at(-1), "Joined")
      })
  )

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

describe("Law 13: a subscriber connection that is disconnected before it connects", () => {
  testReconnection(
    "and that no restart connects, on two connections in a row, ends the call",
    [aliceWithCamera],
    ({ call, end, states }) =>
      Effect.gen(function*() {
        for (let n = 0; n < 2; n++) {
          yield* call.setState("disconnected")
          yield* Effect.andThen(TestClock.adjust("1 minute"), whenIdle)
        }
        assert.strictEqual(states.at(-1)!._tag, "Left")
        assert.deepInclude(errorOf(yield* end), { reason: "NeverConnected" })
      })
  )
})
