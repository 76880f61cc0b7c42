/**
 * Reconnections that the SFU asks for, and what follows a reconnection.
 */
import { assert, describe } from "@effect/vitest"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { TestClock } from "effect/testing"
import { alice, aliceAgain } from "../../support/people.ts"
import { joined, left, sfuParticipant, unpublished, whenIdle } from "../Harness.ts"
import { aliceWithCamera, failure, goAway, testReconnection } from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Law 13: an SFU that requests the same again and again", () => {
  testReconnection(
    "gets a pause after each Fast, and a rejoin after the third",
    [{ participants: aliceWithCamera, fastReconnectDeadline: 60_000 }],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        for (let n = 0; n < 4; n++) {
          yield* call.emit(failure("Fast"))
          yield* Effect.andThen(TestClock.adjust("4 seconds"), whenIdle)
        }
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast", "Fast", "Fast", "Rejoin"])
      })
  )
})

describe("Law 13: after a reconnection", () => {
  for (const [way, event] of [["Fast", failure("Fast")], ["Migrate", goAway]] as const) {
    testReconnection(
      `an unresolved publication waits anew: ${way}`,
      [{ participants: aliceWithCamera, fastReconnectDeadline: 60_000 }],
      ({ call, newEvents }) =>
        Effect.gen(function*() {
          yield* TestClock.adjust("15 seconds")
          assert.deepStrictEqual(newEvents(), ["a1 joined", "a1 Video unresolved"])
          yield* call.emit(event)
          yield* whenIdle
          yield* call.emit({ _tag: "MigrationCompleted" })
          yield* TestClock.adjust("15 seconds")
          assert.deepStrictEqual(newEvents(), ["a1 Video unresolved"])
        })
    )
  }

  for (const order of ["before", "after"] as const) {
    testReconnection(
      `a participant's new session has its own tracks, and the old one leaves ${order} it joins`,
      [[sfuParticipant(alice, "p", ["Video"])]],
      ({ call, newEvents }) =>
        Effect.gen(function*() {
          yield* call.offer([mediaSection("0", "p", "Video")])
          yield* whenIdle
          newEvents()
          if (order === "before") yield* call.emit(left(alice))
          yield* call.emit(joined(aliceAgain, "p2", ["Video"]))
          yield* call.offer([mediaSection("0", "p2", "Video")])
          yield* whenIdle
          if (order === "after") yield* call.emit(left(alice))
          yield* call.emit(unpublished({ ...alice, trackType: "Video" }))
          yield* whenIdle
          const events = newEvents()
          assert.deepStrictEqual(
            events.toSorted(),
            [
              "a1 Video removed: agent-0-1",
              "a1 left",
              `${aliceAgain.sessionId} joined`,
              `${aliceAgain.sessionId} Video added: agent-0-2`
            ].toSorted()
          )
        })
    )
  }
})

describe("Law 13: an SFU can request a reconnection", () => {
  for (const strategy of ["Fast", "Rejoin", "Migrate"] as const) {
    testReconnection(
      `an error with the strategy ${strategy}`,
      [aliceWithCamera],
      ({ call, reconnections }) =>
        Effect.gen(function*() {
          yield* call.emit(failure(strategy))
          yield* whenIdle
          assert.deepStrictEqual(reconnections().map((reconnection) => reconnection.strategy), [strategy])
        })
    )
  }

  testReconnection(
    "an error without a strategy is only a warning",
    [aliceWithCamera],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(failure("Unspecified"))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(reconnections(), [])
      })
  )

  testReconnection(
    "an event right after a GoAway is not lost",
    [aliceWithCamera],
    ({ call, end, newEvents }) =>
      Effect.gen(function*() {
        yield* call.emit(goAway)
        yield* call.emit({ _tag: "CallEnded", reason: "Ended" })
        assert.isTrue(Exit.isSuccess(yield* end))
        assert.deepStrictEqual(newEvents(), ["a1 joined", "a1 left", "call ended: Ended"])
      })
  )

  testReconnection(
    "a livestream that is over ends the call",
    [aliceWithCamera],
    ({ call, end, newEvents, states }) =>
      Effect.gen(function*() {
        yield* call.emit(failure("Unspecified", "LiveEnded"))
        assert.isTrue(Exit.isSuccess(yield* end))
        assert.deepStrictEqual(newEvents(), ["a1 joined", "a1 left", "call ended: LiveEnded"])
        assert.deepStrictEqual(states.at(-1), { _tag: "Left" })
      })
  )
})
