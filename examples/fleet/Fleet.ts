/**
 * Ten calls, a database, and the runners of the fleet as processes.
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import { PgClient } from "@effect/sql-pg"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { CallAgent } from "effect-track-resolver/cluster"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { fleet, userId } from "./agent.ts"
import * as Postgres from "./Postgres.ts"
import * as Presence from "./Presence.ts"
import { shardingConfig } from "./settings.ts"
import * as Wire from "./Wire.ts"

export interface Runner {
  readonly address: string
  /** Of its way to the database. */
  readonly wire: Wire.Wire
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly ended: Effect.Effect<void>
}

export interface Call {
  readonly id: string
  readonly agent: CallAgent.CallAgentClient
  readonly presence: Presence.Presence
}

const flags = ["--disable-warning=ExperimentalWarning", "--conditions=effect-track-resolver:source"]

const startRunner = Effect.fnUntraced(function*(port: number, database: number, calls: string) {
  const wire = yield* Wire.make(database)
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [...flags, "examples/fleet/runner.ts"], {
        stdio: ["ignore", process.env.FLEET_LOG === undefined ? "ignore" : "inherit", "inherit"],
        env: {
          ...process.env,
          FLEET_PORT: String(port),
          FLEET_DATABASE: `postgres://postgres@127.0.0.1:${wire.port}/postgres`,
          FLEET_CALLS: calls
        }
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const runner: Runner = {
    address: `127.0.0.1:${port}`,
    wire,
    signal: (signal) => Effect.sync(() => void child.kill(signal)),
    ended: Effect.callback<void>((resume) => {
      if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
      child.once("exit", () => resume(Effect.void))
    })
  }
  return runner
})

/** Each call has an SFU of its own. */
const startSfu = Effect.fnUntraced(function*(id: string) {
  const sfu = Context.get(yield* Layer.build(Layer.fresh(LoopbackSfu.layer())), LoopbackSfu)
  const access = { url: sfu.coordinatorUrl, apiKey: sfu.apiKey, secret: Redacted.value(sfu.apiSecret) }
  return { id, access, presence: yield* Presence.make(sfu, userId) }
})

export const make = Effect.fnUntraced(function*(size: number) {
  const database = yield* Postgres.start
  const sfus = yield* Effect.forEach(Array.from({ length: size }, (_, n) => `call-${n}`), startSfu)
  const environment = JSON.stringify(Object.fromEntries(sfus.map(({ access, id }) => [id, access])))
  const services = yield* Layer.build(
    NodeClusterSocket.layer({ storage: "sql", clientOnly: true, shardingConfig }).pipe(
      Layer.provide(PgClient.layer({ url: Redacted.make(`postgres://postgres@127.0.0.1:${database}/postgres`) }))
    )
  )
  const client = yield* Effect.provide(fleet.client, services)
  let port = 20_000 + (database % 10_000)
  return {
    start: Effect.suspend(() => startRunner(port++, database, environment)),
    calls: sfus.map(({ id, presence }): Call => ({ id, presence, agent: client({ type: "default", id }) }))
  }
})
