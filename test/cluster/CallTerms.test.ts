/**
 * The terms of calls in memory. `test/postgres` has those in a database.
 */
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { CallTerms } from "effect-track-resolver/cluster"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { freePort } from "../support/freePort.ts"
import { cases } from "./terms.ts"

describe("Terms", () => {
  for (const { body, name } of cases) {
    it.effect(name, () => CallTerms.CallTerms.use(body).pipe(Effect.provide(CallTerms.CallTerms.layerMemory)))
  }
})

it.live("A database that is down at the start is a typed error", () =>
  Effect.gen(function*() {
    const url = Redacted.make(`postgres://postgres@127.0.0.1:${yield* freePort}/postgres`)
    const terms = CallTerms.CallTerms.layerSql().pipe(Layer.provide(PgClient.layer({ url })))
    const error = yield* Effect.flip(Effect.scoped(Layer.build(terms)))
    assert.include(["SqlError", "CallTermsError"], error._tag)
  }))
