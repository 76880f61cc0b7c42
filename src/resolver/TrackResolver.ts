/**
 * Pairs the tracks that WebRTC reports with the publications that the signalling reports, at once and by evidence.
 *
 * `Correlation` decides; this service adds the clock and the waiting. A `Ref` holds the one state, and `atomically` in
 * `Runtime` changes it. `Waiting` has the rest: a `Deferred` for each waiting key, a semaphore for each key, a scope for each
 * participant and `Effect.timeout` for each call. Nothing is polled. A resolve whose answer is known needs none of these.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Arguments from "../internal/Arguments.ts"
import type { LaggedError } from "../LaggedError.ts"
import type { Binding, BindingChange, IncomingTrack, Participant, TrackId, TrackKey } from "../Track.ts"
import { formatTrackId } from "../Track.ts"
import * as Correlation from "./Correlation.ts"
import type { ResolveError } from "./ResolveError.ts"
import type { Runtime } from "./Runtime.ts"
import * as Runtimes from "./Runtime.ts"
import { atomically } from "./Runtime.ts"
import * as Waiting from "./Waiting.ts"

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface TrackResolverOptions {
  /**
   * The deadline of a resolve. It counts from the call, so it includes queueing. 0 checks once and does not wait,
   * `Infinity` waits without a deadline. Default 10 seconds.
   */
  readonly timeout?: Duration.Input | undefined
  /**
   * How long a track stays pending, and how long the tracks of a participant who left can be inherited. Default
   * 60 seconds.
   */
  readonly pendingTimeToLive?: Duration.Input | undefined
  /** How many tracks are pending at most. The longest pending one is evicted first. Default 10,000. */
  readonly pendingCapacity?: number | undefined
  /**
   * Whether a session inherits a track from another session of the same user. `takeOver`: at the first call of a key,
   * from any session; this cannot distinguish a second device from a reconnection. `afterLeave`: only from sessions
   * that left. `never`. Default `takeOver`.
   */
  readonly sessionMigration?: "takeOver" | "afterLeave" | "never" | undefined
  /**
   * How to handle a track that names no participant. `unique`: it is bound to the only waiting key that it fits, if no
   * other such track fits that key. `never`: it is not bound. Default `unique`.
   */
  readonly anonymousTracks?: "unique" | "never" | undefined
}

/**
 * The content of a resolver, as plain values.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Snapshot extends Correlation.Snapshot {}

/**
 * The sizes of everything that a resolver keeps. All are zero when every participant has left and the time to live has
 * passed.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Sizes extends Correlation.Counts {
  /** Semaphores: one for each key with a resolve in flight. */
  readonly locks: number
  /** Scopes: one for each participant with a resolve in flight. */
  readonly scopes: number
  /** Deadlines that run, and the one timer for the next track that expires. */
  readonly timers: number
  /** Resolves in flight. Each waits in a fiber of its participant's scope. */
  readonly fibers: number
}

/**
 * Resolves the track of a publication.
 *
 * A wrong argument is a defect: the effect dies, and the resolver stays as it was.
 *
 * @example
 * ```ts
 * import { TrackResolver } from "effect-track-resolver"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const resolver = yield* TrackResolver
 *   yield* resolver.register({ trackId: "t1", kind: "video" })
 *   return yield* resolver.resolve({ userId: "alice", sessionId: "s1", trackType: "Video" })
 * }).pipe(Effect.provide(TrackResolver.layer()))
 * ```
 *
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class TrackResolver extends Context.Service<TrackResolver, {
  /**
   * WebRTC reported a track. A known track id adds evidence to its track: an absent field keeps the known value, a
   * different field replaces it. A known track id with another kind is a defect.
   */
  register(track: IncomingTrack): Effect.Effect<void>
  /**
   * The SFU reported a publication. Returns the id of its track, or fails with the reason why there is no track.
   *
   * An interrupted resolve yields after it has released everything, so any number of callers can interrupt one another
   * with `interruptUnsafe`. A chain of finalizers each of which awaits `Fiber.interrupt` of the next fiber ends inside one
   * another, as all of Effect's fibers do: more than about 1,000 in one chain overflow the stack, and fibers are lost.
   */
  resolve(
    key: TrackKey,
    options?: { readonly timeout?: Duration.Input | undefined }
  ): Effect.Effect<TrackId, ResolveError>
  /**
   * The SFU reported that a publication ended. Returns the id of its track, once for each publication. Ends every
   * earlier resolve of the key.
   */
  unpublish(key: TrackKey): Effect.Effect<Option.Option<TrackId>>
  /**
   * The participant left. When this returns, every earlier resolve of the participant has ended.
   *
   * Effect runs the callers that end inside the call that ends them, until each first waits or has run 2,048 operations.
   * Therefore a failure handler that neither waits nor ends delays `cancel` for that long. A loop in `Effect.gen` that
   * yields only completed effects (`Effect.void`, `Effect.exit(Effect.fail(error))`) is no operation of Effect's, never
   * ends its turn, and blocks the process.
   */
  cancel(participant: Participant): Effect.Effect<void>
  /** The track ended, or its m-line has a new owner. Returns the key that the track was bound to. */
  retire(trackId: TrackId): Effect.Effect<Option.Option<TrackKey>>
  /** The binding of a key. Takes constant time. */
  binding(key: TrackKey): Effect.Effect<Option.Option<Binding>>
  /** Every change of the bindings. A new subscriber first receives the present bindings. */
  readonly changes: Stream.Stream<BindingChange, LaggedError>
  /** Takes time proportional to the content. */
  readonly snapshot: Effect.Effect<Snapshot>
  /** Takes constant time. */
  readonly sizes: Effect.Effect<Sizes>
}>()("effect-track-resolver/TrackResolver") {
  /**
   * A new resolver. Use it instead of `layer` if an application has several calls: a layer is shared by everything that
   * provides it.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly make = (
    options?: TrackResolverOptions
  ): Effect.Effect<TrackResolver["Service"], never, Scope.Scope> => make(options)

  /**
   * A resolver that lives as long as the layer. Closing the layer interrupts the resolves in flight and ends every timer,
   * scope and stream.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layer = (options?: TrackResolverOptions): Layer.Layer<TrackResolver> =>
    Layer.effect(TrackResolver, TrackResolver.make(options))

  /**
   * The same with options from `Config`.
   *
   * @stability stable
   * @since 0.1.0
   */
  static readonly layerConfig = (
    options: Config.Wrap<TrackResolverOptions>
  ): Layer.Layer<TrackResolver, Config.ConfigError> =>
    Layer.effect(TrackResolver, Effect.flatMap(Config.unwrap(options), TrackResolver.make))
}

