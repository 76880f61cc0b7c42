/**
 * A message that was too large, or that could not be decoded: another session brings its content, and no loop is endless.
 */
import { assert, describe } from "@effect/vitest"
import { ReconnectionError, SfuConnectionError, SfuJoinError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { crowd } from "../../support/people.ts"
import { errorOf, sfuParticipant, whenIdle } from "../Harness.ts"
import { aliceWithCamera, testReconnection } from "./Harness.ts"

const lost = (reason: "TooLarge" | "Unreadable") => new SfuConnectionError({ reason, detail: "subscriberOffer" })

describe("A message of the SFU that is lost leads to a rejoin", () => {
  for (const reason of ["TooLarge", "Unreadable"] as const) {
    testReconnection(
      `${reason}: although the SFU keeps the session`,
      [{ participants: aliceWithCamera, fastReconnectDeadline: 20_000 }],
      ({ call, reconnections, states }) =>
        Effect.gen(function*() {
          yield* call.setState("connected")
          yield* whenIdle
          yield* call.failSocket(lost(reason))
          yield* whenIdle
          assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
          assert.strictEqual(states.at(-1)?._tag, "Joined")
        })
    )
  }

  testReconnection(
    "the same message again and again ends the call, with the error as the reason",
    [aliceWithCamera],
    ({ call, end, states }) =>
      Effect.gen(function*() {
        for (let n = 0; n < 30 && states.at(-1)?._tag !== "Left"; n++) {
          yield* call.failSocket(lost("TooLarge"))
          yield* TestClock.adjust("6 seconds")
        }
        const error = lost("TooLarge")
        const ended = errorOf(yield* end)
        assert.instanceOf(ended, ReconnectionError)
        assert.deepInclude(ended, { reason: "TooManyAttempts", error })
      })
  )

  testReconnection(
    "a join response that is too large ends the call at once",
    [aliceWithCamera, new SfuJoinError({ reason: "TooLarge", detail: "joinResponse", shouldRetry: false })],
    ({ call, end }) =>
      Effect.gen(function*() {
        yield* call.failSocket(lost("TooLarge"))
        yield* whenIdle
        const ended = errorOf(yield* end)
        assert.instanceOf(ended, ReconnectionError)
        assert.deepInclude(ended, { reason: "Refused" })
      })
  )
})

describe("1,000 people with microphone and camera", () => {
  const people = crowd(1_000).map((key, n) => sfuParticipant(key, `p${n}`, ["Audio", "Video"]))
  const offer = people.flatMap((_, n) =>
    (["Audio", "Video"] as const).map((trackType) => ScriptedCall.mediaSection(`${n}-${trackType}`, `p${n}`, trackType))
  )

  testReconnection(
    "a subscriber gets every event of a rejoin, also if the offer comes before the people are named",
    [people, [], []],
    ({ call, newEvents, states }) =>
      Effect.gen(function*() {
        yield* call.offer(offer)
        yield* whenIdle
        const first = newEvents()
        assert.strictEqual(first.filter((event) => event.includes("added")).length, 2_000)
        // All leave in one step.
        yield* call.failSocket(lost("TooLarge"))
        yield* whenIdle
        assert.strictEqual(newEvents().length, 3_000)
        yield* call.offer(offer)
        yield* whenIdle
        for (const participant of people) yield* call.emit({ _tag: "ParticipantJoined", participant })
        yield* Effect.repeat(whenIdle, { times: 100 })
        const second = newEvents()
        assert.strictEqual(second.filter((event) => event.includes("joined")).length, 1_000)
        assert.strictEqual(second.filter((event) => event.includes("added")).length, 2_000)
        assert.strictEqual(states.at(-1)?._tag, "Joined")
      })
  )
})
