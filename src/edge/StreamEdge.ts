/**
 * Our side of a call: from an SFU's signalling and a peer connection's media to one stream of facts.
 *
 * Wiring, and nothing but wiring. A connection brings signalling and media, and is lost now and then; the picture is made
 * of what comes over it, and outlives it. Here one connection follows the other: when it is lost, and how we come back.
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Arguments from "../internal/Arguments.ts"
import * as BackOff from "../internal/BackOff.ts"
import type { LaggedError } from "../LaggedError.ts"
import { TrackResolver } from "../resolver/TrackResolver.ts"
import type { TrackId, TrackKey } from "../Track.ts"
import type { CallEnded, EdgeError, EdgeEvent } from "./EdgeEvent.ts"
import type { EdgeState } from "./EdgeState.ts"
import { ReconnectionError } from "./EdgeState.ts"
import * as Picture from "./internal/CallState.ts"
import * as Connection from "./internal/Connection.ts"
import * as Reconnecting from "./internal/ReconnectPolicy.ts"
import type { Strategy } from "./internal/ReconnectPolicy.ts"
import type { LocalPublication, PublishError, PublishRequest } from "./LocalPublication.ts"
import type { RtpPacket } from "./PeerConnection.ts"
import { PeerConnectionFactory } from "./PeerConnection.ts"
import * as Publishing from "./publishing/Publishing.ts"
import type { Reconnection, Subscription } from "./SfuClient.ts"
import { SfuClient, SfuConnectionError, SfuJoinError } from "./SfuClient.ts"

/**
 * The choices an edge is made with.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamEdgeOptions {
  /** The session id to join under. Default a random UUID. */
  readonly sessionId?: string | undefined
  /** How long a publication waits for its track before `TrackUnresolved`. Default that of the resolver. */
  readonly timeout?: Duration.Input | undefined
  /** Whether we want to receive a publication. Default all of them. */
  readonly subscribe?: ((key: TrackKey) => boolean) | undefined
  /** The size in which we want video, in pixels. Default 1280 x 720. */
  readonly videoDimension?: Subscription["dimension"]
  /**
   * How many times within two minutes we may join anew or migrate, before the events fail. Default 10; 0 is never to
   * reconnect, in no way.
   */
  readonly maxReconnects?: number | undefined
}

/**
 * A call that we are in.
 *
 * @category services
 * @since 0.1.0
 */
export class StreamEdge extends Context.Service<StreamEdge, {
  /**
   * What happens. A new subscriber first hears who is there and which tracks there are. For each key, `TrackAdded` and
   * `TrackRemoved` alternate, with equal ids: after a rejoin or a migration every track is removed, and added anew under
   * another. Ends after `CallEnded`; fails if the call is lost for good.
   */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  /** How we stand with the call: now, and whenever that changes. Ends after `Left`. */
  readonly states: Stream.Stream<EdgeState>
  /**
   * The packets of a track from now on; none, if there is no such track. Ends when the track ends or its m-line changes
   * hands. A consumer that is too slow loses the oldest packets.
   */
  rtp(trackId: TrackId): Stream.Stream<RtpPacket>
  /**
   * Asks the sender of a video track for a key frame, which a decoder that begins in the middle needs. Of a track whose
   * connection is not up yet it is asked as soon as that is.
   */
  requestKeyFrame(trackId: TrackId): Effect.Effect<void>
  /**
   * Publishes a track of ours until the scope closes; one of each type at a time. Answers once the SFU has it and everybody
   * was told, and waits for that as long as we are not in the call. After a reconnection it is published anew.
   */
  publish<E, R>(
    request: PublishRequest<E, R>
  ): Effect.Effect<LocalPublication<E>, PublishError, Scope.Scope | R>
}>()("effect-track-resolver/StreamEdge") {
  /**
   * Joins the call, and leaves it when the layer's scope closes. With a resolver of its own that infers nothing: an SFU
   * whose stream ids name prefix and type leaves nothing to infer, and "same user, another session" is no evidence that a
   * track moved.
   *
   * @since 0.1.0
   */
  static readonly layer = (
    options?: StreamEdgeOptions
  ): Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory> =>
    Layer.provide(
      StreamEdge.layerNoDeps(options),
      TrackResolver.layer({ sessionMigration: "never", anonymousTracks: "never" })
    )

  /**
   * The same with a resolver from outside. It may outlive the edge, and serve several at once, each under a session id of
   * its own and in a call of its own: two edges in one call hear of the same publications, with different tracks.
   *
   * @since 0.1.0
   */
  static readonly layerNoDeps = (
    options?: StreamEdgeOptions
  ): Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory | TrackResolver> =>
    Layer.effect(StreamEdge, make(options))
}

