/**
 * Our side of a call: turns an SFU's signalling and a peer connection's media into one stream of events.
 *
 * Wiring only. `internal/Reconnector` runs one `internal/Connection` after the other. `internal/CallState` merges the
 * reports of all connections, and outlives them. `publishing/Publishing` sends our own tracks.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Arguments from "../internal/Arguments.ts"
import type { LaggedError } from "../LaggedError.ts"
import { TrackResolver } from "../resolver/TrackResolver.ts"
import type { TrackId } from "../Track.ts"
import type { EdgeError, EdgeEvent, ParticipantEvent } from "./EdgeEvent.ts"
import type { EdgeState } from "./EdgeState.ts"
import type { Ending } from "./internal/Announcements.ts"
import * as CallState from "./internal/CallState.ts"
import * as ConnectionState from "./internal/ConnectionState.ts"
import * as Following from "./internal/Following.ts"
import * as Presence from "./internal/Presence.ts"
import * as Reconnector from "./internal/Reconnector.ts"
import type { LocalPublication, PublishError, PublishRequest } from "./LocalPublication.ts"
import type { RtpPacket } from "./PeerConnection.ts"
import { PeerConnectionFactory } from "./PeerConnection.ts"
import * as Publishing from "./publishing/Publishing.ts"
import * as PublishRequests from "./publishing/Request.ts"
import type { AudioLevel, ParticipantFilter, RemoteParticipant } from "./RemoteParticipant.ts"
import type { FailureOf, ForEachOptions, OnFailure, RemoteTrack, TrackFilter } from "./RemoteTrack.ts"
import type { Subscription } from "./SfuClient.ts"
import { SfuClient } from "./SfuClient.ts"
import type { SubscriptionPolicy } from "./SubscriptionPolicy.ts"
import type { WaitError, WaitOptions } from "./WaitError.ts"

const args = Arguments.forService("StreamEdge")

/**
 * The options of an edge.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface StreamEdgeOptions {
  /**
   * The session id of the first join; track ids begin with it. Unique in the call, and among the edges of one resolver.
   * Default a random UUID.
   */
  readonly sessionId?: string | undefined
  /**
   * What the random session ids of this edge begin with: that of the first join without `sessionId`, and those of its rejoins.
   * So other sessions of our own user can be told apart. Default: nothing.
   */
  readonly sessionIdPrefix?: string | undefined
  /** How long a publication waits for its track before `TrackUnresolved`. Default: the timeout of the resolver. */
  readonly timeout?: Duration.Input | undefined
  /** Which publications to receive, until `StreamEdge.subscribe`. Default: every one. */
  readonly subscribe?: SubscriptionPolicy | undefined
  /** The wanted size of video for which the policy names none, in pixels. Default 1280 x 720. */
  readonly videoDimension?: Subscription["dimension"]
  /**
   * How many rejoins and migrations are allowed within two minutes before the call counts as lost. Default 10. With 0
   * the edge never reconnects, not even on another socket. Attempts that reach no server, and
   * those that a server asks to repeat later, do not count.
   */
  readonly maxReconnects?: number | undefined
  /**
   * How long the edge tries to reconnect before the call counts as lost, while nothing answers, or while coordinator or
   * SFU answer that they are not available for now. `Infinity`: for ever. Default 5 minutes.
   */
  readonly maxOutage?: Duration.Input | undefined
  /**
   * The pauses between attempts, which are random and grow with the failures in a row. The first attempt has no pause,
   * or one of at most an eighth of `base`, if many clients are likely to make it at the same time.
   */
  readonly backOff?: {
    /** How much the range of the pause grows with each failure. Finite, more than zero. Default 2 seconds. */
    readonly base?: Duration.Input | undefined
    /** The longest pause. More than zero. Default 5 seconds. */
    readonly cap?: Duration.Input | undefined
  } | undefined
}

