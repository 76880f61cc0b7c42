/**
 * Pairs the tracks that WebRTC tells of with the publications that the signalling tells of, at once and by evidence.
 *
 * The heart with a clock. `Correlation` decides; here is the waiting: a `Ref` that holds the one state, a `Deferred` for
 * each key that waits, a semaphore for each key, a scope for each participant, `Effect.timeout` for each call. Nothing is
 * polled, and nothing of these is made for an answer that is already known.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type * as Stream from "effect/Stream"
import * as Arguments from "../internal/Arguments.ts"
import * as Fanout from "../internal/Fanout.ts"
import type { LaggedError } from "../LaggedError.ts"
import type { Binding, BindingChange, IncomingTrack, Participant, TrackId, TrackKey } from "../Track.ts"
import { formatParticipant, formatTrackId, formatTrackKey } from "../Track.ts"
import * as Correlation from "./Correlation.ts"
import * as Outbox from "./internal/CompletionQueue.ts"
import * as Alarm from "./internal/ExpiryTimer.ts"
import * as Leases from "./internal/RefCountedMap.ts"
import type { ResolveError } from "./ResolveError.ts"
import { ParticipantLeftError, TrackTimeoutError, TrackUnpublishedError } from "./ResolveError.ts"
import * as Trace from "./Trace.ts"

/**
 * The choices a resolver is made with.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackResolverOptions {
  /** A resolve's deadline, from its call, queueing included. 0 looks once, `Infinity` never ends. Default 10 seconds. */
  readonly timeout?: Duration.Input | undefined
  /** How long an unclaimed track is kept, and how long what a leaver had can be inherited. Default 60 seconds. */
  readonly pendingTimeToLive?: Duration.Input | undefined
  /** How many unclaimed tracks are kept at the most; the one longest pending goes first. Default 10,000. */
  readonly pendingCapacity?: number | undefined
  /**
   * Whether a session takes the track of another session of the same user: at a key's first call from any
   * (`takeOver`, which cannot tell a second device from a reconnection), only from those that left (`afterLeave`), or
   * `never`. Default `takeOver`.
   */
  readonly sessionMigration?: "takeOver" | "afterLeave" | "never" | undefined
  /**
   * Whether a track that names nobody is given to the only key that waits for its like, if it is the only such track
   * (`unique`), or `never`. Default `unique`.
   */
  readonly anonymousTracks?: "unique" | "never" | undefined
}

/**
 * Right now, as plain values.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot extends Correlation.Snapshot {}

/**
 * How much of everything there is. All zero once everybody has left and the time to live has passed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sizes extends Correlation.Counts {
  /** Semaphores: one for each key with a resolve in flight. */
  readonly locks: number
  /** Scopes: one for each participant with a resolve in flight. */
  readonly scopes: number
  /** Deadlines that run, and the one timer for whatever expires. */
  readonly timers: number
  /** Resolves in flight, each in a fiber of its participant's scope. */
  readonly fibers: number
}

