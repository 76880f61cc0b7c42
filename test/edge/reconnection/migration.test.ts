/**
 * Moving to another SFU.
 */
import { assert, describe } from "@effect/vitest"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { TestClock } from "effect/testing"
import { alice, bob } from "../../support/people.ts"
import { sfuParticipant, whenIdle } from "../Harness.ts"
import { aliceWithCamera, failure, goAway, refusal, socketLost, testReconnection } from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Law 13: Migrate moves the session to another SFU", () => {
  for (const where of ["old", "new"] as const) {
    testReconnection(
      `the former connection continues until the ${where} socket reports that the migration is complete`,
      [
        {
          sfuId: "one",
          participants: [sfuParticipant(alice, "p", ["Video", "Audio"]), sfuParticipant(bob, "q", ["Video"])]
        },
        // The other SFU gives Alice's prefix to Bob.
        {
          sfuId: "two",
          participants: [sfuParticipant(alice, "q", ["Video", "Audio"]), sfuParticipant(bob, "p", ["Video"])]
        }
      ],
      ({ call, newEvents, phases, reconnections, sessionIds, states }) =>
        Effect.gen(function*() {
          yield* call.offer([
            mediaSection("0", "p", "Video"),
            mediaSection("1", "p", "Audio"),
            mediaSection("2", "q", "Video")
          ])
          yield* whenIdle
          newEvents()
          yield* call.emit(goAway)
          yield* whenIdle
          assert.deepStrictEqual(newEvents(), [])
          assert.deepStrictEqual(sessionIds(), ["agent", "agent"])
          assert.deepInclude(reconnections()[0], { strategy: "Migrate", attempt: 1, fromSfuId: "one" })
          yield* call.offer([mediaSection("0", "q", "Video")])
          yield* whenIdle
          assert.deepStrictEqual(newEvents(), ["a1 Video removed: agent-0-1", "a1 Video added: agent-0-4"])
          assert.strictEqual(phases().at(-1), "Migrate 1")
          yield* call.emit({ _tag: "MigrationCompleted" }, where === "old" ? 0 : 1)
          yield* whenIdle
          assert.deepStrictEqual(newEvents(), ["a1 Audio removed: agent-1-2", "b1 Video removed: agent-2-3"])
          assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent", endToEndEncrypted: false })
          assert.deepInclude(call.calls, { _tag: "Detached", sessionId: "agent", to: "Migrate" })
          yield* call.offer([mediaSection("0", "q", "Video"), mediaSection("1", "p", "Video")])
          yield* whenIdle
          assert.deepStrictEqual(newEvents(), ["b1 Video added: agent-1-5"])
          yield* TestClock.adjust("15 seconds")
          assert.deepStrictEqual(newEvents(), ["a1 Audio unresolved"])
        })
    )
  }

  testReconnection(
    "after a resume, the new socket reports completion, and a track that has moved does not move back",
    [aliceWithCamera],
    ({ call, newEvents, states }) =>
      Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        yield* call.failSocket(socketLost)
        yield* whenIdle
        // Separates the two losses.
        yield* TestClock.adjust("1 second")
        yield* call.emit(goAway)
        yield* whenIdle
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        newEvents()
        // The m-line of the former connection still sends.
        yield* call.offer([])
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), ["a1 Video removed: agent-0-2"])
        yield* call.emit({ _tag: "MigrationCompleted" }, 1)
        yield* whenIdle
        assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent", endToEndEncrypted: false })
      })
  )

  testReconnection(
    "a migration that is not complete in seven seconds, or is refused, leads to a rejoin",
    [aliceWithCamera, aliceWithCamera, refusal(true)],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(goAway)
        yield* TestClock.adjust("6 seconds")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Migrate"])
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy).slice(0, 2), ["Migrate"])
        assert.deepStrictEqual(call.calls.filter(({ _tag }) => _tag === "ClosedPeerConnection").length, 2)
      })
  )

  for (
    const [what, event] of [["sends a GoAway", goAway], ["asks for Fast", failure("Fast")]] as const
  ) {
    testReconnection(
      `an SFU that ${what} before it is ready leads to a rejoin, and both connections close`,
      [
        [sfuParticipant(alice, "p", ["Video", "Audio"])],
        [sfuParticipant(alice, "q", ["Video", "Audio"])],
        aliceWithCamera
      ],
      ({ call, newEvents, phases, reconnections }) =>
        Effect.gen(function*() {
          yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("1", "p", "Audio")])
          yield* whenIdle
          yield* call.emit(goAway)
          yield* whenIdle
          yield* call.offer([mediaSection("0", "q", "Video")])
          yield* whenIdle
          newEvents()
          yield* call.emit(event)
          yield* TestClock.adjust("5 seconds")
          assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Migrate", "Rejoin"])
          assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "ClosedPeerConnection").length, 2)
          assert.deepStrictEqual(newEvents().toSorted(), ["a1 Audio removed: agent-1-2", "a1 Video removed: agent-0-3"])
          assert.deepStrictEqual(phases().slice(1), ["Migrate 1", "Rejoin 2", "Joined"])
          // No migration is awaited any more.
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(reconnections().length, 2)
        })
    )
  }

  testReconnection(
    "events of the former SFU are read from its current socket",
    [aliceWithCamera],
    ({ call, reconnections, states }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* TestClock.adjust("5 seconds")
        yield* call.emit(goAway)
        yield* whenIdle
        yield* call.emit({ _tag: "MigrationCompleted" }, 1)
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Fast", "Migrate"])
        assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent", endToEndEncrypted: false })
      })
  )

  testReconnection(
    "after it is complete, a lost socket is replaced as before",
    [aliceWithCamera],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(goAway)
        yield* whenIdle
        yield* call.emit({ _tag: "MigrationCompleted" })
        yield* TestClock.adjust("10 seconds")
        yield* call.failSocket(socketLost)
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Migrate", "Fast"])
      })
  )

  testReconnection(
    "the loss of the former socket does not end the migration",
    [aliceWithCamera],
    ({ call, reconnections, states }) =>
      Effect.gen(function*() {
        yield* call.emit(goAway)
        yield* whenIdle
        yield* call.failSocket(socketLost, 0)
        yield* whenIdle
        yield* call.emit({ _tag: "MigrationCompleted" })
        yield* whenIdle
        assert.deepStrictEqual(states.at(-1), { _tag: "Joined", sessionId: "agent", endToEndEncrypted: false })
        assert.strictEqual(reconnections().length, 1)
      })
  )

  testReconnection(
    "the end of the call on the former socket ends the call",
    [aliceWithCamera],
    ({ call, end, newEvents, states }) =>
      Effect.gen(function*() {
        yield* call.emit(goAway)
        yield* whenIdle
        yield* call.emit({ _tag: "CallEnded", reason: "Kicked" }, 0)
        yield* whenIdle
        assert.deepStrictEqual(states.at(-1), { _tag: "Left" })
        assert.isTrue(Exit.isSuccess(yield* end))
        assert.deepStrictEqual(newEvents(), ["a1 joined", "a1 left", "call ended: Kicked"])
      })
  )
})
