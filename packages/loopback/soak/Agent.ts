/**
 * An agent in the call: an edge with real adapters, and an observer of it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { StreamEdge, TrackResolver } from "effect-track-resolver"
import type { EdgeError, EdgeState } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Observer } from "./Observer.ts"
import { follow } from "./Observer.ts"

export interface Agent {
  readonly userId: string
  readonly observer: Observer
  /** Outlives the edge. */
  readonly resolver: TrackResolver["Service"]
  readonly state: () => EdgeState
  /** Of the last join. */
  readonly sessionId: () => string
  /** Joins so far, including the first. */
  readonly joins: () => number
  /** Reconnection attempts, by strategy. */
  readonly reconnections: () => ReadonlyMap<string, number>
}

/** The soak causes more reconnections than a call of hours: only a fault may end the call. */
const maxReconnects = 1_000_000

/** Makes the resolver in the surrounding scope and the edge in `scope`. */
export const join = Effect.fnUntraced(function*(
  userId: string,
  scope: Scope.Scope
): Effect.fn.Return<Agent, EdgeError, Scope.Scope | LoopbackSfu> {
  const sfu = yield* LoopbackSfu
  const resolver = yield* TrackResolver.make({ sessionMigration: "never", anonymousTracks: "never" })
  const adapters = Layer.merge(
    StreamCall.layer({
      baseUrl: sfu.coordinatorUrl,
      apiKey: sfu.apiKey,
      secret: sfu.apiSecret,
      callType: "default",
      callId: "soak",
      userId
    }),
    WeriftPeerConnection.layer({ loopbackOnly: true, connectTimeout: "1 minute" })
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
  const layer = StreamEdge.layerNoDeps({ sessionId: `${userId}-0`, maxReconnects }).pipe(
    Layer.provide([adapters, Layer.succeed(TrackResolver, resolver)])
  )
  const edge = Context.get(yield* Scope.provide(Layer.build(layer), scope), StreamEdge)

  let state: EdgeState = { _tag: "Connecting" }
  let sessionId = ""
  let joins = 0
  const reconnections = new Map<string, number>()
  const onState = (now: EdgeState): void => {
    state = now
    if (now._tag === "Joined") {
      sessionId = now.sessionId
      joins++
    }
    if (now._tag === "Reconnecting") reconnections.set(now.strategy, (reconnections.get(now.strategy) ?? 0) + 1)
  }
  yield* Stream.runForEach(edge.states, (now) => Effect.sync(() => onState(now))).pipe(
    Effect.forkIn(scope, { startImmediately: true })
  )
  const observer = yield* Scope.provide(follow(edge), scope)
  return {
    userId,
    observer,
    resolver,
    state: () => state,
    sessionId: () => sessionId,
    joins: () => joins,
    reconnections: () => reconnections
  }
})
