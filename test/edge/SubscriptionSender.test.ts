/**
 * The order of two open requests, and what follows their answers.
 */
import { assert, describe, it } from "@effect/vitest"
import { SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import { TestClock } from "effect/testing"
import * as SubscriptionSender from "../../src/edge/internal/SubscriptionSender.ts"

type Reason = SfuRequestError["reason"]

interface Request {
  readonly answer: Deferred.Deferred<void, SfuRequestError>
  isInterrupted: boolean
}

/** A sender whose requests are answered by the test. */
const makeSender = Effect.gen(function*() {
  const wantedChanged = yield* Queue.sliding<void>(1)
  const requests: Array<Request> = []
  const reports: Array<string> = []
  const run = SubscriptionSender.run({
    callState: {
      wanted: () => [],
      wantedChanged
    },
    session: {
      updateSubscriptions: () =>
        Effect.suspend(() => {
          const request: Request = { answer: Deferred.makeUnsafe(), isInterrupted: false }
          requests.push(request)
          return Effect.onInterrupt(
            Deferred.await(request.answer),
            () => Effect.sync(() => request.isInterrupted = true)
          )
        })
    },
    health: {
      failed: (_, { _tag, ...error }, isKnown = false) =>
        Effect.sync(() => reports.push(`${"reason" in error ? error.reason : _tag}${isKnown ? " again" : ""}`)),
      succeeded: () => Effect.sync(() => reports.push("succeeded"))
    },
    backOff: { base: 2_000, cap: 5_000 }
  })
  const fail = (number: number, reason: Reason) =>
    Effect.andThen(
      Deferred.fail(
        requests[number - 1]!.answer,
        new SfuRequestError({ method: "UpdateSubscriptions", reason, code: "x", detail: "", attempts: 1 })
      ),
      ScriptedCall.flush
    )
  return {
    run,
    requests,
    reports,
    change: Effect.andThen(Queue.offer(wantedChanged, undefined), ScriptedCall.flush),
    fail,
    accept: (number: number) =>
      Effect.andThen(Deferred.succeed(requests[number - 1]!.answer, undefined), ScriptedCall.flush)
  }
})

type Sender = Effect.Success<typeof makeSender>

/** The requests are numbered from 1. */
const testSender = <A>(name: string, test: (sender: Sender) => Effect.Effect<A>) =>
  it.effect(name, () => Effect.flatMap(makeSender, (sender) => Effect.raceFirst(sender.run, test(sender))))

describe("An older set whose request ends after a newer one was accepted", () => {
  testSender(
    "that is accepted may have reached the SFU last: the newest is sent again",
    (sender) =>
      Effect.gen(function*() {
        const { accept, change, reports, requests } = sender
        yield* change
        yield* change
        yield* accept(2)
        assert.deepStrictEqual([requests.length, reports], [2, ["succeeded"]])
        yield* accept(1)
        assert.deepStrictEqual([requests.length, reports], [3, ["succeeded"]])
      })
  )

  testSender("that gets no answer may have reached the SFU as well", (sender) =>
    Effect.gen(function*() {
      const { accept, change, fail, reports, requests } = sender
      yield* change
      yield* change
      yield* accept(2)
      yield* fail(1, "Unreachable")
      assert.deepStrictEqual([requests.length, reports], [3, ["succeeded"]])
    }))

  testSender("that is refused changes nothing", (sender) =>
    Effect.gen(function*() {
      const { accept, change, fail, reports, requests } = sender
      yield* change
      yield* change
      yield* accept(2)
      yield* fail(1, "Refused")
      assert.deepStrictEqual([requests.length, reports], [2, ["succeeded"]])
    }))
})

describe("The pause after a failure", () => {
  testSender("ends when the other request is accepted", (sender) =>
    Effect.gen(function*() {
      const { accept, change, fail, requests } = sender
      yield* change
      yield* change
      yield* fail(2, "Unreachable")
      assert.strictEqual(requests.length, 2)
      yield* accept(1)
      assert.strictEqual(requests.length, 3)
    }))

  testSender("is not repeated without another failure", (sender) =>
    Effect.gen(function*() {
      const { change, fail, requests } = sender
      yield* change
      yield* fail(1, "Unreachable")
      assert.strictEqual(requests.length, 1)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(requests.length, 2)
      yield* change
      assert.strictEqual(requests.length, 3)
    }))
})

it.effect("After a success failures are counted, and warned of, anew", () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(String(message)))
  return Effect.gen(function*() {
    const sender = yield* makeSender
    const { accept, change, fail, reports } = sender
    const test = Effect.gen(function*() {
      yield* change
      yield* fail(1, "Unreachable")
      yield* TestClock.adjust("10 seconds")
      yield* fail(2, "Unreachable")
      yield* TestClock.adjust("10 seconds")
      yield* accept(3)
      yield* change
      yield* fail(4, "Unreachable")
      yield* TestClock.adjust("10 seconds")
      yield* accept(5)
    })
    yield* Effect.raceFirst(sender.run, test)
    assert.deepStrictEqual(reports, ["Unreachable", "Unreachable again", "succeeded", "Unreachable", "succeeded"])
    assert.deepStrictEqual(lines, [2, 1].map((count) => `subscriptions are accepted after ${count} failures`))
  }).pipe(Effect.provide(Logger.layer([logger])))
})

for (const reason of ["Refused", "Failed"] as const) {
  testSender(
    `A set that was replaced and is ${reason} is neither reported nor sent again`,
    (sender) =>
      Effect.gen(function*() {
        const { change, fail, reports, requests } = sender
        yield* change
        yield* change
        yield* fail(1, reason)
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual([requests.length, reports], [2, []])
      })
  )
}

testSender(
  "Of two open requests the second is replaced, also after others have ended",
  (sender) =>
    Effect.gen(function*() {
      const { accept, change, requests } = sender
      for (const number of [1, 2, 3]) {
        yield* change
        yield* accept(number)
      }
      for (let n = 0; n < 3; n++) yield* change
      assert.deepStrictEqual(requests.map(({ isInterrupted }) => isInterrupted), [
        false,
        false,
        false,
        false,
        true,
        false
      ])
    })
)