const args = Arguments.forService("TrackResolver")

const toPolicy = (options: TrackResolverOptions | undefined): Correlation.Policy => ({
  timeToLive: Duration.toMillis(args.duration("pendingTimeToLive", options?.pendingTimeToLive ?? "60 seconds")),
  capacity: args.capacity("pendingCapacity", options?.pendingCapacity ?? 10_000),
  sessionMigration: args.choice(
    "sessionMigration",
    ["takeOver", "afterLeave", "never"],
    options?.sessionMigration ?? "takeOver"
  ),
  anonymousTracks: args.choice("anonymousTracks", ["unique", "never"], options?.anonymousTracks ?? "unique")
})

const make = Effect.fnUntraced(function*(options: TrackResolverOptions | undefined) {
  const defaultTimeout = args.duration("timeout", options?.timeout ?? "10 seconds")
  const runtime = yield* Runtimes.make(toPolicy(options))
  const { state } = runtime
  const current = Effect.andThen(Runtimes.expire(runtime), Ref.get(state))

  return TrackResolver.of({
    register: (track) => register(runtime, track),
    resolve: (key, options) =>
      resolve(
        runtime,
        key,
        () => options?.timeout === undefined ? defaultTimeout : args.duration("timeout", options.timeout)
      ),
    unpublish: (key) => atomically(runtime, (apply) => apply({ _tag: "Unpublish", key: args.key(key) }), toOption),
    cancel: (participant) => cancel(runtime, participant),
    retire: (trackId) =>
      atomically(runtime, (apply) => apply({ _tag: "Retire", trackId: args.trackId(trackId) }), toOption),
    binding: (key) =>
      Effect.suspend(() => {
        const checked = args.key(key)
        return Effect.map(Ref.get(state), (state) => Option.fromUndefinedOr(Correlation.binding(state, checked)))
      }),
    changes: runtime.changes.stream,
    snapshot: Effect.map(current, Correlation.snapshot),
    sizes: Effect.map(current, (state) => sizes(runtime, state))
  })
})

const toOption = <A>(value: A | undefined): Effect.Effect<Option.Option<A>> =>
  Effect.succeed(Option.fromUndefinedOr(value))

const register = (runtime: Runtime, track: IncomingTrack): Effect.Effect<void> =>
  atomically(
    runtime,
    (apply) => {
      const checked = args.track(track)
      if (apply({ _tag: "Register", track: checked })) return
      const expected = `that of the earlier registration of ${formatTrackId(checked.trackId)}`
      throw Arguments.error("TrackResolver", "kind", expected, checked.kind)
    },
    () => Effect.void
  )

/** A known answer returns at once; otherwise the caller waits, and `settle` releases what the waiting acquired. */
const resolve = (
  runtime: Runtime,
  key: TrackKey,
  timeout: () => Duration.Duration
): Effect.Effect<TrackId, ResolveError> =>
  Effect.uninterruptibleMask((restore) =>
    atomically(
      runtime,
      (apply) => {
        const checked = args.key(key)
        const deadline = timeout()
        const reply = apply({ _tag: "Resolve", key: checked })
        return reply._tag === "Answered" ? reply : Waiting.enqueue(runtime, apply, checked, reply.generation, deadline)
      },
      (reply) => {
        if (reply === undefined) return Effect.interrupt
        if ("trackId" in reply) return Effect.succeed(reply.trackId)
        return Effect.matchCauseEffect(restore(Waiting.wait(runtime, reply)), {
          onFailure: (cause) => Waiting.settle(runtime, reply, Exit.failCause(cause)),
          onSuccess: (trackId) => Waiting.settle(runtime, reply, Exit.succeed(trackId))
        })
      }
    )
  )

/**
 * Detaches the scope before closing it: a caller that the close wakes and that resolves again gets a new scope. Yields
 * before the close, because the close runs the callers that it ends, and these may cancel the next participant.
 */
const cancel = (runtime: Runtime, participant: Participant): Effect.Effect<void> =>
  Effect.uninterruptible(atomically(
    runtime,
    (apply) => {
      const checked = args.participant(participant)
      apply({ _tag: "Cancel", participant: checked })
      return runtime.resolves.detach(checked)
    },
    (detached) =>
      detached === undefined ? Effect.void : Effect.yieldNow.pipe(
        Effect.andThen(Scope.close(detached.scope, Exit.void)),
        Effect.andThen(Deferred.await(detached.allEnded))
      )
  ))

const sizes = (
  { deadlines, expiryTimer, fibers, resolves }: Runtime,
  state: Correlation.State
): Sizes => ({
  ...Correlation.counts(state),
  ...resolves.sizes,
  timers: deadlines + (expiryTimer.isSet() ? 1 : 0),
  fibers
})