/**
 * A joined call.
 *
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class StreamEdge extends Context.Service<StreamEdge, {
  /**
   * The events of the call. A new subscriber first receives the current participants and tracks. For each key,
   * `TrackAdded` and `TrackRemoved` alternate with equal track ids. A rejoin removes every track, and adds it again
   * under another id. A migration does the same with each track, when that track arrives from the other SFU. Ends after
   * `CallEnded`; fails if the call is lost for good, or if the subscriber is too far behind: 16,384 events, or 16 for each
   * participant of the largest call so far, if that is more.
   */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  /** The participants of the call now, without ourselves. */
  readonly participants: Effect.Effect<ReadonlyArray<RemoteParticipant>>
  /**
   * The events about participants: first a `ParticipantJoined` for everyone who is there, then every change. Ends and
   * fails as `events` does. Applied to each other, they give `participants`, but for the audio levels.
   */
  readonly participantChanges: Stream.Stream<ParticipantEvent, EdgeError | LaggedError>
  /**
   * The levels of all participants now, then those that the SFU reports as changed: in Stream's SFU several times a second.
   * A slow consumer loses the oldest. Ends with the call.
   */
  readonly audioLevels: Stream.Stream<ReadonlyArray<AudioLevel>>
  /**
   * Waits for a participant that the filter selects, also because of a change. Returns at once if there is one. Fails with
   * `WaitError` at the deadline and when the call ends, and otherwise as `events` does.
   */
  waitForParticipant(
    filter: ParticipantFilter,
    options?: WaitOptions
  ): Effect.Effect<RemoteParticipant, WaitError | EdgeError | LaggedError>
  /**
   * Runs the body for each participant that the filter selects, in a scope of its own, from when the filter first selects it
   * until it leaves: over mutes, republications and reconnections of the edge. Otherwise as `forEachTrack`.
   */
  forEachParticipant<A, E, R, const F extends OnFailure<E> = "log">(
    filter: ParticipantFilter,
    body: (participant: RemoteParticipant) => Effect.Effect<A, E, R>,
    options?: ForEachOptions<F>
  ): Effect.Effect<void, FailureOf<E, F> | EdgeError | LaggedError, Exclude<R, Scope.Scope>>
  /** The tracks that are added now, then each one that is added. Ends and fails as `events` does. */
  tracks(filter?: TrackFilter): Stream.Stream<RemoteTrack, EdgeError | LaggedError>
  /**
   * Waits for a track that the filter selects. Returns at once if there is one. Fails with `WaitError` at the deadline and
   * when the call ends, and otherwise as `events` does.
   */
  waitForTrack(
    filter: TrackFilter,
    options?: WaitOptions
  ): Effect.Effect<RemoteTrack, WaitError | EdgeError | LaggedError>
  /**
   * Runs the body for each track that the filter selects, in a scope of its own, from `TrackAdded` to `TrackRemoved`. Begins
   * with the present tracks. A body is interrupted when its track is removed: by a mute, an unpublish, a leave, a
   * reconnection, or because the m-line has another owner. A track that is added again gets another body, after the scope of
   * the former one has closed: at most one body of a key runs at a time.
   *
   * Returns after the call has ended and every body has ended. Fails as `events` does. `onFailure` decides what the failure
   * of a body means; by default it is logged with the key, and the other bodies run on.
   */
  forEachTrack<A, E, R, const F extends OnFailure<E> = "log">(
    filter: TrackFilter,
    body: (track: RemoteTrack) => Effect.Effect<A, E, R>,
    options?: ForEachOptions<F>
  ): Effect.Effect<void, FailureOf<E, F> | EdgeError | LaggedError, Exclude<R, Scope.Scope>>
  /**
   * Waits until no other user has been in the call for this time without a break, and returns since when, in milliseconds of
   * the `Clock`. Returns at once if it is so already. Other sessions of our own user do not count. Default: 0.
   */
  idleSince(duration?: Duration.Input): Effect.Effect<number>
  /**
   * The current connection state, then every change. Ends after `Left`. A consumer that is more than 1,024 changes behind
   * loses the oldest.
   */
  readonly states: Stream.Stream<EdgeState>
  /**
   * The packets of a track from now on, until its `TrackRemoved`; the first subscription may also receive packets of up
   * to a second before. Empty before `TrackAdded` and after `TrackRemoved`: a
   * track that is added again under the same id has another stream. `RemoteMediaSection.rtp` says what each consumer is promised:
   * order, no duplicates, a bounded delay, and counted drops. At `TrackRemoved` a consumer loses those that it has not taken.
   */
  rtp(trackId: TrackId): Stream.Stream<RtpPacket>
  /**
   * Requests a key frame from the sender of a video track: a decoder that begins in the middle of a stream needs one.
   * If the connection is not connected yet, the request is sent when it connects. A no-op for a track that is not added.
   */
  requestKeyFrame(trackId: TrackId): Effect.Effect<void>
  /**
   * Replaces the policy of what to receive, and asks the new one for every publication at once. A track that is no longer
   * wanted is removed with the reason `Unsubscribed`, also if the SFU sends it unasked. The SFU is told in the background: it
   * has been asked for exactly the wanted publications when it has answered the last request.
   */
  subscribe(policy: SubscriptionPolicy): Effect.Effect<void>
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
   * @stability stable
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
   * @stability stable
   * @since 0.1.0
   */
  static readonly layerNoDeps = (
    options?: StreamEdgeOptions
  ): Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory | TrackResolver> =>
    Layer.effect(StreamEdge, make(options))
}

const checkOptions = (options: StreamEdgeOptions | undefined): void => {
  const { backOff, sessionId, sessionIdPrefix, subscribe, videoDimension } = options === undefined
    ? {}
    : args.object("options", options)
  Arguments.optional(args.nonEmpty)("sessionId", sessionId)
  Arguments.optional(args.nonEmpty)("sessionIdPrefix", sessionIdPrefix)
  Arguments.optional(args.callback)("subscribe", subscribe)
  Arguments.optional(args.size)("videoDimension", videoDimension)
  Arguments.optional(args.object)("backOff", backOff)
}

