/**
 * Law 13 for generated scripts: after each step the application knows the participants and tracks of the model, and
 * each track has payloads its own packets only.
 */
import { it } from "@effect/vitest"
import { SfuConnectionError, SfuJoinError } from "effect-track-resolver"
import type { EdgeEvent, Participant, TrackId, TrackType } from "effect-track-resolver"
import type { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { expect } from "vitest"
import { runs } from "../resolver/Script.ts"
import { nothing } from "../support/resolver.ts"
import {
  joined,
  left,
  makeHarness,
  observe,
  published,
  sfuParticipant,
  unpublished,
  updated,
  whenIdle
} from "./Harness.ts"
import type { Harness } from "./Harness.ts"
import { expectedParticipants, own } from "./Model.ts"
import type { ExpectedParticipant, Fact, Presence } from "./Model.ts"

const userOf = (sessionId: string) => sessionId.startsWith("a") ? "alice" : "bob"

const sessions = ["a1", "a2", "b1"]
const identity = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...sessions) },
  { weight: 1, arbitrary: fc.constant(own) }
).chain((session) =>
  fc.record({
    session: fc.constant(session),
    as: fc.oneof({ weight: 6, arbitrary: fc.constant(userOf(session)) }, { weight: 1, arbitrary: fc.constant("eve") })
  })
)
const prefix = fc.constantFrom("p", "q", "r")
const type = fc.constantFrom<TrackType>("Video", "Video", "Video", "ScreenShare", "Audio")
const maybe = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })

const participant = (_tag: "Joined" | "Updated") =>
  fc.tuple(identity, fc.record({ prefix: maybe(prefix), types: fc.uniqueArray(type, { maxLength: 2 }) }))
    .map(([identity, participant]) => ({ _tag, ...identity, ...participant }))

const publication = (_tag: "Published" | "Unpublished") =>
  fc.tuple(identity, fc.record({ type, prefix: maybe(prefix), isTrueUser: fc.boolean() }))
    .map(([{ as, session }, { isTrueUser, prefix, type }]) => ({
      _tag,
      session,
      type,
      as,
      // The user ids of the event and of its participant may differ.
      snapshot: prefix === undefined ? undefined : { as: isTrueUser ? userOf(session) : as, prefix }
    }))

const offer = fc.record({
  _tag: fc.constant("Offer" as const),
  lines: fc.uniqueArray(
    fc.tuple(
      fc.constantFrom("0", "1", "2"),
      fc.tuple(prefix, type, fc.constantFrom("", ":x")).map((parts) => `${parts[0]}:${parts[1]}${parts[2]}`),
      fc.integer({ min: 0, max: 7 }).map((n) => n === 7)
    ),
    { maxLength: 3, selector: ([mid]) => mid }
  )
})

const signal: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 4, arbitrary: participant("Joined") },
  { weight: 2, arbitrary: participant("Updated") },
  { weight: 2, arbitrary: identity.map(({ session }): Fact => ({ _tag: "Left", session })) },
  { weight: 5, arbitrary: publication("Published") },
  { weight: 3, arbitrary: publication("Unpublished") }
)

const reconnection = fc.record({
  _tag: fc.constantFrom("Resumed" as const, "Rejoined" as const, "Migrated" as const),
  people: fc.uniqueArray(participant("Joined"), { maxLength: 3, selector: ({ session }) => session })
})

const fact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 16, arbitrary: signal },
  { weight: 5, arbitrary: offer },
  { weight: 2, arbitrary: reconnection },
  { weight: 1, arbitrary: fc.constant<Fact>({ _tag: "Wait" }) }
)

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

