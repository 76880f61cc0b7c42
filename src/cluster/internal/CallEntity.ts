/**
 * The entity of a call: its requests, and the resource that owns the call.
 */
import * as Entity from "effect/cluster/Entity"
import * as EntityResource from "effect/cluster/EntityResource"
import { Sharding } from "effect/cluster/Sharding"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { EdgeEvent } from "../../edge/EdgeEvent.ts"
import type { PeerConnectionFactory } from "../../edge/PeerConnection.ts"
import type { SfuClient } from "../../edge/SfuClient.ts"
import type { StreamEdge, StreamEdgeOptions } from "../../edge/StreamEdge.ts"
import type { Participant } from "../../Track.ts"
import type { CallAgentEvent, CallSnapshot } from "../CallAgentProtocol.ts"
import * as CallName from "../CallName.ts"
import { CallTerms } from "../CallTerms.ts"
import * as Ownership from "./Ownership.ts"

export interface Settings<E, R, E2, R2> {
  readonly join: (call: CallName.CallName) => Layer.Layer<SfuClient | PeerConnectionFactory, E, R>
  readonly agent: (call: CallName.CallName) => Effect.Effect<void, E2, R2>
  readonly edge: StreamEdgeOptions
  readonly confirmInterval: Duration.Duration
  readonly handingOver: Semaphore.Semaphore
}

/** The handlers of the entity that is active. */
export const make = Effect.fnUntraced(function*<E, R, E2, R2>(settings: Settings<E, R, E2, R2>) {
  const { entityId: call, shardId } = yield* Entity.CurrentAddress
  const { host, port } = yield* Entity.CurrentRunnerAddress
  const runner = `${host}:${port}`
  const sharding = yield* Sharding
  const terms = yield* CallTerms
  const name = Option.getOrThrowWith(CallName.fromEntityId(call), () => new TypeError(`${call} names no call`))
  const state = yield* SubscriptionRef.make<Ownership.State>({ status: { _tag: "Idle" } })
  let requests = 0
  /** How many requests the owner has taken into account. */
  let known = 0
  const asking = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      known = requests
      return effect
    })
  const own = Ownership.run({
    call,
    runner,
    terms: {
      ...terms,
      begin: (call, runner) => asking(terms.begin(call, runner)),
      withdraw: (call, term) => asking(terms.withdraw(call, term))
    },
    ports: settings.join(name),
    agent: settings.agent(name),
    edgeOptions: settings.edge,
    confirmInterval: settings.confirmInterval,
    state,
    isAssigned: Effect.sync(() => sharding.hasShardId(shardId)),
    isStopping: sharding.isShutdown,
    handingOver: settings.handingOver
  })

  /** One request changes the owner at a time. */
  const changing = yield* Semaphore.make(1)
  const scope = yield* Effect.scope
  let newest = 0
  const acquire: Effect.Effect<void> = Effect.suspend(() => Effect.scoped(Effect.asVoid(resource.get)))
  const closeEnded = (owner: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (owner !== newest) return Effect.void
      // A later request may have found the owner still there.
      return Effect.andThen(resource.close, requests === known ? Effect.void : acquire)
    }).pipe(changing.withPermit)
  const resource = yield* EntityResource.make({
    acquire: Effect.suspend(() => {
      const owner = ++newest
      // Closing interrupts the owner, so another fiber does.
      const close = Effect.forkIn(closeEnded(owner), scope)
      return Effect.forkScoped(Effect.andThen(own, close))
    })
  })
  // A call whose owner has died is joined again without a request. If it is to have no agent, its owner ends at once.
  yield* acquire

  const snapshot = Effect.gen(function*() {
    const { edge, status } = yield* SubscriptionRef.get(state)
    const participants = edge === undefined ? [] : (yield* edge.participants).map(participantOf)
    return { runner, status, participants } satisfies CallSnapshot
  })

  return {
    Join: () =>
      Effect.gen(function*() {
        yield* terms.request(call)
        requests++
        yield* acquire
        return yield* snapshot
      }).pipe(changing.withPermit),
    Leave: () =>
      Effect.gen(function*() {
        yield* terms.withdraw(call)
        yield* resource.close
        yield* SubscriptionRef.set(state, { status: { _tag: "Idle", reason: "Left" } })
      }).pipe(changing.withPermit),
    Snapshot: () => snapshot,
    Events: () => events(state)
  }
})

const participantOf = ({ sessionId, userId }: Participant): Participant => ({ userId, sessionId })

const events = (state: SubscriptionRef.SubscriptionRef<Ownership.State>): Stream.Stream<CallAgentEvent> =>
  Stream.switchMap(SubscriptionRef.changes(state), ({ edge, status }) =>
    Stream.concat(
      Stream.succeed<CallAgentEvent>({ _tag: "StatusChanged", status }),
      edge === undefined ? Stream.empty : eventsOf(edge)
    ))

/** A lost call follows as a status. */
const eventsOf = ({ events, states }: StreamEdge["Service"]): Stream.Stream<CallAgentEvent> =>
  Stream.merge(
    Stream.map(states, ({ _tag }): CallAgentEvent => ({ _tag: "ConnectionChanged", state: _tag })),
    events.pipe(
      Stream.catch(() => Stream.empty),
      Stream.flatMap((event) => Stream.fromIterable(eventOf(event)))
    )
  )

const eventOf = (event: EdgeEvent): ReadonlyArray<CallAgentEvent> => {
  switch (event._tag) {
    case "ParticipantJoined":
    case "ParticipantLeft":
      return [{ _tag: event._tag, participant: participantOf(event.participant) }]
    case "TrackAdded":
    case "TrackRemoved":
      return [{ _tag: event._tag, key: event.key }]
    default:
      return []
  }
}
