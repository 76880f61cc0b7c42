/**
 * State of the call as last reported: participants (`Roster`), media lines (`MediaLines`), and the track of each
 * publication (`TrackSync`). Independent of the SFU; outlives connections.
 *
 * Changes are serialized and uninterruptible.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Fanout from "../../internal/Fanout.ts"
import type { LaggedError } from "../../LaggedError.ts"
import type { TrackResolver } from "../../resolver/TrackResolver.ts"
import type { TrackId } from "../../Track.ts"
import type { EdgeError, EdgeEvent, TrackAdded } from "../EdgeEvent.ts"
import type { RemoteMediaSection, RtpPacket } from "../PeerConnection.ts"
import type { AudioLevel, RemoteParticipant } from "../RemoteParticipant.ts"
import type { RemoteTrack } from "../RemoteTrack.ts"
import type { SfuParticipant, StreamIdentity, Subscription } from "../SfuClient.ts"
import type { SubscriptionPolicy } from "../SubscriptionPolicy.ts"
import type { Ending } from "./Announcements.ts"
import { Announcements } from "./Announcements.ts"
import * as LineOwnership from "./LineOwnership.ts"
import type { ConnectionId } from "./MediaLines.ts"
import { MediaLines } from "./MediaLines.ts"
import * as ParticipantView from "./ParticipantView.ts"
import * as Presence from "./Presence.ts"
import type { ActivityEvent, RosterEvent, RosterFact } from "./Roster.ts"
import { maxSessions, Roster, trackTypes } from "./Roster.ts"
import type { RosterEntry } from "./RosterEntry.ts"
import * as TrackSync from "./TrackSync.ts"

export interface CallState {
  /** The current state as events, then every change. */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  readonly participants: () => ReadonlyArray<RemoteParticipant>
  readonly idleSince: Presence.IdleSince
  /** The current levels, then every message about levels. */
  readonly audioLevels: Stream.Stream<ReadonlyArray<AudioLevel>>
  /** The packets of a track from now on, from its `TrackAdded` to its `TrackRemoved`. */
  readonly rtp: (trackId: TrackId) => Stream.Stream<RtpPacket>
  /** A no-op before `TrackAdded` and after `TrackRemoved`. */
  readonly requestKeyFrame: (trackId: TrackId) => Effect.Effect<void>
  /** The track of an event of `events`. */
  readonly remoteTrack: (added: TrackAdded) => RemoteTrack
  /** Whether its `TrackRemoved` was not published. */
  readonly isAdded: (added: TrackAdded) => boolean
  /** The publications that we want to receive. */
  readonly wanted: () => ReadonlyArray<Subscription>
  readonly setPolicy: (policy: SubscriptionPolicy) => Effect.Effect<void>
  /** Contains an element whenever `wanted` may have changed. Single consumer. */
  readonly wantedChanged: Queue.Queue<void>
  /** A connection has opened. From now on, only its m-lines get an owner, and all prefixes are those of its SFU. */
  readonly beginConnection: (connection: ConnectionId) => Effect.Effect<void>
  /** The SFU has answered a join with this complete list of participants. Ends `suspend`. */
  readonly onJoinResponse: (sessionId: string, participants: ReadonlyArray<SfuParticipant>) => Effect.Effect<void>
  readonly onEvent: (event: RosterEvent) => Effect.Effect<void>
  readonly onActivity: (event: ActivityEvent) => Effect.Effect<void>
  /** An offer was applied: these are all m-lines that send. */
  readonly applyOffer: (
    connection: ConnectionId,
    media: ReadonlyArray<RemoteMediaSection>,
    identify: (streamId: string) => StreamIdentity | undefined
  ) => Effect.Effect<void>
  /** The connection has closed, and every track of it has ended. */
  readonly endConnection: (connection: ConnectionId) => Effect.Effect<void>
  /** Cancels every resolve until the next join response. */
  readonly suspend: Effect.Effect<void>
  /** Ends every track and removes every participant, also from a resolver that outlives the edge. */
  readonly end: (ending: Ending) => Effect.Effect<void>
}

const viewOf = (self: TrackSync.TrackSync, entry: RosterEntry): RemoteParticipant | undefined =>
  ParticipantView.make(
    {
      roster: self.roster,
      subscriptionOf: (key) => TrackSync.subscriptionOf(self, key),
      trackOf: (key) => self.announcements.trackOf(key)
    },
    entry
  )

/** Applies one fact of the roster. */
const perform = Effect.fnUntraced(
  function*(self: TrackSync.TrackSync, wantedChanged: Queue.Queue<void>, fact: RosterFact) {
    switch (fact._tag) {
      case "Joined": {
        const participant = viewOf(self, fact.entry)
        return participant && self.announcements.participantJoined(participant)
      }
      case "Left": {
        const { entry, participant } = fact
        for (const line of self.lines.ownedBy(entry)) self.lines.release(line)
        if (participant === undefined) return
        yield* Queue.offer(wantedChanged, undefined)
        yield* self.resolver.cancel(participant)
        for (const trackType of trackTypes) {
          const key = { ...participant, trackType }
          yield* TrackSync.cancelResolve(self, key)
          yield* TrackSync.reconcile(self, key, "Left")
        }
        return self.announcements.participantLeft(participant)
      }
      case "PrefixChanged":
        return yield* LineOwnership.assignLines(self, fact.prefix)
      case "Published": {
        yield* Queue.offer(wantedChanged, undefined)
        return yield* TrackSync.syncTrack(self, fact.entry, fact.trackType)
      }
      case "Unpublished": {
        yield* Queue.offer(wantedChanged, undefined)
        const key = fact.entry.key(fact.trackType)
        if (key === undefined) return
        yield* self.resolver.unpublish(key)
        yield* TrackSync.cancelResolve(self, key)
        return yield* TrackSync.reconcile(self, key, fact.reason)
      }
      case "Full":
        return yield* Effect.logWarning(`more than ${maxSessions} sessions in the call: further ones are ignored`)
    }
  }
)

