/**
 * The terms of calls: numbers that grow, for calls that are to have an agent.
 */
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { CallTerms } from "effect-track-resolver/cluster"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { freePort } from "../support/freePort.ts"

const call = "default:standup"

const test = <E>(
  name: string,
  body: (terms: CallTerms.CallTerms["Service"]) => Effect.Effect<unknown, E>
): void => {
  it.effect(name, () => CallTerms.CallTerms.use(body).pipe(Effect.provide(CallTerms.CallTerms.layerMemory)))
}

describe("Terms", () => {
  test("begin only where an agent is wanted, and grow", (terms) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* terms.begin(call, "one"), Option.none())
      yield* terms.request(call)
      assert.deepStrictEqual(yield* terms.begin(call, "one"), Option.some({ number: 1 }))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* terms.confirm(call, 1), { _tag: "Current" })
      yield* TestClock.adjust("2 seconds")
      const former = { runner: "one", confirmedAt: 3_000 }
      assert.deepStrictEqual(yield* terms.begin(call, "two"), Option.some({ number: 2, former }))
      assert.deepStrictEqual(yield* terms.confirm(call, 1), { _tag: "Superseded", by: 2, confirmedAt: 5_000 })
    }))

  test("of another call are others", (terms) =>
    Effect.gen(function*() {
      yield* terms.request(call)
      yield* terms.begin(call, "one")
      assert.deepStrictEqual(yield* terms.begin("default:other", "one"), Option.none())
      assert.deepStrictEqual(yield* terms.confirm("default:other", 1), { _tag: "Withdrawn" })
    }))

  test("are withdrawn by the newest owner and by anybody without a term, and go on afterwards", (terms) =>
    Effect.gen(function*() {
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
    }))
})

it.live("A database that is down at the start is a typed error", () =>
  Effect.gen(function*() {
    const url = Redacted.make(`postgres://postgres@127.0.0.1:${yield* freePort}/postgres`)
    const terms = CallTerms.CallTerms.layerSql().pipe(Layer.provide(PgClient.layer({ url })))
    const error = yield* Effect.flip(Effect.scoped(Layer.build(terms)))
    assert.include(["SqlError", "CallTermsError"], error._tag)
  }))
