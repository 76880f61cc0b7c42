/**
 * Keeps the announced track of each publication equal to the resolver's binding: registers media lines, resolves
 * publications, and announces what the resolver answers.
 *
 * Every function here runs inside `serialized`, except for a resolve, which waits in a fiber of its own.
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Arguments from "../../internal/Arguments.ts"
import { idOf } from "../../resolver/Correlation.ts"
import type { ResolveError } from "../../resolver/ResolveError.ts"
import type { TrackResolver } from "../../resolver/TrackResolver.ts"
import type { TrackId, TrackKey, TrackType } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { TrackRemovedReason } from "../EdgeEvent.ts"
import type { Subscription } from "../SfuClient.ts"
import type { SubscriptionPolicy } from "../SubscriptionPolicy.ts"
import type { Announcements } from "./Announcements.ts"
import type { MediaLines } from "./MediaLines.ts"
import type { Roster } from "./Roster.ts"
import { trackTypes } from "./Roster.ts"
import type { RosterEntry } from "./RosterEntry.ts"

const args = Arguments.forService("StreamEdge")

export interface TrackSync {
  readonly resolver: TrackResolver["Service"]
  readonly resolveOptions: { readonly timeout?: Duration.Duration }
  /** Which publications the application wants to receive. */
  policy: SubscriptionPolicy
  /** The size of video if the policy names none, in pixels. */
  readonly dimension: Subscription["dimension"]
  readonly roster: Roster
  readonly lines: MediaLines
  readonly announcements: Announcements
  /**
   * By the id of the key. Not a `FiberMap`: a resolve that has ended starts the next one of its key from its own fiber,
   * which a `FiberMap` would interrupt.
   */
  readonly resolving: Map<string, InFlight>
  /**
   * The resolves that have ended, for `handleEnded`. Not a fiber for each that waits for `serialized`: a semaphore
   * with n waiting fibers takes n steps to release, so thousands of deadlines that pass at once would take minutes.
   */
  readonly ended: Queue.Queue<Ended>
  /** The fibers of resolves end with this scope. */
  readonly scope: Scope.Scope
  readonly serialized: <A, E, R>(step: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** While true no resolve starts: there is no connection that a track could come from. */
  isSuspended: boolean
}

/** A resolve that has not ended. */
interface InFlight {
  readonly key: TrackKey
  fiber: Fiber.Fiber<unknown> | undefined
}

export interface Ended {
  readonly entry: RosterEntry
  readonly inFlight: InFlight
  readonly exit: Exit.Exit<TrackId, ResolveError>
}

/** What we want to receive of this type. A session that is not announced has none. */
const wantedOf = (self: TrackSync, entry: RosterEntry, trackType: TrackType): Subscription | undefined => {
  const key = entry.announced && entry.publishes(trackType) ? entry.key(trackType) : undefined
  return key && subscriptionOf(self, key)
}

/** The same, if the session belongs to the user of the key. */
const wantedBy = (self: TrackSync, key: TrackKey): Subscription | undefined => {
  const entry = self.roster.get(key.sessionId)
  const subscription = entry && wantedOf(self, entry, key.trackType)
  return subscription?.key.userId === key.userId ? subscription : undefined
}

/** All publications that we want to receive. */
export const wanted = (self: TrackSync): ReadonlyArray<Subscription> =>
  self.roster.all.flatMap((entry) =>
    trackTypes.flatMap((trackType) => {
      const subscription = wantedOf(self, entry, trackType)
      return subscription === undefined ? [] : [checked(subscription)]
    })
  )

const checked = ({ dimension, key }: Subscription): Subscription =>
  dimension === undefined ? { key } : { key, dimension: args.size("the size of a subscription", dimension) }

/** `undefined` if the policy does not want the publication. */
export const subscriptionOf = ({ dimension, policy }: TrackSync, key: TrackKey): Subscription | undefined => {
  const wanted = policy(key)
  if (wanted === false) return undefined
  return kindOf(key.trackType) === "audio"
    ? { key }
    : { key, dimension: typeof wanted === "object" ? wanted : dimension }
}

/**
 * Asks another policy for every publication. One that was wanted before is as it was: it does not wait for another deadline.
 */
export const setPolicy: (self: TrackSync, policy: SubscriptionPolicy) => Effect.Effect<void> = Effect.fnUntraced(
  function*(self, policy) {
    const { policy: former } = self
    self.policy = policy
    for (const entry of self.roster.all) {
      self.roster.touch(entry)
      for (const trackType of trackTypes) {
        const key = entry.key(trackType)
        if (key === undefined) continue
        if (wantedBy(self, key) !== undefined) {
          if (former(key) === false) yield* syncTrack(self, entry, trackType)
        } else {
          yield* cancelResolve(self, key)
          yield* reconcile(self, key, "Unsubscribed")
        }
      }
    }
  }
)

