/**
 * A PostgreSQL of this process, and a client whose way to it can be cut.
 */
import { PgClient } from "@effect/sql-pg"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Postgres from "../../examples/fleet/Postgres.ts"
import * as Wire from "../../examples/fleet/Wire.ts"

export class Database extends Context.Service<Database, {
  readonly url: Redacted.Redacted
  readonly wire: Wire.Wire
}>()("effect-track-resolver/test/postgres/Database") {
  static readonly layer = Layer.effect(
    Database,
    Effect.gen(function*() {
      const wire = yield* Wire.make(
        yield* Effect.provideService(Postgres.start, Clock.Clock, Clock.Clock.defaultValue())
      )
      return { wire, url: Redacted.make(`postgres://postgres@127.0.0.1:${wire.port}/postgres`) }
    })
  )
}

export const client = Layer.unwrap(Database.useSync(({ url }) => PgClient.layer({ url })))
