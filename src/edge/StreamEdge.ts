/**
 * Our side of a call: turns an SFU's signalling and a peer connection's media into one stream of events.
 *
 * Wiring only. `internal/Reconnector` runs one `internal/Connection` after the other; what the connections report is merged
 * into `internal/CallState`, which outlives them; `publishing/Publishing` sends our own tracks.
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
  const run = yield* Reconnector.make({
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