const checkFilter = <F extends ParticipantFilter | TrackFilter>(filter: F): F =>
  typeof filter === "function" ? filter : args.object("filter", filter)

const timeoutOf = (options: WaitOptions | undefined): Duration.Duration =>
  args.duration("timeout", options?.timeout ?? Duration.infinity)

/** `F` is `"log"` if the options leave the policy out. */
const onFailureOf = <F>(options: ForEachOptions<F> | undefined): F => {
  const onFailure: unknown = options?.onFailure ?? "log"
  if (!Schedule.isSchedule(onFailure)) args.choice("onFailure", ["log", "fail"], onFailure as string)
  return onFailure as F
}

/** Without pauses, attempts that fail at once would be repeated thousands of times a second. */
const backOffOf = (options: StreamEdgeOptions["backOff"]) => {
  const base = Duration.toMillis(args.duration("backOff.base", options?.base ?? "2 seconds"))
  const cap = Duration.toMillis(args.positiveDuration("backOff.cap", options?.cap ?? "5 seconds"))
  if (base === 0 || base === Infinity) {
    throw Arguments.error("StreamEdge", "backOff.base", "a finite duration of more than zero", options?.base)
  }
  return { base, cap }
}

const make = Effect.fnUntraced(function*(options: StreamEdgeOptions | undefined) {
  const sfuClient = yield* SfuClient
  const factory = yield* PeerConnectionFactory
  const resolver = yield* TrackResolver
  checkOptions(options)
  const newSessionId = Effect.sync(() => `${options?.sessionIdPrefix ?? ""}${crypto.randomUUID()}`)
  const unifiedSessionId = options?.sessionId ?? (yield* newSessionId)
  const maxReconnects = args.count("maxReconnects", options?.maxReconnects ?? 10)
  const maxOutage = Duration.toMillis(args.duration("maxOutage", options?.maxOutage ?? "5 minutes"))
  const backOff = backOffOf(options?.backOff)
  const genericSdps = yield* factory.genericSdps
  const callState = yield* CallState.make({
    resolver,
    unifiedSessionId,
    policy: options?.subscribe ?? (() => true),
    dimension: options?.videoDimension ?? { width: 1280, height: 720 },
    timeout: options?.timeout === undefined ? undefined : args.duration("timeout", options.timeout)
  })
  const state = yield* ConnectionState.make
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
      mayReconnect: maxReconnects > 0,
      backOff
    },
    limits: { maxReconnects, maxOutage },
    state,
    newSessionId,
    scope: connections
  })

  const end = (ending: Ending) => Effect.andThen(callState.end(ending), state.set({ _tag: "Left" }))
  yield* Effect.addFinalizer(() => end(undefined))
  yield* run.pipe(
    Effect.exit,
    Effect.flatMap((exit) => end(Exit.isSuccess(exit) ? exit.value : exit.cause)),
    Effect.andThen(Scope.close(connections, Exit.void)),
    Effect.forkScoped
  )

  return StreamEdge.of({
    events: callState.events,
    participants: Effect.sync(callState.participants),
    participantChanges: Presence.changes(callState.events),
    audioLevels: callState.audioLevels,
    waitForParticipant: (filter, options) =>
      Effect.suspend(() => Following.waitForParticipant(callState, checkFilter(filter), timeoutOf(options))),
    forEachParticipant: (filter, body, options) =>
      Effect.suspend(() =>
        Following.forEachParticipant(callState, checkFilter(filter), args.callback("body", body), onFailureOf(options))
      ),
    tracks: (filter = {}) => Stream.suspend(() => Following.tracks(callState, checkFilter(filter))),
    waitForTrack: (filter, options) =>
      Effect.suspend(() => Following.waitForTrack(callState, checkFilter(filter), timeoutOf(options))),
    forEachTrack: (filter, body, options) =>
      Effect.suspend(() =>
        Following.forEachTrack(callState, checkFilter(filter), args.callback("body", body), onFailureOf(options))
      ),
    idleSince: (duration = 0) =>
      Effect.suspend(() => Presence.awaitIdle(callState.idleSince, args.duration("duration", duration))),
    states: state.states,
    rtp: (trackId) => Stream.suspend(() => callState.rtp(args.trackId(trackId))),
    requestKeyFrame: (trackId) => Effect.suspend(() => callState.requestKeyFrame(args.trackId(trackId))),
    subscribe: (policy) => Effect.suspend(() => callState.setPolicy(args.callback("policy", policy))),
    publish: (request) => Effect.suspend(() => publishing.publish(PublishRequests.check(request)))
  })
})
