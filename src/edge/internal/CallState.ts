/**
 * State of the call as last reported: participants (`Roster`), media lines (`MediaLines`), and the track of each
 * publication (`TrackSync`). Independent of the SFU; outlives connections.
 *
 * Changes are serialized and uninterruptible.
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { LaggedError } from "../../LaggedError.ts"
import type { TrackResolver } from "../../resolver/TrackResolver.ts"
import type { TrackId, TrackKey } from "../../Track.ts"
import type { EdgeError, EdgeEvent } from "../EdgeEvent.ts"
import type { RemoteMediaSection, RtpPacket } from "../PeerConnection.ts"
import type { SfuParticipant, StreamIdentity } from "../SfuClient.ts"
import type { Ending } from "./Announcements.ts"
import { Announcements } from "./Announcements.ts"
import * as LineOwnership from "./LineOwnership.ts"
import type { ConnectionId } from "./MediaLines.ts"
import { MediaLines } from "./MediaLines.ts"
import type { RosterEvent, RosterFact } from "./Roster.ts"
import { Roster, trackTypes } from "./Roster.ts"
import * as TrackSync from "./TrackSync.ts"

export interface CallState {
  /** The current state as events, then every change. */
  readonly events: Stream.Stream<EdgeEvent, EdgeError | LaggedError>
  /** The packets of a track from now on. Ends with the track; empty if there is no such track. */
  readonly rtp: (trackId: TrackId) => Stream.Stream<RtpPacket>
  readonly requestKeyFrame: (trackId: TrackId) => Effect.Effect<void>
  /** The publications that we want to receive. */
  readonly wantedKeys: () => ReadonlyArray<TrackKey>
  /** Contains an element whenever `wantedKeys` may have changed. Single consumer. */
  readonly wantedChanged: Queue.Queue<void>
  /** A connection has opened. From now on, only its m-lines get an owner, and all prefixes are those of its SFU. */
  readonly beginConnection: (connection: ConnectionId) => Effect.Effect<void>
  /** The SFU has answered a join with this complete list of participants. Ends `suspend`. */
  readonly onJoinResponse: (sessionId: string, participants: ReadonlyArray<SfuParticipant>) => Effect.Effect<void>
  readonly onEvent: (event: RosterEvent) => Effect.Effect<void>
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

/** Applies one fact of the roster. */
const perform = Effect.fnUntraced(
  function*(self: TrackSync.TrackSync, wantedChanged: Queue.Queue<void>, fact: RosterFact) {
    switch (fact._tag) {
      case "Joined":
        return self.announcements.participantJoined(fact.participant)
      case "Left": {
        const { entry, participant } = fact
        for (const line of self.lines.ownedBy(entry)) self.lines.release(line)
        if (participant === undefined) return
        yield* Queue.offer(wantedChanged, undefined)
        yield* self.resolver.cancel(participant)
        for (const trackType of trackTypes) {
          const key = { ...participant, trackType }
          yield* TrackSync.cancelResolve(self, key)
          yield* TrackSync.reconcile(self, key)
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
        return yield* TrackSync.reconcile(self, key)
      }
    }
  }
)

export const make = Effect.fnUntraced(function*(options: {
  readonly resolver: TrackResolver["Service"]
  /** The prefix of every track id. */
  readonly unifiedSessionId: string
  readonly subscribe: (key: TrackKey) => boolean
  readonly timeout: Duration.Duration | undefined
}): Effect.fn.Return<CallState, never, Scope.Scope> {
  const { resolver, subscribe, timeout, unifiedSessionId } = options
  const roster = new Roster()
  const lines = new MediaLines(unifiedSessionId)
  const announcements = new Announcements()
  const wantedChanged = yield* Queue.sliding<void>(1)
  const turn = yield* Semaphore.make(1)
  /** Uninterruptible: an interrupted change would be announced a second time. */
  const serialized: TrackSync.TrackSync["serialized"] = (step) => turn.withPermit(Effect.uninterruptible(step))
  const self: TrackSync.TrackSync = {
    resolver,
    resolveOptions: timeout === undefined ? {} : { timeout },
    subscribe,
    roster,
    lines,
    announcements,
    resolving: new Map(),
    scope: yield* Effect.scope,
    serialized,
    isSuspended: false
  }
  const performAll = (facts: ReadonlyArray<RosterFact>) =>
    Effect.forEach(facts, (fact) => perform(self, wantedChanged, fact), { discard: true })

  return {
    events: announcements.stream,
    rtp: (trackId) =>
      Stream.unwrap(Effect.sync(() => {
        const line = lines.get(trackId)
        return line?.assignment === undefined
          ? Stream.empty
          : Stream.interruptWhen(line.media.rtp, Deferred.await(line.assignment.ended))
      })),
    requestKeyFrame: (trackId) => Effect.suspend(() => lines.get(trackId)?.media.requestKeyFrame ?? Effect.void),
    wantedKeys: () => TrackSync.wantedKeys(self),
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
    applyOffer: (connection, media, identify) =>
      serialized(LineOwnership.applyOffer(self, connection, media, identify)),
    endConnection: (connection) => serialized(LineOwnership.endConnection(self, connection)),
    suspend: serialized(TrackSync.suspend(self)),
    end: (ending) =>
      serialized(Effect.gen(function*() {
        self.isSuspended = true
        yield* LineOwnership.endAllLines(self)
        yield* performAll(roster.removeAll())
        announcements.end(ending)
      }))
  }
})
