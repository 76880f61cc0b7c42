/**
 * Two processes that were given the same address, on two machines: a mistake that neither can notice at its start.
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import { assert, layer } from "@effect/vitest"
import { CallAgent, CallTerms } from "effect-track-resolver/cluster"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { shardingConfig } from "../../examples/fleet/settings.ts"
import { freePort } from "../support/freePort.ts"
import { client, Database } from "./Database.ts"

const names = ["one", "two", "three"].map((id) => ({ type: "default", id }))

layer(Database.layer, { timeout: "1 minute", excludeTestServices: true })("One address on two machines", (it) => {
  it.effect("gives each call one agent, and the second machine takes over when the first one stops", () =>
    Effect.gen(function*() {
      const call = yield* ScriptedCall.make()
      const count = (tag: "Joined" | "Left") => call.calls.filter(({ _tag }) => _tag === tag).length
      const agents = CallAgent.make({ join: () => call.layer, agent: () => Effect.never })
      const address = RunnerAddress.make("127.0.0.1", yield* freePort)
      const start = Effect.fnUntraced(function*(port: number) {
        const listenAddress = RunnerAddress.make("127.0.0.1", port)
        const config = {
          ...shardingConfig,
          runnerAddress: Option.some(address),
          runnerListenAddress: Option.some(listenAddress)
        }
        const cluster = Layer.merge(
          NodeClusterSocket.layer({ storage: "sql", shardingConfig: config }),
          CallTerms.CallTerms.layerSql()
        )
        const scope = yield* Scope.fork(yield* Effect.scope)
        const services = yield* Layer.buildWithScope(
          Layer.provideMerge(agents.layer, cluster).pipe(Layer.provide(Layer.fresh(client))),
          scope
        )
        const agentOf = yield* Effect.provide(agents.client, services)
        return { agentOf, stop: Scope.close(scope, Exit.void) }
      })
      const first = yield* start(address.port)
      yield* Effect.forEach(names, (name) => first.agentOf(name).Join(), { discard: true })
      const second = yield* start(yield* freePort)
      // The second one owns no shard. Its request waits until it does.
      yield* Effect.forkScoped(second.agentOf(names[0]!).Join())
      // As often as an owner confirms its term, and more.
      yield* Effect.sleep("6 seconds")
      assert.deepStrictEqual([count("Joined"), count("Left")], [3, 0])
      yield* first.stop
      assert.strictEqual(count("Left"), 3)
      yield* Effect.suspend(() => count("Joined") === 6 ? Effect.void : Effect.fail("waiting")).pipe(
        Effect.retry(Schedule.spaced("100 millis"))
      )
      assert.strictEqual(count("Left"), 3)
    }))
})
