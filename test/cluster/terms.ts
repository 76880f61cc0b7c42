/**
 * What every storage of the terms does: numbers that grow, for calls that are to have an agent.
 */
import { assert } from "@effect/vitest"
import type { CallTerms } from "effect-track-resolver/cluster"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TestClock } from "effect/testing"

export interface Case {
  readonly name: string
  readonly body: (terms: CallTerms.CallTerms["Service"]) => Effect.Effect<void, CallTerms.CallTermsError>
}

const call = "default:standup"

export const cases: ReadonlyArray<Case> = [
  {
    name: "begin only where an agent is wanted, and grow",
    body: Effect.fnUntraced(function*(terms) {
      const startedAt = yield* Clock.currentTimeMillis
      assert.deepStrictEqual(yield* terms.begin(call, "one"), Option.none())
      yield* terms.request(call)
      assert.deepStrictEqual(yield* terms.begin(call, "one"), Option.some({ number: 1 }))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* terms.confirm(call, 1), { _tag: "Current" })
      yield* TestClock.adjust("2 seconds")
      const former = { runner: "one", confirmedAt: startedAt + 3_000 }
      assert.deepStrictEqual(yield* terms.begin(call, "two"), Option.some({ number: 2, former }))
      assert.deepStrictEqual(yield* terms.confirm(call, 1), {
        _tag: "Superseded",
        by: 2,
        confirmedAt: startedAt + 5_000
      })
    })
  },
  {
    name: "of another call are others",
    body: Effect.fnUntraced(function*(terms) {
      yield* terms.request(call)
      yield* terms.begin(call, "one")
      assert.deepStrictEqual(yield* terms.begin("default:other", "one"), Option.none())
      assert.deepStrictEqual(yield* terms.confirm("default:other", 1), { _tag: "Withdrawn" })
    })
  },
  {
    name: "are withdrawn by the newest owner and by anybody without a term, and go on afterwards",
    body: Effect.fnUntraced(function*(terms) {
      yield* terms.request(call)
      yield* terms.begin(call, "one")
      yield* terms.begin(call, "two")
      yield* terms.withdraw(call, 1)
      assert.deepStrictEqual(yield* terms.confirm(call, 2), { _tag: "Current" })
      yield* terms.withdraw(call, 2)
      assert.deepStrictEqual(yield* terms.confirm(call, 2), { _tag: "Withdrawn" })
      yield* terms.request(call)
      assert.deepStrictEqual(yield* terms.begin(call, "two"), Option.some({ number: 3 }))
      yield* terms.withdraw(call)
      assert.deepStrictEqual(yield* terms.begin(call, "two"), Option.none())
    })
  },
  {
    name: "go on when a call is requested again",
    body: Effect.fnUntraced(function*(terms) {
      yield* terms.request(call)
      yield* terms.begin(call, "one")
      yield* terms.request(call)
      const former = { runner: "one", confirmedAt: yield* Clock.currentTimeMillis }
      assert.deepStrictEqual(yield* terms.begin(call, "two"), Option.some({ number: 2, former }))
    })
  }
]
