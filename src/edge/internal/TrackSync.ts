/**
 * Keeps the announced track of each publication equal to the resolver's binding: registers media lines, resolves
 * publications, and announces what the resolver answers.
 *
 * Every function here runs inside `serialized`, except for a resolve, which waits in a fiber of its own.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { idOf } from "../../resolver/Correlation.ts"
import type { ResolveError } from "../../resolver/ResolveError.ts"
import type { TrackResolver } from "../../resolver/TrackResolver.ts"
import type { TrackId, TrackKey, TrackType } from "../../Track.ts"
import type { Announcements } from "./Announcements.ts"
import type { MediaLines } from "./MediaLines.ts"
import type { Roster } from "./Roster.ts"
import { trackTypes } from "./Roster.ts"
import type { RosterEntry } from "./RosterEntry.ts"

export interface TrackSync {
  readonly resolver: TrackResolver["Service"]
  readonly resolveOptions: { readonly timeout?: Duration.Duration }
  /** Whether the application wants to receive a publication. */
  readonly subscribe: (key: TrackKey) => boolean
  readonly roster: Roster
  readonly lines: MediaLines
  readonly announcements: Announcements
  /**
   * By the id of the key. Not a `FiberMap`: a resolve that has ended starts the next one of its key from its own fiber,
   * which a `FiberMap` would interrupt.
   */
  readonly resolving: Map<string, InFlight>
  /** The fibers of resolves end with this scope. */
  readonly scope: Scope.Scope
  readonly serialized: <A, E, R>(step: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** While true no resolve starts: there is no connection that a track could come from. */
  isSuspended: boolean
}

/** A resolve that has not ended. */
interface InFlight {
  readonly key: TrackKey
  fiber: Fiber.Fiber<void> | undefined
}

/** The key of a publication that we want to receive. */
const wantedKey = ({ subscribe }: TrackSync, entry: RosterEntry, trackType: TrackType): TrackKey | undefined => {
  const key = entry.isOwn || !entry.publishes(trackType) ? undefined : entry.key(trackType)
  return key !== undefined && subscribe(key) ? key : undefined
}

/** The keys of all publications that we want to receive. */
export const wantedKeys = (self: TrackSync): ReadonlyArray<TrackKey> =>
  self.roster.all.flatMap((entry) => trackTypes.flatMap((trackType) => wantedKey(self, entry, trackType) ?? []))

const isWanted = (self: TrackSync, key: TrackKey): boolean => {
  const entry = self.roster.get(key.sessionId)
  return entry !== undefined && wantedKey(self, entry, key.trackType)?.userId === key.userId
}

/** Announces the track that a key has now. */
export const reconcile = (self: TrackSync, key: TrackKey): Effect.Effect<void> =>
  Effect.map(self.resolver.binding(key), (binding) => {
    const bound = Option.filter(binding, ({ published }) => published && isWanted(self, key))
    self.announcements.track(key, Option.getOrUndefined(bound))
  })

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
    const key = wantedKey(self, entry, trackType)
    if (key === undefined) return
    yield* reconcile(self, key)
    if (!self.isSuspended && !self.announcements.hasTrack(key) && !self.resolving.has(idOf(key))) {
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
      (exit) => self.serialized(onResolved(self, entry, inFlight, exit))
    ),
    self.scope,
    // The resolve has to be called before the next event can end the publication.
    { startImmediately: true }
  )
})

/**
 * A resolve that has ended waits for its turn here. During that wait its track may end, or a track may arrive after its
 * deadline.
 */
const onResolved = Effect.fnUntraced(function*(
  self: TrackSync,
  entry: RosterEntry,
  inFlight: InFlight,
  exit: Exit.Exit<TrackId, ResolveError>
) {
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