/**
 * Answers whose track is which.
 *
 * @example
 * ```ts
 * import { Effect } from "effect"
 * import { TrackResolver } from "effect-track-resolver"
 *
 * const program = Effect.gen(function*() {
 *   const resolver = yield* TrackResolver
 *   yield* resolver.register({ trackId: "t1", kind: "video" })
 *   return yield* resolver.resolve({ userId: "alice", sessionId: "s1", trackType: "Video" })
 * }).pipe(Effect.provide(TrackResolver.layer()))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class TrackResolver extends Context.Service<TrackResolver, {
  /**
   * WebRTC told of a track. Again with the same id: more evidence about the same track. What is left out erases nothing,
   * what is different replaces.
   */
  register(track: IncomingTrack): Effect.Effect<void>
  /** The SFU told of a publication: the id of its track, or the one reason why not. */
  resolve(
    key: TrackKey,
    options?: { readonly timeout?: Duration.Input | undefined }
  ): Effect.Effect<TrackId, ResolveError>
  /** The SFU took a publication back. Its track id, once for each publication. Resolves called before it end. */
  unpublish(key: TrackKey): Effect.Effect<Option.Option<TrackId>>
  /** The participant left. Their resolves have ended when this returns. */
  cancel(participant: Participant): Effect.Effect<void>
  /** The track ended or changed hands. The key that it was bound to. */
  retire(trackId: TrackId): Effect.Effect<Option.Option<TrackKey>>
  /** What a key is bound to, and by which evidence. Costs the same however much there is. */
  binding(key: TrackKey): Effect.Effect<Option.Option<Binding>>
  /** Every change of what is bound to what. A new subscriber hears the standing bindings first. */
  readonly changes: Stream.Stream<BindingChange, LaggedError>
  /** All there is. Costs as much as there is. */
  readonly snapshot: Effect.Effect<Snapshot>
  /** How much there is. Costs nothing. */
  readonly sizes: Effect.Effect<Sizes>
}>()("effect-track-resolver/TrackResolver") {
  /**
   * One resolver for each call, where a layer is shared by all who provide it.
   *
   * @since 0.1.0
   */
  static readonly make = (
    options?: TrackResolverOptions
  ): Effect.Effect<TrackResolver["Service"], never, Scope.Scope> => make(options)

  /**
   * A resolver that lives as long as the layer. Closing it interrupts the resolves in flight and ends every timer, scope
   * and stream.
   *
   * @since 0.1.0
   */
  static readonly layer = (options?: TrackResolverOptions): Layer.Layer<TrackResolver> =>
    Layer.effect(TrackResolver, TrackResolver.make(options))

  /**
   * The same with options from `Config`.
   *
   * @since 0.1.0
   */
  static readonly layerConfig = (
    options: Config.Wrap<TrackResolverOptions>
  ): Layer.Layer<TrackResolver, Config.ConfigError> =>
    Layer.effect(TrackResolver, Effect.flatMap(Config.unwrap(options), TrackResolver.make))
}

// --- Behind it --------------------------------------------------------------------------------------------------------

type Obey = <C extends Correlation.Command>(command: C) => Correlation.Replies[C["_tag"]]

/** A participant with resolves in flight. */
interface Home {
  /** Closed by `cancel`, and with it ends every fiber that waits for a track of theirs. */
  readonly scope: Scope.Closeable
  /** Completed, once they have left, by the last resolve that was in flight. */
  readonly settled: Deferred.Deferred<void>
  left: boolean
}

/** A key with resolves in flight. */
interface Lock {
  readonly semaphore: Semaphore.Semaphore
  /** The tickets of those that an unpublish has ended. Whoever else is overtaken has left. */
  readonly unpublished: Set<number>
}

/** One call of `resolve` that was not answered at once. */
interface Caller {
  readonly key: TrackKey
  readonly ticket: number
  readonly home: Leases.Lease<Home>
  readonly lock: Leases.Lease<Lock>
  readonly timeout: Duration.Duration
  /** However it ends, unless by interruption. */
  readonly answer: Deferred.Deferred<TrackId, ResolveError>
  /** Queued for the permit; holding it; or ended, by a step that also decided its answer. */
  phase: "Queued" | "Claimed" | "Ended"
}

const args = Arguments.forService("TrackResolver")

const anotherKind = ({ kind, trackId }: IncomingTrack): TypeError =>
  Arguments.error("TrackResolver", "kind", `that of the earlier registration of ${formatTrackId(trackId)}`, kind)