const perform = (call: ScriptedCall.ScriptedCall, fact: Fact): Effect.Effect<void> => {
  switch (fact._tag) {
    case "Joined":
      return call.emit(joined({ userId: fact.as, sessionId: fact.session }, fact.prefix, fact.types))
    case "Updated":
      return call.emit(updated({ userId: fact.as, sessionId: fact.session }, fact.prefix, fact.types))
    case "Left":
      return call.emit(left({ userId: userOf(fact.session), sessionId: fact.session }))
    case "Published":
    case "Unpublished": {
      const { as, session: sessionId, snapshot, type } = fact
      const key = { userId: as, sessionId, trackType: type }
      // The edge has to ignore the list of published tracks in such a message.
      const participant = snapshot
        && sfuParticipant({ userId: snapshot.as, sessionId }, snapshot.prefix, ["Audio", "ScreenShareAudio"])
      return call.emit(fact._tag === "Published" ? published(key, participant) : unpublished(key, participant))
    }
    case "Offer":
      return call.offer(fact.lines.map(([mid, streamId, isContrary]) => ({
        mid,
        kind: streamId.includes("Audio") === isContrary ? "video" as const : "audio" as const,
        streamId
      })))
    case "Wait":
      return TestClock.adjust("2 minutes")
    case "Resumed":
    case "Rejoined":
    case "Migrated":
      return reconnect(call, fact._tag).pipe(Effect.andThen(whenIdle), Effect.andThen(TestClock.adjust("5 seconds")))
  }
}

interface AnnouncedParticipant {
  readonly userId: string
  readonly tracks: Map<TrackType, TrackId>
}

/** The participants and tracks that the events add up to, by session id. Fails if the events contradict each other. */
const announced = (events: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, AnnouncedParticipant> => {
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

const nameOf = (session: string, type: TrackType) => `${session} ${type}`

/**
 * The publications that have to be announced as unresolved: each one that has no track at its deadline, once for each
 * wait. A wait begins with the publication and with every change of it.
 */
class Deadlines {
  private readonly unresolved = new Set<string>()
  /** Several facts came at once: their order decides whether these wait again. */
  private readonly doubtful = new Set<string>()

  expect(step: Step, people: ReadonlyMap<string, ExpectedParticipant>, unresolved: ReadonlyArray<string>): void {
    // A rejoin starts every wait again.
    if (step.some(({ _tag }) => _tag === "Rejoined")) this.unresolved.clear()
    const missing = new Set(
      Array.from(people).flatMap(([session, { missing }]) => Array.from(missing, (type) => nameOf(session, type)))
    )
    if (step.every(({ _tag }) => _tag !== "Wait")) {
      expect(unresolved).toEqual([])
      for (const name of this.unresolved) {
        if (!missing.has(name) || step.some((fact) => isAbout(fact, name))) this.unresolved.delete(name)
        else if (step.length > 1) this.doubtful.add(name)
      }
      return
    }
    const certain = new Set(Array.from(missing).filter((name) => !this.unresolved.has(name)))
    expect(new Set(unresolved.filter((name) => !this.doubtful.has(name)))).toEqual(certain.difference(this.doubtful))
    expect(unresolved.length).toBe(new Set(unresolved).size)
    for (const name of missing) this.unresolved.add(name)
    this.doubtful.clear()
  }
}

/** Whether a fact begins the wait of a publication. Ignores that a changed user id begins one as well. */
const isAbout = (fact: Fact, name: string): boolean => {
  switch (fact._tag) {
    case "Published":
    case "Unpublished":
      return name === nameOf(fact.session, fact.type)
    case "Left":
      return name.startsWith(`${fact.session} `)
    default:
      return false
  }
}

/** The payloads of every announced track. Opens the packets again whenever the track is added. */
const receiveAll = (edge: Harness["edge"]) =>
  Effect.gen(function*() {
    const payloads = new Map<TrackId, Set<string>>()
    yield* Effect.forkScoped(
      Stream.runForEach(edge.events, (event) => {
        if (event._tag !== "TrackAdded") return Effect.void
        const packets = payloads.get(event.trackId) ?? new Set()
        payloads.set(event.trackId, packets)
        return Effect.forkScoped(
          Stream.runForEach(edge.rtp(event.trackId), ({ payload }) =>
            Effect.sync(() => packets.add(new TextDecoder().decode(payload))))
        )
      }),
      { startImmediately: true }
    )
    return payloads
  })

const midOf = (trackId: TrackId) => trackId.split("-")[1]!

/** Facts that come at once: the effects of the first one mix with the others. */
type Step = ReadonlyArray<Fact>

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fact.map((fact) => [fact]) },
  { weight: 2, arbitrary: fc.array(signal, { minLength: 2, maxLength: 4 }) }
)

/** The end of a call. */
type Ending =
  | "every participant leaves"
  | "the call ends"
  | "the signalling is lost"
  | "the media is lost"
  | "the edge closes"

