/**
 * Our side of a call: turns an SFU's signalling and a peer connection's media into one stream of events.
 *
 * Wiring only. `internal/Reconnector` runs one `internal/Connection` after the other. `internal/CallState` merges the
 * reports of all connections, and outlives them. `publishing/Publishing` sends our own tracks.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Arguments from "../internal/Arguments.ts"
import type { LaggedError } from "../LaggedError.ts"
import { TrackResolver } from "../resolver/TrackResolver.ts"
import type { TrackId, TrackKey } from "../Track.ts"
import type { EdgeError, EdgeEvent } from "./EdgeEvent.ts"
import type { EdgeState } from "./EdgeState.ts"
import type { Ending } from "./internal/Announcements.ts"
import * as CallState from "./internal/CallState.ts"
import * as Reconnector from "./internal/Reconnector.ts"
import type { LocalPublication, PublishError, PublishRequest } from "./LocalPublication.ts"
import type { RtpPacket } from "./PeerConnection.ts"
import { PeerConnectionFactory } from "./PeerConnection.ts"
import * as Publishing from "./publishing/Publishing.ts"
import type { Subscription } from "./SfuClient.ts"
import { SfuClient } from "./SfuClient.ts"

const args = Arguments.forService("StreamEdge")

/**
 * The options of an edge.
 *
 * @category models
 * @since 0.1.0
 */
export interface StreamEdgeOptions {
  /**
   * The session id of the first join; track ids begin with it. Unique in the call, and among the edges of one resolver.
   * Default a random UUID.
   */
  readonly sessionId?: string | undefined
  /** How long a publication waits for its track before `TrackUnresolved`. Default: the timeout of the resolver. */
  readonly timeout?: Duration.Input | undefined
  /** Whether to receive a publication. Default: every one. */
  readonly subscribe?: ((key: TrackKey) => boolean) | undefined
  /** The wanted size of video, in pixels. Default 1280 x 720. */
  readonly videoDimension?: Subscription["dimension"]
  /**
   * How many rejoins and migrations are allowed within two minutes before the call counts as lost. Default 10. With 0
   * the edge never reconnects, not even on another socket.
   */
  readonly maxReconnects?: number | undefined
}

/**
 * A joined call.
 *
 * @category services
 * @since 0.1.0
 */
export class StreamEdge extends Context.Service<StreamEdge, {
  /**
   * The events of the call. A new subscriber first receives the current participants and tracks. For each key,
   * `TrackAdded` and `TrackRemoved` alternate with equal track ids. A rejoin removes every track, and adds it again
   * under another id. A migration does the same with each track, when that track arrives from the other SFU. Ends after
   * `CallEnded`; fails if the call is lost for good, or if the subscriber is more than 1,024 events behind.
   */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  /** The current connection state, then every change. Ends after `Left`. */
  readonly states: Stream.Stream<EdgeState>
  /**
   * The packets of a track from now on; empty if there is no such track. Ends when the track ends or its m-line gets
   * another owner. A slow consumer loses the oldest packets.
   */
  rtp(trackId: TrackId): Stream.Stream<RtpPacket>
  /**
   * Requests a key frame from the sender of a video track: a decoder that begins in the middle of a stream needs one.
   * If the connection is not connected yet, the request is sent when it connects. A no-op for an unknown track.
   */
  requestKeyFrame(trackId: TrackId): Effect.Effect<void>
  /**
   * Publishes a track until the scope closes; one of each type at a time. Returns once the SFU has the track and has
   * announced it to the other participants; waits while the edge reconnects. After a reconnection the track is
   * published again.
   */
  publish<E, R>(
    request: PublishRequest<E, R>
  ): Effect.Effect<LocalPublication<E>, PublishError, Scope.Scope | R>
}>()("effect-track-resolver/StreamEdge") {
  /**
   * Joins the call, and leaves it when the scope of the layer closes. Has a resolver of its own, without inferences:
   * the stream ids of the SFU contain prefix and type, and the same user in another session is no evidence that a track
   * moved.
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
   * As `layer`, with a resolver from the context. The resolver may outlive the edge, and may serve several edges at
   * once if each has its own session id and its own call: two edges in one call have different tracks for the same
   * publications.
   *
   * @since 0.1.0
   */
  static readonly layerNoDeps = (
    options?: StreamEdgeOptions
  ): Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory | TrackResolver> =>
    Layer.effect(StreamEdge, make(options))
}

const make = Effect.fnUntraced(function*(options: StreamEdgeOptions | undefined) {
  const sfuClient = yield* SfuClient
  const factory = yield* PeerConnectionFactory
  const resolver = yield* TrackResolver
  const unifiedSessionId = options?.sessionId ?? (yield* Reconnector.randomSessionId)
  const maxReconnects = args.count("maxReconnects", options?.maxReconnects ?? 10)
  const genericSdps = yield* factory.genericSdps
  const callState = yield* CallState.make({
    resolver,
    unifiedSessionId,
    subscribe: options?.subscribe ?? (() => true),
    timeout: options?.timeout === undefined ? undefined : args.duration("timeout", options.timeout)
  })
  const state = yield* SubscriptionRef.make<EdgeState>({ _tag: "Connecting" })
  // Forked before the finalizer is added, so that the call state ends first and then the connections close.
  const connections = yield* Scope.fork(yield* Effect.scope)
  const publishing = yield* Scope.provide(Publishing.make, connections)
  const { run } = yield* Reconnector.make({
    services: {
      sfuClient,
      factory,
      genericSdps,
      callState,
      publishing,
      unifiedSessionId,
      dimension: options?.videoDimension ?? { width: 1280, height: 720 },
      mayReconnect: maxReconnects > 0
    },
    limits: { maxReconnects },
    state,
    scope: connections
  })

  const end = (ending: Ending) => Effect.andThen(callState.end(ending), SubscriptionRef.set(state, { _tag: "Left" }))
  yield* Effect.addFinalizer(() => end(undefined))
  yield* run.pipe(
    Effect.exit,
    Effect.flatMap((exit) => end(Exit.isSuccess(exit) ? exit.value : exit.cause)),
    Effect.andThen(Scope.close(connections, Exit.void)),
    Effect.forkScoped
  )

  return StreamEdge.of({
    events: callState.events,
    states: Stream.takeUntil(SubscriptionRef.changes(state), ({ _tag }) => _tag === "Left"),
    rtp: callState.rtp,
    requestKeyFrame: callState.requestKeyFrame,
    publish: publishing.publish
  })
})