const make = Effect.fnUntraced(function*(options: TrackResolverOptions | undefined) {
  const defaultTimeout = args.duration("timeout", options?.timeout ?? "10 seconds")
  const policy: Correlation.Policy = {
    timeToLive: Duration.toMillis(args.duration("pendingTimeToLive", options?.pendingTimeToLive ?? "60 seconds")),
    capacity: args.count("pendingCapacity", options?.pendingCapacity ?? 10_000),
    sessionMigration: args.choice(
      "sessionMigration",
      ["takeOver", "afterLeave", "never"],
      options?.sessionMigration ?? "takeOver"
    ),
    anonymousTracks: args.choice("anonymousTracks", ["unique", "never"], options?.anonymousTracks ?? "unique")
  }

  const recorder = yield* Trace.Recorder
  const trace = recorder === undefined ? undefined : yield* recorder.open(policy)
  const state = yield* Ref.make(Correlation.empty(policy))
  const homes = Leases.make((): Home => ({ scope: Scope.makeUnsafe(), settled: Deferred.makeUnsafe(), left: false }))
  const locks = Leases.make((): Lock => ({ semaphore: Semaphore.makeUnsafe(1), unpublished: new Set() }))
  /** For each key the caller that holds its permit and waits. */
  const claimed = new Map<string, Caller>()
  const outbox = Outbox.make()
  const feed = Fanout.failOnLag<BindingChange>(() =>
    Correlation.snapshot(Ref.getUnsafe(state)).bound.map((binding) => ({ _tag: "Bound", binding }))
  )
  const alarm = yield* Alarm.make(Effect.suspend(() => expire))
  let deadlines = 0
  let fibers = 0
  let closed = false

  // --- Assign, then tell ----------------------------------------------------------------------------------------------

  /**
   * One synchronous change, in which nobody else comes between: `body` looks at how things stand and has commands obeyed.
   * Whoever is answered by them is woken after the state is assigned: a waiter runs inside the call that wakes it, and
   * may well command again. If `body` throws, nothing has happened. Once the resolver is closed nothing ever does.
   */
  const atomically = <A>(body: (obey: Obey) => A): Effect.Effect<A | undefined> =>
    Effect.uninterruptible(Clock.clockWith((clock) => {
      const lines: Array<string> = []
      const assigned = Ref.modify(state, (before): [A | undefined, Correlation.Correlation] => {
        if (closed) return [undefined, before]
        let after = before
        const obeyed: Array<Trace.Entry> | undefined = trace === undefined ? undefined : []
        const result = body((command) => {
          const at = clock.currentTimeMillisUnsafe()
          const { outcomes, reply, state } = Correlation.step(after, command, at)
          // Whoever asks how things stand expires what is due; mostly nothing is, and that decides nothing.
          if (command._tag !== "Expire" || state !== after) obeyed?.push({ at, command })
          after = state
          for (const outcome of outcomes) record(outcome, lines)
          return reply
        })
        if (trace !== undefined) obeyed?.forEach(trace)
        return [result, after]
      })
      return Effect.flatMap(assigned, (result) => {
        if (!closed) alarm.set(Correlation.nextExpiry(Ref.getUnsafe(state)))
        outbox.deliver()
        return lines.length === 0
          ? Effect.succeed(result)
          : Effect.as(Effect.forEach(lines, (line) => Effect.logDebug(line), { discard: true }), result)
      })
    }))

  const record = (outcome: Correlation.Outcome, lines: Array<string>): void => {
    switch (outcome._tag) {
      case "Bound":
      case "Unbound": {
        feed.publish(outcome)
        break
      }
      case "Resolved": {
        const holder = claimed.get(Correlation.idOf(outcome.key))
        if (holder !== undefined) end(holder, Exit.succeed(outcome.trackId))
        break
      }
      case "Unpublished": {
        const { callers, key, ticket } = outcome
        lines.push(`${formatTrackKey(key)} unpublished; resolves ended: ${callers}`)
        locks.get(Correlation.idOf(key))?.unpublished.add(ticket)
        const holder = claimed.get(Correlation.idOf(key))
        if (holder?.ticket === ticket) end(holder, Exit.fail(overtaken(holder)))
        break
      }
      case "Left": {
        const { callers, participant, pending } = outcome
        if (callers + pending > 0) {
          const name = formatParticipant(participant)
          lines.push(`${name} left; resolves ended: ${callers}, pending tracks gone: ${pending}`)
        }
        break
      }
      case "Expired":
      case "Evicted": {
        lines.push(`track ${formatTrackId(outcome.trackId)} ${outcome._tag.toLowerCase()} unclaimed`)
        break
      }
    }
  }

  const end = (caller: Caller, exit: Exit.Exit<TrackId, ResolveError>): void => {
    if (caller.phase === "Claimed") claimed.delete(caller.lock.key)
    caller.phase = "Ended"
    outbox.add(caller.answer, exit)
  }

  // --- Waiting --------------------------------------------------------------------------------------------------------

  const resolve = (key: TrackKey, options?: { readonly timeout?: Duration.Input | undefined }) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        atomically((obey) => {
          const asked = args.key(key)
          const timeout = options?.timeout === undefined
            ? defaultTimeout
            : args.duration("timeout", options.timeout)
          const reply = obey({ _tag: "Resolve", key: asked })
          return reply._tag === "Answered" ? reply : enlist(asked, reply.ticket, timeout)
        }),
        (known) =>
          known === undefined
            ? Effect.interrupt
            : "trackId" in known
            ? Effect.succeed(known.trackId)
            : Effect.flatMap(Effect.exit(restore(within(known))), (exit) => settle(known, exit))
      )
    )

  const enlist = (key: TrackKey, ticket: number, timeout: Duration.Duration): Caller => ({
    key,
    ticket,
    timeout,
    home: homes.acquire(Correlation.participantIdOf(key)),
    lock: locks.acquire(Correlation.idOf(key)),
    answer: Deferred.makeUnsafe(),
    phase: "Queued"
  })

  /** The deadline counts from the call: it goes round the queueing and the waiting. */
  const within = (caller: Caller): Effect.Effect<TrackId, ResolveError> => {
    if (Duration.isZero(caller.timeout)) return giveUp(caller)
    fibers++
    if (Duration.isFinite(caller.timeout)) deadlines++
    return Effect.timeoutOrElse(inHome(caller), { duration: caller.timeout, orElse: () => giveUp(caller) })
  }

  /** In a fiber of its participant's scope: the one that `timeout` makes anyway. */
  const inHome = (caller: Caller): Effect.Effect<TrackId, ResolveError> =>
    Effect.withFiber((fiber) => {
      Fiber.runIn(fiber, caller.home.value.scope)
      return caller.lock.value.semaphore.withPermit(turn(caller))
    })

  /** The caller holds its key's permit. Should it have to go, it gives its claim back before the permit. */
  const turn = (caller: Caller): Effect.Effect<TrackId, ResolveError> =>
    Effect.onInterrupt(Effect.andThen(claim(caller), Deferred.await(caller.answer)), () => lookOnceMore(caller))

  const claim = (caller: Caller) =>
    atomically((obey) => {
      const reply = obey({ _tag: "Claim", key: caller.key, ticket: caller.ticket })
      if (reply._tag !== "Waiting") return end(caller, exitOf(caller, reply))
      caller.phase = "Claimed"
      claimed.set(caller.lock.key, caller)
    })

  /** Only a resolver that was closed in the meantime leaves the caller without an answer. */
  const giveUp = (caller: Caller): Effect.Effect<TrackId, ResolveError> =>
    Effect.flatMap(
      lookOnceMore(caller),
      () => caller.phase === "Ended" ? Deferred.await(caller.answer) : Effect.interrupt
    )

  /** Law 2: whoever ends unanswered looks once more. Nothing, if a step has ended the caller already. */
  const lookOnceMore = (caller: Caller) =>
    atomically((obey) => {
      const { key, phase, ticket } = caller
      if (phase === "Ended") return
      end(caller, exitOf(caller, obey({ _tag: "GiveUp", key, ticket, claimed: phase === "Claimed" })))
    })

  const exitOf = (caller: Caller, reply: Correlation.Replies["GiveUp"]): Exit.Exit<TrackId, ResolveError> => {
    switch (reply._tag) {
      case "Answered":
        return Exit.succeed(reply.trackId)
      case "Overtaken":
        return Exit.fail(overtaken(caller))
      case "Unanswered": {
        const { key, timeout } = caller
        const { candidates, omitted } = reply
        return Exit.fail(new TrackTimeoutError({ key, timeout, candidates, omitted }))
      }
    }
  }

  /** Which of the two has ended the caller: an unpublish, or a leave. */
  const overtaken = ({ key, lock, ticket }: Caller): ResolveError =>
    lock.value.unpublished.has(ticket)
      ? new TrackUnpublishedError({ key })
      : new ParticipantLeftError({ participant: { userId: key.userId, sessionId: key.sessionId } })

  /** Gives back whatever the caller had, and says how it ended: a closed scope shows itself as an interruption. */
  const settle = (caller: Caller, exit: Exit.Exit<TrackId, ResolveError>): Effect.Effect<TrackId, ResolveError> =>
    Effect.andThen(
      lookOnceMore(caller),
      Effect.suspend(() => {
        const { home, lock, timeout } = caller
        if (!Duration.isZero(timeout)) {
          fibers--
          if (Duration.isFinite(timeout)) deadlines--
        }
        locks.release(lock)
        if (homes.release(home)) outbox.add(home.value.settled, Exit.void)
        outbox.deliver()
        return Exit.isFailure(exit) && home.value.left && Cause.hasInterruptsOnly(exit.cause)
          ? Effect.fail(overtaken(caller))
          : exit
      })
    )

  // --- The rest -------------------------------------------------------------------------------------------------------

  const register = (track: IncomingTrack) =>
    Effect.asVoid(atomically((obey) => {
      const said = args.track(track)
      if (!obey({ _tag: "Register", track: said })) throw anotherKind(said)
    }))

  const unpublish = (key: TrackKey) =>
    Effect.map(
      atomically((obey) => obey({ _tag: "Unpublish", key: args.key(key) })),
      Option.fromUndefinedOr
    )

  const retire = (trackId: TrackId) =>
    Effect.map(
      atomically((obey) => obey({ _tag: "Retire", trackId: args.trackId(trackId) })),
      Option.fromUndefinedOr
    )

  /**
   * The scope is out of reach before it closes, so that whoever is woken meanwhile and resolves again starts a new life;
   * and it closes on a fresh stack, because closing runs the callers that it ends, and they may cancel the next.
   */
  const cancel = (participant: Participant) =>
    Effect.uninterruptible(Effect.flatMap(
      atomically((obey) => {
        const leaver = args.participant(participant)
        obey({ _tag: "Cancel", participant: leaver })
        const home = homes.detach(Correlation.participantIdOf(leaver))
        if (home !== undefined) home.left = true
        return home
      }),
      (home) =>
        home === undefined ? Effect.void : Effect.yieldNow.pipe(
          Effect.andThen(Scope.close(home.scope, Exit.void)),
          Effect.andThen(Deferred.await(home.settled))
        )
    ))

  const expire = Effect.asVoid(atomically((obey) => obey({ _tag: "Expire" })))

  const expired = Effect.andThen(expire, Ref.get(state))

  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      closed = true
      alarm.set(Infinity)
      feed.end()
      return Effect.andThen(
        Ref.set(state, Correlation.empty(policy)),
        Effect.forEach(homes.values(), ({ scope }) => Scope.close(scope, Exit.void), { discard: true })
      )
    })
  )

  return TrackResolver.of({
    register,
    resolve,
    unpublish,
    cancel,
    retire,
    binding: (key) =>
      Effect.suspend(() => {
        const asked = args.key(key)
        return Effect.map(Ref.get(state), (state) => Option.fromUndefinedOr(Correlation.binding(state, asked)))
      }),
    changes: feed.stream,
    snapshot: Effect.map(expired, Correlation.snapshot),
    sizes: Effect.map(expired, (state) => ({
      ...Correlation.counts(state),
      locks: locks.size(),
      scopes: homes.size(),
      timers: deadlines + (alarm.isSet() ? 1 : 0),
      fibers
    }))
  })
})
