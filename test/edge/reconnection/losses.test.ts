/**
 * What a lost connection tells about the next one: whether its requests have succeeded.
 */
import { assert, describe, it } from "@effect/vitest"
import { ReconnectionError, SfuRequestError } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { errorOf, whenIdle } from "../Harness.ts"
import type { ReconnectionHarness } from "./Harness.ts"
import { aliceWithCamera, failure, runReconnection, socketLost, testReconnection } from "./Harness.ts"

const noToken = Effect.fail(
  new SfuRequestError({ method: "UpdateSubscriptions", reason: "Unauthenticated", code: 1, detail: "", attempts: 1 })
)

/** The answers to the sets of subscriptions, in their order; the last one answers every further set. */
const testAnswers = <A, E>(
  name: string,
  answers: ReadonlyArray<Effect.Effect<void, SfuRequestError>>,
  test: (harness: ReconnectionHarness) => Effect.Effect<A, E>
): void =>
  it.effect(name, () => {
    let count = 0
    const onSubscriptions = () => Effect.suspend(() => answers[Math.min(count++, answers.length - 1)]!)
    return runReconnection([aliceWithCamera], test, undefined, { onSubscriptions })
  })

describe("Law 13: two connections whose requests fail, and between them one that is lost otherwise", () => {
  testAnswers(
    "if its requests have succeeded, the call goes on",
    [noToken, Effect.void, noToken, Effect.void],
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* whenIdle
        assert.strictEqual(phases().at(-1), "Joined")
        yield* call.emit(failure("Rejoin"))
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(phases(), ["Joined", "Rejoin 1", "Joined", "Rejoin 1", "Joined", "Rejoin 1", "Joined"])
      })
  )

  testAnswers(
    "if it has had none, the call is given up",
    [noToken, Effect.never, noToken, Effect.void],
    ({ call, end, phases }) =>
      Effect.gen(function*() {
        yield* whenIdle
        assert.strictEqual(phases().at(-1), "Joined")
        yield* call.emit(failure("Rejoin"))
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual(phases().at(-1), "Left")
        const error = errorOf(yield* end)
        assert.instanceOf(error, ReconnectionError)
        assert.deepInclude(error, { reason: "RequestsFailed" })
      })
  )
})

testReconnection(
  "Law 13: a session that the SFU no longer has is left before the next one is joined",
  [aliceWithCamera, { reconnected: false }, aliceWithCamera],
  ({ call, phases }) =>
    Effect.gen(function*() {
      yield* call.failSocket(socketLost)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(phases(), ["Joined", "Fast 1", "Rejoin 2", "Joined"])
      const stays = call.calls.flatMap(({ _tag }) => _tag === "Joined" || _tag === "Left" ? [_tag] : [])
      assert.deepStrictEqual(stays, ["Joined", "Joined", "Left", "Joined", "Left"])
    })
)