const endCall = (call: ScriptedCall.ScriptedCall, scope: Scope.Closeable, ending: Ending): Effect.Effect<void> => {
  switch (ending) {
    case "every participant leaves":
      return Effect.forEach(
        sessions,
        (sessionId) => call.emit(left({ userId: userOf(sessionId), sessionId })),
        { discard: true }
      )
    case "the call ends":
      return call.emit({ _tag: "CallEnded", reason: "Ended" })
    case "the signalling is lost":
      return call.emit({ _tag: "Failed", reason: "Other", code: 0, detail: "", reconnectStrategy: "Disconnect" })
    case "the media is lost":
      return call.setState("failed")
    case "the edge closes":
      return Scope.close(scope, Exit.void)
  }
}

const play = (steps: ReadonlyArray<Step>, ending: Ending) =>
  Effect.gen(function*() {
    const scope = yield* Scope.fork(yield* Effect.scope)
    let listed: ReadonlyArray<Presence> = []
    let isOver = false
    const join = Effect.suspend(() =>
      isOver
        ? Effect.fail(new SfuJoinError({ reason: "Refused", detail: "", shouldRetry: false }))
        : Effect.succeed(
          listed.map(({ as, prefix, session, types }) =>
            sfuParticipant({ userId: as, sessionId: session }, prefix, types)
          )
        )
    )
    const { call, edge, sizes } = yield* Scope.provide(
      makeHarness({ participants: join }, { sessionId: own, maxReconnects: Infinity, timeout: "2 minutes" }),
      scope
    )
    const { events } = yield* observe(edge)
    const payloads = yield* receiveAll(edge)
    const deadlines = new Deadlines()
    let lines: ReadonlyArray<readonly [string, string, boolean]> = []
    let read = 0
    for (let count = 1; count <= steps.length; count++) {
      for (const fact of steps[count - 1]!) {
        if ("people" in fact) listed = fact.people
        yield* perform(call, fact)
        if (fact._tag === "Offer") lines = fact.lines
        if (fact._tag === "Rejoined" || fact._tag === "Migrated") lines = []
      }
      yield* whenIdle
      for (const [mid, streamId] of lines) yield* call.send(mid, new TextEncoder().encode(`${mid} ${streamId}`))
      yield* whenIdle
      const people = announced(events)
      const expectedNow = expectedParticipants(steps.slice(0, count).flat())
      expect(
        Array.from(people, ([session, { tracks, userId }]) => [
          session,
          userId,
          new Map(Array.from(tracks, ([type, trackId]) => [type, midOf(trackId)]))
        ]).toSorted()
      ).toEqual(Array.from(expectedNow, ([session, { tracks, userId }]) => [session, userId, tracks]).toSorted())
      const newEvents = events.slice(read)
      read = events.length
      deadlines.expect(
        steps[count - 1]!,
        expectedNow,
        newEvents.flatMap((event) =>
          event._tag === "TrackUnresolved" ? [nameOf(event.key.sessionId, event.key.trackType)] : []
        )
      )
      for (const { tracks } of people.values()) {
        for (const trackId of tracks.values()) {
          const mid = midOf(trackId)
          const [, streamId] = lines.find(([other]) => other === mid)!
          expect(Array.from(payloads.get(trackId)!)).toEqual([`${mid} ${streamId}`])
        }
      }
    }
    isOver = true
    yield* endCall(call, scope, ending)
    // The pause before the last attempt to reconnect.
    yield* Effect.andThen(whenIdle, TestClock.adjust("5 seconds"))
    yield* whenIdle
    expect(announced(events)).toEqual(new Map())
    yield* TestClock.adjust("61 seconds")
    expect(yield* sizes).toEqual(nothing)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

it(
  "Law 13: after any script of facts, the application knows what the model expects",
  { timeout: 600_000 },
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 20 }),
        fc.constantFrom<Ending>(
          "every participant leaves",
          "the call ends",
          "the signalling is lost",
          "the media is lost",
          "the edge closes"
        ),
        (steps, ending) => Effect.runPromise(play(steps, ending))
      ),
      runs(Number(process.env["EDGE_SCRIPTS"] ?? 500))
    )
)
