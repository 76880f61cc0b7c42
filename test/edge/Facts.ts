/**
 * Sends the facts of a script to an edge in a scripted call, and adds up the events of the edge.
 */
import { SfuConnectionError } from "effect-track-resolver"
import type {
  EdgeEvent,
  Participant,
  SfuParticipant,
  SubscriptionPolicy,
  TrackId,
  TrackType
} from "effect-track-resolver"
import type { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import { sfuParticipant, whenIdle } from "./Harness.ts"
import type { Harness } from "./Harness.ts"
import { isWanted } from "./Model.ts"
import type { Fact, Presence, Wants } from "./Model.ts"
import type { SubscriptionSfu } from "./SubscriptionSfu.ts"

/** Alice has the sessions `a1`, `a2`, and so on. */
export const userOf = (sessionId: string) => sessionId.startsWith("a") ? "alice" : "bob"

const signallingLost = new SfuConnectionError({ reason: "Silent", detail: "" })

/** Makes the edge reconnect. */
const reconnect = (call: ScriptedCall.ScriptedCall, tag: "Resumed" | "Rejoined" | "Migrated"): Effect.Effect<void> => {
  switch (tag) {
    case "Resumed":
      return call.failSocket(signallingLost)
    case "Rejoined":
      return call.emit({ _tag: "Failed", reason: "Other", code: 0, detail: "", reconnectStrategy: "Rejoin" })
    case "Migrated":
      return call.emit({ _tag: "GoAway", reason: "Rebalance" }).pipe(
        Effect.andThen(whenIdle),
        // A connection that is lost within five seconds counts as a failed attempt.
        Effect.andThen(TestClock.adjust("5 seconds")),
        Effect.andThen(call.emit({ _tag: "MigrationCompleted" }))
      )
  }
}

export const participantOf = (
  { as, connectionQuality, joinedAt, name, prefix, session, types }: Presence
): SfuParticipant => ({
  ...sfuParticipant({ userId: as, sessionId: session }, prefix, types),
  joinedAt,
  name,
  connectionQuality
})

/** The size in which the policy wants video. */
export const sizeOf = ({ width }: Wants) => width === undefined ? undefined : { width, height: width }

const policyOf = (wants: Wants): SubscriptionPolicy => (key) => isWanted(wants, key) && (sizeOf(wants) ?? true)

/** Sends a fact to an edge. */
export const perform = (
  { call, edge }: Pick<Harness, "call" | "edge">,
  sfu: SubscriptionSfu,
  fact: Fact
): Effect.Effect<void> => {
  switch (fact._tag) {
    case "Joined":
      return call.emit({ _tag: "ParticipantJoined", participant: participantOf(fact) })
    case "Updated":
      return call.emit({ _tag: "ParticipantUpdated", participant: participantOf(fact) })
    case "Left": {
      const { joinedAt, session } = fact
      return call.emit({
        _tag: "ParticipantLeft",
        participant: participantOf({ session, as: userOf(session), types: [], joinedAt })
      })
    }
    case "Published":
    case "Unpublished": {
      const { as, session, snapshot, type } = fact
      const publication = {
        userId: as,
        sessionId: session,
        trackType: type,
        participant: snapshot && participantOf({ ...snapshot, session })
      }
      return call.emit(
        fact._tag === "Published"
          ? { _tag: "TrackPublished", publication }
          : { _tag: "TrackUnpublished", publication, cause: "UserMuted" }
      )
    }
    case "Offer":
      return call.offer(fact.lines.map(([mid, streamId, isContrary]) => ({
        mid,
        kind: streamId.includes("Audio") === isContrary ? "video" as const : "audio" as const,
        streamId
      })))
    case "Subscribed":
      return edge.subscribe(policyOf(fact.wants))
    case "Measured":
      return call.emit(fact.event)
    case "Fate":
      return Effect.sync(() => {
        // Several failures in a row lose the connection.
        if (sfu.hasAccepted && sfu.fates.length === 0) sfu.fates.push(fact.fate)
      })
    case "Wait":
      return TestClock.adjust("2 minutes")
    case "Resumed":
    case "Rejoined":
    case "Migrated":
      return reconnect(call, fact._tag).pipe(Effect.andThen(whenIdle), Effect.andThen(TestClock.adjust("5 seconds")))
  }
}

export interface AnnouncedParticipant {
  readonly userId: string
  readonly tracks: Map<TrackType, TrackId>
}

/** The participants and tracks that the events add up to, by session id. Fails if the events contradict each other. */
export const announced = (events: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, AnnouncedParticipant> => {
  const people = new Map<string, AnnouncedParticipant>()
  const tracksOf = ({ sessionId, userId }: Participant): Map<TrackType, TrackId> => {
    const { tracks, userId: announced } = people.get(sessionId)!
    expect(userId).toBe(announced)
    return tracks
  }
  for (const event of events) {
    switch (event._tag) {
      case "ParticipantJoined": {
        const { sessionId, userId } = event.participant
        expect(people.has(sessionId)).toBe(false)
        people.set(sessionId, { userId, tracks: new Map() })
        break
      }
      case "ParticipantLeft": {
        expect(tracksOf(event.participant)).toEqual(new Map())
        people.delete(event.participant.sessionId)
        break
      }
      case "TrackAdded": {
        expect(tracksOf(event.key).has(event.key.trackType)).toBe(false)
        tracksOf(event.key).set(event.key.trackType, event.trackId)
        break
      }
      case "TrackRemoved": {
        expect(tracksOf(event.key).get(event.key.trackType)).toBe(event.trackId)
        tracksOf(event.key).delete(event.key.trackType)
        break
      }
      case "TrackUnresolved": {
        expect(tracksOf(event.key).has(event.key.trackType)).toBe(false)
        break
      }
      case "CallEnded":
        break
    }
  }
  return people
}

/** The mid of the m-line of a track. */
export const midOf = (trackId: TrackId): string => trackId.split("-")[1]!

/** What `announced` and the model have in common: the user and the mid of each track, by session id. */
export const summaryOf = (
  people: ReadonlyMap<string, { readonly userId: string; readonly tracks: ReadonlyMap<TrackType, string> }>,
  toMid: (track: string) => string
): ReadonlyArray<unknown> =>
  Array.from(people, ([session, { tracks, userId }]) => [
    session,
    userId,
    new Map(Array.from(tracks, ([type, track]) => [type, toMid(track)]))
  ]).toSorted()
