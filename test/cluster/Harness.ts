/**
 * An agent in a scripted call, in a cluster of as many processes as the test starts.
 */
import { it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { SfuJoinError } from "effect-track-resolver"
import { CallAgent, CallTerms } from "effect-track-resolver/cluster"
import type { CallAgentProtocol, CallName } from "effect-track-resolver/cluster"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Entity from "effect/cluster/Entity"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Rpc from "effect/rpc/Rpc"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { joined } from "../edge/Harness.ts"
import * as ShardLocks from "./ShardLocks.ts"

export const standup: CallName.CallName = { type: "default", id: "standup" }

export interface Script {
  /** In the call. Default: until the call ends. */
  readonly agent?: Effect.Effect<void, Error, StreamEdge> | undefined
  /** Runs before each join, and may fail it. */
  readonly onJoin?: Effect.Effect<void, SfuJoinError> | undefined
  /** Replaces operations of the terms. */
  readonly terms?: ((terms: CallTerms.CallTerms["Service"]) => Partial<CallTerms.CallTerms["Service"]>) | undefined
}

export interface Process {
  readonly client: (call: CallName.CallName) => CallAgent.CallAgentClient
  /** The requests to the agent of `standup`. */
  readonly agent: CallAgent.CallAgentClient
  /** The agent of `standup`, to a client whose protocol has one more request. */
  readonly newer: { readonly Pause: () => Effect.Effect<void, CallAgent.CallAgentError> }
  readonly status: Effect.Effect<CallAgentProtocol.CallStatus>
  /** As by SIGTERM: hands over its calls. */
  readonly stop: Effect.Effect<void>
}

export interface ClusterHarness {
  /** Another process. `isCutOff`: it sees no other process, and no lock of one. */
  readonly start: (options?: { readonly isCutOff?: boolean }) => Effect.Effect<Process>
  readonly terms: CallTerms.CallTerms["Service"]
  readonly call: ScriptedCall.ScriptedCall
  /** The session ids of the joins, in their order. */
  readonly sessionIds: () => ReadonlyArray<string>
  /** Tells a session that this session of the agent's user is in the call. Default: the newest, of itself. */
  readonly announce: (session?: number, to?: number) => Effect.Effect<void>
  /** How many sessions are in the call. */
  readonly present: () => number
}

/** Until the call ends. */
const listen = Effect.flatMap(StreamEdge, ({ events }) => Effect.orDie(Stream.runDrain(events)))

/** What can happen within this time happens. */
export const after = (duration: `${number} ${"millis" | "seconds" | "minutes"}`) =>
  Effect.andThen(ScriptedCall.flush, Effect.andThen(TestClock.adjust(duration), ScriptedCall.flush))

const makeHarness = Effect.fnUntraced(function*(script: Script) {
  const scope = yield* Effect.scope
  const call = yield* ScriptedCall.make({ onJoin: () => Effect.as(script.onJoin ?? Effect.void, {}) })
  const memory = Context.get(yield* Layer.build(CallTerms.CallTerms.layerMemory), CallTerms.CallTerms)
  const terms = CallTerms.CallTerms.of({ ...memory, ...script.terms?.(memory) })
  const messages = Layer.succeed(
    MessageStorage.MessageStorage,
    Context.get(
      yield* Layer.build(Layer.provide(MessageStorage.layerMemory, ShardingConfig.layer())),
      MessageStorage.MessageStorage
    )
  )
  const locks = ShardLocks.make()
  const newer = Entity.make("CallAgent", [Rpc.make("Pause")])
  const agent = CallAgent.make({ join: () => call.layer, agent: () => script.agent ?? listen })
  const sessionIds = () => call.calls.flatMap((each) => each._tag === "Joined" ? [each.sessionId] : [])
  let port = 1

  const start: ClusterHarness["start"] = Effect.fnUntraced(function*(options) {
    const processScope = yield* Scope.fork(scope)
    const storage = options?.isCutOff === true ? ShardLocks.make() : locks
    const sharding = Sharding.layer.pipe(
      Layer.provide(Runners.layerNoop),
      Layer.provide([messages, Layer.succeed(RunnerStorage.RunnerStorage, storage), RunnerHealth.layerNoop]),
      Layer.provide(ShardingConfig.layer({ runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", port++)) }))
    )
    const process = Layer.provideMerge(
      agent.layer,
      Layer.merge(sharding, Layer.succeed(CallTerms.CallTerms, terms))
    )
    const services = yield* Layer.buildWithScope(process, processScope)
    const client = yield* Effect.provide(agent.client, services)
    yield* after("10 millis")
    return {
      client,
      agent: client(standup),
      newer: (yield* Effect.provide(newer.client, services))("default:standup"),
      status: Effect.map(Effect.orDie(client(standup).Snapshot()), ({ status }) => status),
      stop: Scope.close(processScope, Exit.void)
    }
  })

  const harness: ClusterHarness = {
    start,
    terms,
    call,
    sessionIds,
    announce: (session = sessionIds().length - 1, to = session) =>
      call.emit(joined({ userId: "robot", sessionId: sessionIds()[session]! }), to),
    present: () => sessionIds().length - call.calls.filter(({ _tag }) => _tag === "Left").length
  }
  return harness
})

export const testCluster = <A, E>(
  name: string,
  test: (harness: ClusterHarness) => Effect.Effect<A, E, Scope.Scope>,
  script: Script = {}
): void => it.effect(name, () => Effect.flatMap(makeHarness(script), test))