export const make = Effect.fnUntraced(function*(options: {
  readonly resolver: TrackResolver["Service"]
  /** The prefix of every track id. */
  readonly unifiedSessionId: string
  readonly policy: SubscriptionPolicy
  readonly dimension: Subscription["dimension"]
  readonly timeout: Duration.Duration | undefined
}): Effect.fn.Return<CallState, never, Scope.Scope> {
  const { dimension, policy, resolver, timeout, unifiedSessionId } = options
  const roster = new Roster()
  const lines = new MediaLines(unifiedSessionId)
  const announcements = new Announcements()
  const levelsOf = (participants: Iterable<{ readonly sessionId: string }>): ReadonlyArray<AudioLevel> =>
    Array.from(participants).flatMap(({ sessionId }) => {
      const entry = roster.get(sessionId)
      if (entry?.announced === undefined) return []
      const { audioLevel: level = 0, isSpeaking = false } = entry.activity
      return [{ ...entry.announced, level, isSpeaking }]
    })
  const levels = Fanout.dropOldest(() => [levelsOf(announcements.currentParticipants)])
  const idleSince: Presence.IdleSince = yield* SubscriptionRef.make<number | undefined>(undefined)
  const wantedChanged = yield* Queue.sliding<void>(1)
  const turn = yield* Semaphore.make(1)
  /** Uninterruptible: an interrupted change would be announced a second time. */
  const serialized: TrackSync.TrackSync["serialized"] = (step) =>
    turn.withPermit(Effect.uninterruptible(Effect.ensuring(step, announceChanges)))
  const self: TrackSync.TrackSync = {
    resolver,
    resolveOptions: timeout === undefined ? {} : { timeout },
    policy,
    dimension,
    roster,
    lines,
    announcements,
    resolving: new Map(),
    ended: yield* Queue.unbounded<TrackSync.Ended>(),
    scope: yield* Effect.scope,
    serialized,
    isSuspended: false
  }
  /** At the end of each step, so that one event describes all changes of the step. */
  const announceChanges = Effect.suspend(() => {
    for (const entry of roster.takeTouched()) {
      const participant = viewOf(self, entry)
      if (participant !== undefined) announcements.participantChanged(participant)
    }
    return Presence.updateIdle(idleSince, announcements.hasOthers)
  })
  const performAll = (facts: ReadonlyArray<RosterFact>) =>
    Effect.forEach(facts, (fact) => perform(self, wantedChanged, fact), { discard: true })
  yield* Effect.forkScoped(TrackSync.handleEnded(self), { startImmediately: true })

  return {
    events: announcements.stream,
    participants: () =>
      announcements.currentParticipants.map((announced) => {
        const entry = roster.get(announced.sessionId)
        return entry && viewOf(self, entry) || announced
      }),
    audioLevels: levels.stream,
    idleSince,
    rtp: (trackId) => announcements.rtp(trackId),
    requestKeyFrame: (trackId) => announcements.requestKeyFrame(trackId),
    remoteTrack: (added) => announcements.remoteTrack(added),
    isAdded: (added) => announcements.isAdded(added),
    wanted: () => TrackSync.wanted(self),
    setPolicy: (policy) =>
      serialized(Effect.andThen(TrackSync.setPolicy(self, policy), Queue.offer(wantedChanged, undefined))),
    wantedChanged,
    beginConnection: (connection) =>
      serialized(Effect.sync(() => {
        lines.begin(connection)
        roster.forgetPrefixes()
      })),
    onJoinResponse: (sessionId, participants) =>
      serialized(Effect.gen(function*() {
        yield* performAll(roster.onJoinResponse(sessionId, participants))
        yield* Queue.offer(wantedChanged, undefined)
        yield* TrackSync.resume(self)
      })),
    onEvent: (event) => serialized(Effect.suspend(() => performAll(roster.onEvent(event)))),
    onActivity: (event) =>
      serialized(Effect.sync(() => {
        roster.onActivity(event)
        if (event._tag === "AudioLevelsChanged") levels.publish(levelsOf(event.levels))
      })),
    applyOffer: (connection, media, identify) =>
      serialized(LineOwnership.applyOffer(self, connection, media, identify)),
    endConnection: (connection) => serialized(LineOwnership.endConnection(self, connection)),
    suspend: serialized(TrackSync.suspend(self)),
    end: (ending) =>
      serialized(Effect.gen(function*() {
        yield* LineOwnership.endAllLines(self)
        yield* performAll(roster.removeAll())
        announcements.end(ending)
        levels.end()
      }))
  }
})
