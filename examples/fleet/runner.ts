/**
 * One process of the fleet. SIGTERM hands its calls over.
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { PgClient } from "@effect/sql-pg"
import { CallTerms } from "effect-track-resolver/cluster"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { fleet } from "./agent.ts"
import { shardingConfig } from "./settings.ts"

const environment = Config.all({ port: Config.Port("FLEET_PORT"), database: Config.Redacted("FLEET_DATABASE") })

const runner = Layer.unwrap(Effect.map(environment, ({ database, port }) => {
  const runnerAddress = Option.some(RunnerAddress.make("127.0.0.1", port))
  return fleet.layer.pipe(
    Layer.provide(NodeClusterSocket.layer({ storage: "sql", shardingConfig: { ...shardingConfig, runnerAddress } })),
    Layer.provide(CallTerms.CallTerms.layerSql()),
    Layer.provide(PgClient.layer({ url: database }))
  )
}))

NodeRuntime.runMain(Layer.launch(runner))
