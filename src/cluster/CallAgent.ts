/**
 * An agent in each call, on one of many machines: if its process dies, another one takes the call over.
 *
 * Built on Effect's cluster, which is unstable, and so is this module. Each call is an entity. Of the runners the cluster assigns
 * one to each entity; that one owns the call, joins it, and runs the agent in it.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as ClusterError from "effect/cluster/ClusterError"
import * as Entity from "effect/cluster/Entity"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as RpcClient from "effect/rpc/RpcClient"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { PeerConnectionFactory } from "../edge/PeerConnection.ts"
import type { SfuClient } from "../edge/SfuClient.ts"
import type { StreamEdge, StreamEdgeOptions } from "../edge/StreamEdge.ts"
import * as Arguments from "../internal/Arguments.ts"
import { Events, Join, Leave, Snapshot } from "./CallAgentProtocol.ts"
import * as CallName from "./CallName.ts"
import { CallTerms } from "./CallTerms.ts"
import * as CallEntity from "./internal/CallEntity.ts"

const args = Arguments.forService("CallAgent.make")

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface CallAgentOptions<E, R, E2, R2> {
  /** The type of the entity, one for each kind of agent. Default: `CallAgent`. */
  readonly name?: string | undefined
  /** The ports with which the agent joins the call. */
  readonly join: (call: CallName.CallName) => Layer.Layer<SfuClient | PeerConnectionFactory, E, R>
  /**
   * The program in the call. It is interrupted when the process loses the call. When it returns, the agent leaves the call for
   * good. When it fails, and when the call cannot be joined or is lost, the runner joins again after a pause that grows to a minute.
   * When the call ends, it may go on for ten seconds.
   */
  readonly agent: (call: CallName.CallName) => Effect.Effect<void, E2, R2>
  /** Session ids are those of the terms. */
  readonly edge?: Omit<StreamEdgeOptions, "sessionId" | "sessionIdPrefix"> | undefined
  /**
   * How often an owner confirms its term. An owner whose term is no longer the newest leaves the call then at the latest, as long as
   * it reaches the terms. Default: 5 seconds.
   */
  readonly confirmInterval?: Duration.Input | undefined
}

/**
 * Why the cluster did not deliver a request.
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export type CallAgentError =
  | ClusterError.MailboxFull
  | ClusterError.AlreadyProcessingMessage
  | ClusterError.PersistenceError
  | ClusterError.EntityNotAssignedToRunner

/**
 * The requests to the agent of one call.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CallAgentClient = RpcClient.RpcClient.From<
  typeof Join | typeof Leave | typeof Snapshot | typeof Events,
  CallAgentError
>

/**
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface CallAgent<R> {
  /** For a process that runs agents. */
  readonly layer: Layer.Layer<never, never, R>
  /** For any process of the cluster. */
  readonly client: Effect.Effect<(call: CallName.CallName) => CallAgentClient, never, Sharding.Sharding>
}

/**
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = <E, R, E2, R2>(
  options: CallAgentOptions<E, R, E2, R2>
): CallAgent<Sharding.Sharding | CallTerms | R | Exclude<R2, StreamEdge | Scope.Scope>> => {
  const { agent, confirmInterval, edge, join, name } = args.object("options", options)
  const settings = {
    join: args.callback("join", join),
    agent: args.callback("agent", agent),
    edge: edge ?? {},
    confirmInterval: args.positiveDuration("confirmInterval", confirmInterval ?? "5 seconds")
  }
  const entity = Entity.make(args.nonEmpty("name", name ?? "CallAgent"), [Join, Leave, Snapshot, Events])
  const layer = Layer.unwrap(
    Effect.map(
      Semaphore.make(1),
      (handingOver) => entity.toLayer(CallEntity.make({ ...settings, handingOver }), { concurrency: "unbounded" })
    )
  )
  return {
    // TypeScript does not exclude the services of an entity from requirements that are type parameters.
    // @effect-diagnostics-next-line unsafeEffectTypeAssertion:off
    layer: layer as Layer.Layer<
      never,
      never,
      Sharding.Sharding | CallTerms | R | Exclude<R2, StreamEdge | Scope.Scope>
    >,
    client: Effect.map(entity.client, (client) => (call) => client(CallName.entityId(checkName(call))))
  }
}

const isName = Schema.is(CallName.CallName)

const checkName = (call: CallName.CallName): CallName.CallName => {
  if (isName(call)) return call
  throw Arguments.error("CallAgent.client", "call", "the type, without a colon, and the id of a call", call)
}

/**
 * A cluster of one process, without a database: the same program on one machine. `maxCalls`: how many calls it has at most;
 * `Join` of more fails with `MailboxFull`. Default: 10,000.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerSingle = (options?: {
  readonly maxCalls?: number | undefined
}): Layer.Layer<Sharding.Sharding | CallTerms> =>
  Layer.merge(
    Sharding.layer.pipe(
      Layer.provide(Runners.layerNoop),
      Layer.provide(MessageStorage.layerMemory),
      Layer.provide([RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
      Layer.provide(ShardingConfig.layer({
        simulateRemoteSerialization: false,
        ...(options?.maxCalls === undefined
          ? {}
          : {
            maxResidentEntities: Arguments.forService("CallAgent.layerSingle").count("maxCalls", options.maxCalls, 1)
          })
      }))
    ),
    CallTerms.layerMemory
  )
