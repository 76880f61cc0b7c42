/**
 * The terms of calls in PostgreSQL.
 */
import { assert, layer } from "@effect/vitest"
import { CallTerms } from "effect-track-resolver/cluster"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import { cases } from "../cluster/terms.ts"
import { client, Database } from "./Database.ts"

/** As of a process of its own. */
const termsIn = (table: string) =>
  Effect.map(
    Layer.build(Layer.provide(CallTerms.CallTerms.layerSql({ table }), Layer.fresh(client))),
    Context.get(CallTerms.CallTerms)
  )

layer(Database.layer, { timeout: "1 minute" })("Terms in PostgreSQL", (it) => {
  cases.forEach(({ body, name }, n) => {
    it.effect(name, () => Effect.flatMap(termsIn(`case_${n}`), body))
  })

  it.effect("are in one table, which several processes make at the same moment", () =>
    Effect.gen(function*() {
      const sql = Context.get(yield* Layer.build(Layer.fresh(client)), SqlClient.SqlClient)
      const created = yield* Deferred.make<void>()
      const opened = yield* Effect.forkChild(
        Effect.andThen(
          Deferred.await(created),
          Effect.forEach(Array.from({ length: 8 }), () => termsIn("shared"), { concurrency: "unbounded" })
        )
      )
      // None of them finds the table, so each creates it, and waits until the name is free again: for all of them at once.
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`CREATE TABLE shared ()`
        yield* Deferred.succeed(created, undefined)
        const waiting = sql<{ n: number }>`SELECT count(*)::integer AS n FROM pg_locks WHERE NOT granted`
        yield* Effect.repeat(waiting, { until: ([row]) => row?.n === 8 })
        yield* sql`DROP TABLE shared`
      }))
      const processes = yield* Fiber.join(opened)
      yield* processes[0]!.request("default:standup")
      const begun = yield* Effect.forEach(processes, (terms, n) => terms.begin("default:standup", `runner ${n}`), {
        concurrency: "unbounded"
      })
      const numbers = begun.map((term) => Option.getOrThrow(term).number)
      assert.deepStrictEqual(numbers.toSorted((one, other) => one - other), [1, 2, 3, 4, 5, 6, 7, 8])
    }))

  it.effect("of a call are those of exactly this call, whatever its name", () =>
    Effect.gen(function*() {
      const terms = yield* termsIn("names")
      const names = ["default:a'; DROP TABLE names; --", "default:%", "default:_", "default:\u{1F3A7}", "default:A"]
      for (const name of names) yield* terms.request(name)
      for (const name of names) {
        assert.deepStrictEqual(yield* terms.begin(name, "one"), Option.some({ number: 1 }))
      }
      assert.deepStrictEqual(yield* terms.begin("default:a", "one"), Option.none())
    }))

  it.effect("wait while the database is cut off, and go on afterwards", () =>
    Effect.gen(function*() {
      const terms = yield* termsIn("cut")
      const { wire } = yield* Database
      yield* terms.request("default:standup")
      yield* wire.cut
      const begun = yield* Effect.forkChild(terms.begin("default:standup", "one"))
      yield* wire.mend
      assert.deepStrictEqual(yield* Fiber.join(begun), Option.some({ number: 1 }))
    }))
})