/** Announces the track that a key has now. `reason`: why a former track ends. */
export const reconcile = (
  self: TrackSync,
  key: TrackKey,
  reason: TrackRemovedReason = reasonToSupersede(self, key)
): Effect.Effect<void> =>
  Effect.zipWith(self.resolver.binding(key), Clock.currentTimeMillis, (binding, now) => {
    const bound = Option.getOrUndefined(Option.filter(binding, ({ published }) => published))
    const subscription = bound && wantedBy(self, key)
    const source = bound && subscription && {
      binding: bound,
      media: self.lines.get(bound.trackId)?.media,
      requestedSize: subscription.dimension,
      addedAt: now
    }
    const hasChanged = self.announcements.track(key, source, reason)
    const entry = hasChanged ? self.roster.get(key.sessionId) : undefined
    if (entry !== undefined) self.roster.touch(entry)
  })

/** A track of a former connection is replaced because of a migration. */
const reasonToSupersede = ({ announcements, lines }: TrackSync, key: TrackKey): TrackRemovedReason => {
  const trackId = announcements.trackOf(key)?.trackId
  const line = trackId === undefined ? undefined : lines.get(trackId)
  return line === undefined || lines.isCurrent(line) ? "Superseded" : "Reconnecting"
}

/**
 * Registers the newest media line of a publication, announces its track, and resolves it if it has none. Called after
 * every change of either side; a call without a change is cheap and changes nothing.
 */
export const syncTrack: (self: TrackSync, entry: RosterEntry, trackType: TrackType) => Effect.Effect<void> = Effect
  .fnUntraced(function*(self, entry, trackType) {
    const line = self.lines.newest(entry, trackType)
    if (line?.assignment !== undefined && !entry.isOwn && entry.participant !== undefined) {
      const { assignment: { trackId }, media: { kind } } = line
      yield* self.resolver.register({ trackId, kind, participant: entry.participant, trackType })
    }
    const key = wantedOf(self, entry, trackType)?.key
    if (key === undefined) return
    yield* reconcile(self, key)
    if (!self.isSuspended && self.announcements.trackOf(key) === undefined && !self.resolving.has(idOf(key))) {
      yield* startResolve(self, entry, key)
    }
  })

export const syncAll = (self: TrackSync): Effect.Effect<void> =>
  Effect.forEach(
    self.roster.all,
    (entry) => Effect.forEach(trackTypes, (trackType) => syncTrack(self, entry, trackType), { discard: true }),
    { discard: true }
  )

const startResolve = Effect.fnUntraced(function*(self: TrackSync, entry: RosterEntry, key: TrackKey) {
  const inFlight: InFlight = { key, fiber: undefined }
  self.resolving.set(idOf(key), inFlight)
  inFlight.fiber = yield* Effect.forkIn(
    Effect.flatMap(
      Effect.exit(self.resolver.resolve(key, self.resolveOptions)),
      (exit) => Queue.offer(self.ended, { entry, inFlight, exit })
    ),
    self.scope,
    // The resolve has to be called before the next event can end the publication.
    { startImmediately: true }
  )
})

/** Handles every resolve that ends. Never returns. */
export const handleEnded = (self: TrackSync): Effect.Effect<never> =>
  Effect.forever(Effect.flatMap(Queue.take(self.ended), (ended) => self.serialized(onResolved(self, ended))))

/**
 * A resolve that has ended waits for its turn here. During that wait its track may end, or a track may arrive after its
 * deadline.
 */
const onResolved = Effect.fnUntraced(function*(self: TrackSync, { entry, exit, inFlight }: Ended) {
  const { key } = inFlight
  if (self.resolving.get(idOf(key)) !== inFlight) return
  self.resolving.delete(idOf(key))
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  // The resolver has closed. It would interrupt the next resolve as well.
  if (Exit.isFailure(exit) && error === undefined) return
  const isTimeout = error?._tag === "TrackTimeoutError"
  if (isTimeout) self.announcements.trackUnresolved(key, error)
  const hasMedia = self.lines.newest(entry, key.trackType) !== undefined
  if (!isTimeout || hasMedia) yield* syncTrack(self, entry, key.trackType)
})

export const cancelResolve = (self: TrackSync, key: TrackKey): Effect.Effect<void> =>
  Effect.suspend(() => {
    const inFlight = self.resolving.get(idOf(key))
    self.resolving.delete(idOf(key))
    return inFlight?.fiber === undefined ? Effect.void : Fiber.interrupt(inFlight.fiber)
  })

/** Cancels every resolve and starts no other one until the next `resume`. */
export const suspend = (self: TrackSync): Effect.Effect<void> =>
  Effect.suspend(() => {
    self.isSuspended = true
    return Effect.forEach(Array.from(self.resolving.values()), ({ key }) => cancelResolve(self, key), { discard: true })
  })

/** Resolves every publication without a track again, also one whose deadline has passed. */
export const resume = (self: TrackSync): Effect.Effect<void> =>
  Effect.suspend(() => {
    self.isSuspended = false
    return syncAll(self)
  })