const args = Arguments.forService("StreamEdge")

const make = Effect.fnUntraced(function*(options: StreamEdgeOptions | undefined) {
  const sfuClient = yield* SfuClient
  const factory = yield* PeerConnectionFactory
  const resolver = yield* TrackResolver
  const stayId = options?.sessionId ?? (yield* uuid)
  const limits = { renewals: args.count("maxReconnects", options?.maxReconnects ?? 10) }
  const mayReconnect = limits.renewals > 0
  const genericSdps = yield* factory.genericSdps
  const picture = yield* Picture.make({
    resolver,
    stayId,
    subscribe: options?.subscribe ?? (() => true),
    timeout: options?.timeout === undefined ? undefined : args.duration("timeout", options.timeout)
  })
  const state = yield* SubscriptionRef.make<EdgeState>({ _tag: "Connecting" })
  // Before whatever ends the picture is added to the scope, so that the connections close after it.
  const connections = yield* Scope.fork(yield* Effect.scope)
  // Ends with the call, after the connections.
  const publishing = yield* Scope.provide(Publishing.make, connections)

  const connect = (sessionId: string, reconnection?: Reconnection) =>
    Scope.provide(
      Connection.open({
        sfuClient,
        factory,
        genericSdps,
        picture,
        publishing,
        sessionId,
        unifiedSessionId: stayId,
        dimension: options?.videoDimension ?? { width: 1280, height: 720 },
        mayReconnect,
        reconnection
      }),
      connections
    )

  let current = yield* connect(stayId)
  /** What we migrate from, until the SFU that we migrate to is ready. */
  let former: Connection.Connection | undefined
  const joined = Effect.suspend(() => SubscriptionRef.set(state, { _tag: "Joined", sessionId: current.sessionId }))
  yield* joined

  // --- Coming back ----------------------------------------------------------------------------------------------------

  let renewals: ReadonlyArray<number> = []
  let attempts = 0
  /** Since we were last joined. */
  let failures = 0
  /** Connections in a row on which no media ever came, and those that were lost as soon as they were there. */
  let fruitless = 0
  let restless = 0

  /** There is nothing to go on with. All the same whether it is said for the first time or again. */
  const renounce = Effect.suspend(() =>
    Effect.andThen(
      picture.suspend,
      Effect.forEach([former, current], (old) => old?.close() ?? Effect.void, { discard: true })
    )
  )

  const attempt = Effect.fnUntraced(function*(strategy: Strategy, { message: reason }: Connection.Failure) {
    const { sessionId, sfuId: fromSfuId } = current
    const reconnection: Reconnection = {
      strategy,
      attempt: attempts,
      fromSfuId,
      announcedTracks: yield* publishing.announced,
      subscriptions: current.subscriptions(),
      reason
    }
    switch (strategy) {
      case "Fast": {
        const isKept = yield* current.resume(reconnection)
        if (!isKept) return yield* forgotten
        break
      }
      case "Rejoin": {
        former = undefined
        current = yield* connect(yield* uuid, { ...reconnection, previousSessionId: sessionId })
        break
      }
      case "Migrate": {
        const next = yield* connect(sessionId, reconnection)
        former = current
        current = next
        break
      }
    }
  })

  /** Back in the call, or on the way to another SFU; or never again. */
  const reconnect = Effect.fnUntraced(function*(lost: Connection.Lost) {
    let { error, strategy: asked } = lost
    const keptUntil = (yield* Clock.currentTimeMillis) + current.keptFor()
    // What is lost on the way to another SFU was never joined.
    failures = former === undefined ? 0 : failures + 1
    const nextDelay = yield* BackOff.delays(Math.max(1, failures + restless))
    for (;; failures++) {
      const pause = failures + restless === 0 ? 0 : yield* nextDelay
      const at = (yield* Clock.currentTimeMillis) + pause
      const isHealthy = former === undefined && (yield* current.isHealthy)
      const history = { failures, restless, keptUntil, renewals, fruitless }
      const decision = Reconnecting.decide(asked, isHealthy, history, limits, at)
      if (decision._tag === "GiveUp") {
        return yield* new ReconnectionError({ reason: decision.reason, attempts: failures, error })
      }
      const { strategy } = decision
      yield* Effect.logInfo(`reconnecting (${strategy}): ${error.message}`)
      yield* SubscriptionRef.set(state, { _tag: "Reconnecting", strategy, attempt: failures + 1 })
      if (strategy === "Rejoin") yield* renounce
      if (pause > 0) yield* Effect.sleep(pause)
      if (strategy !== "Fast") {
        attempts++
        renewals = [...renewals.filter((before) => at - before < Reconnecting.window), at]
      }
      const tried = yield* Effect.result(attempt(strategy, error))
      if (Result.isSuccess(tried)) return former === undefined ? yield* joined : undefined
      error = tried.failure
      if (strategy === "Rejoin" && error._tag === "SfuJoinError" && !error.shouldRetry) {
        return yield* new ReconnectionError({ reason: "Refused", attempts: failures + 1, error })
      }
      asked = strategy === "Fast" && error._tag === "SfuJoinError" && error.shouldRetry ? "Fast" : "Rejoin"
    }
  })

  const migrated = (from: Connection.Connection) =>
    Effect.andThen(
      Effect.uninterruptible(Effect.suspend(() => {
        former = undefined
        return from.close("Migrate")
      })),
      joined
    )

  /** The call counts as joined once the SFU that we have migrated to is ready. Until then what came of the former goes on. */
  const migrating = Effect.suspend(() => {
    const from = former
    if (from === undefined) return Effect.never
    return Effect.raceFirst(Effect.as(current.migratedTo, undefined), from.migratedFrom).pipe(
      Effect.timeoutOrElse({
        duration: migrationTimeout,
        orElse: () => Effect.fail(new Connection.Lost({ strategy: "Rejoin", error: notMigrated }))
      }),
      Effect.flatMap((ended) =>
        ended === undefined ? Effect.andThen(migrated(from), Effect.never) : Effect.succeed(ended)
      )
    )
  })

  const attending = Effect.gen(function*() {
    for (let isFirst = true;; isFirst = false) {
      const since = yield* Clock.currentTimeMillis
      const ended = yield* Effect.result(Effect.raceFirst(current.attend, migrating))
      if (Result.isSuccess(ended)) return ended.success
      const lost = ended.failure
      if (lost._tag !== "Lost") return yield* lost
      if (!mayReconnect) return yield* lost.error
      const isShort = (yield* Clock.currentTimeMillis) - since < shortStay
      restless = isShort && !isFirst && !isAsked(lost) ? restless + 1 : 0
      fruitless = current.wasConnected() || lost.error._tag === "SfuConnectionError" ? 0 : fruitless + 1
      yield* reconnect(lost)
    }
  })

  // --- From the join to the end ---------------------------------------------------------------------------------------

  const end = (how?: CallEnded | Cause.Cause<EdgeError>) =>
    Effect.andThen(picture.end(how), SubscriptionRef.set(state, { _tag: "Left" }))

  yield* Effect.addFinalizer(() => end())
  yield* attending.pipe(
    Effect.exit,
    Effect.flatMap((exit) =>
      Effect.andThen(end(Exit.isSuccess(exit) ? exit.value : exit.cause), Scope.close(connections, Exit.void))
    ),
    Effect.forkScoped
  )

  return StreamEdge.of({
    events: picture.events,
    states: Stream.takeUntil(SubscriptionRef.changes(state), ({ _tag }) => _tag === "Left"),
    rtp: picture.rtp,
    requestKeyFrame: picture.requestKeyFrame,
    publish: publishing.publish
  })
})

const uuid = Effect.sync(() => crypto.randomUUID())

/** How long the SFU that we have migrated to may take to say that it is ready. */
const migrationTimeout = "7 seconds"

/** A connection that was lost sooner, in milliseconds, is as good as one that could not be made. */
const shortStay = 5_000

/** By the SFU, which is there. */
const isAsked = ({ error }: Connection.Lost): boolean =>
  error._tag === "SfuConnectionError" && error.reason === "Reconnect"

const notMigrated = new SfuConnectionError({
  reason: "Reconnect",
  detail: `the migration was not complete in ${migrationTimeout}`
})

const forgotten = new SfuJoinError({
  reason: "Refused",
  detail: "the SFU has forgotten the session",
  shouldRetry: false
})
