/**
 * Law 13 on any script of facts: after each of them the application knows what it ought to, and each track's stream has
 * carried its own packets and no others.
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
import { expected, own } from "./Model.ts"
import type { Fact, Known, Presence } from "./Model.ts"

const userOf = (sessionId: string) => sessionId.startsWith("a") ? "alice" : "bob"

const sessions = ["a1", "a2", "b1"]
const naming = fc.oneof(
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
  fc.tuple(naming, fc.record({ prefix: maybe(prefix), types: fc.uniqueArray(type, { maxLength: 2 }) }))
    .map(([name, said]) => ({ _tag, ...name, ...said }))

const publication = (_tag: "Published" | "Unpublished") =>
  fc.tuple(naming, fc.record({ type, prefix: maybe(prefix), isRoster: fc.boolean() }))
    .map(([{ as, session }, { isRoster, prefix, type }]) => ({
      _tag,
      session,
      type,
      as,
      // The two may differ.
      snapshot: prefix === undefined ? undefined : { as: isRoster ? userOf(session) : as, prefix }
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
  { weight: 2, arbitrary: naming.map(({ session }): Fact => ({ _tag: "Left", session })) },
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

const lost = new SfuConnectionError({ reason: "Silent", detail: "" })

/** What makes the edge reconnect in this way. */
const interrupt = (call: ScriptedCall.ScriptedCall, tag: "Resumed" | "Rejoined" | "Migrated"): Effect.Effect<void> => {
  switch (tag) {
    case "Resumed":
      return call.failSocket(lost)
    case "Rejoined":
      return call.emit({ _tag: "Failed", reason: "Other", code: 0, detail: "", reconnectStrategy: "Rejoin" })
    case "Migrated":
      return call.emit({ _tag: "GoAway", reason: "Rebalance" }).pipe(
        Effect.andThen(whenIdle),
        // However short the last stay was.
        Effect.andThen(TestClock.adjust("5 seconds")),
        Effect.andThen(call.emit({ _tag: "MigrationCompleted" }))
      )
  }
}

const happen = (call: ScriptedCall.ScriptedCall, fact: Fact): Effect.Effect<void> => {
  switch (fact._tag) {
    case "Joined":
      return call.emit(joined({ userId: fact.as, sessionId: fact.session }, fact.prefix, fact.types))
    case "Updated":
      return call.emit(updated({ userId: fact.as, sessionId: fact.session }, fact.prefix, fact.types))
    case "Left":
      return call.emit(left({ userId: userOf(fact.session), sessionId: fact.session }))
    case "Published":
    case "Unpublished": {
      const { as, session: sessionId, snapshot: seen, type } = fact
      const key = { userId: as, sessionId, trackType: type }
      // What such a snapshot says is published is not to be believed.
      const said = seen && sfuParticipant({ userId: seen.as, sessionId }, seen.prefix, ["Audio", "ScreenShareAudio"])
      return call.emit(fact._tag === "Published" ? published(key, said) : unpublished(key, said))
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
      return interrupt(call, fact._tag).pipe(Effect.andThen(whenIdle), Effect.andThen(TestClock.adjust("5 seconds")))
  }
}

interface Believed {
  readonly userId: string
  readonly tracks: Map<TrackType, TrackId>
}

/** What an application believes that hears these events, by session. Fails if they contradict. */
const belief = (events: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, Believed> => {
  const people = new Map<string, Believed>()
  const tracksOf = ({ sessionId, userId }: Participant): Map<TrackType, TrackId> => {
    const { tracks, userId: known } = people.get(sessionId)!
    expect(userId).toBe(known)
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
 * Which publications are told to be unresolved: each that has no track at a deadline, and once for each wait. A wait
 * begins with what is published, and again with whatever changes about it.
 */
class Deadlines {
  private readonly told = new Set<string>()
  /** So much has happened at once that one may have begun to wait again, or not. */
  private readonly doubtful = new Set<string>()

  expect(breath: Breath, people: ReadonlyMap<string, Known>, unresolved: ReadonlyArray<string>): void {
    // In another session every publication is waited for anew.
    if (breath.some(({ _tag }) => _tag === "Rejoined")) this.told.clear()
    const missing = new Set(
      Array.from(people).flatMap(([session, { missing }]) => Array.from(missing, (type) => nameOf(session, type)))
    )
    if (breath.every(({ _tag }) => _tag !== "Wait")) {
      expect(unresolved).toEqual([])
      for (const name of this.told) {
        if (!missing.has(name) || breath.some((fact) => isAbout(fact, name))) this.told.delete(name)
        else if (breath.length > 1) this.doubtful.add(name)
      }
      return
    }
    const sure = new Set(Array.from(missing).filter((name) => !this.told.has(name)))
    expect(new Set(unresolved.filter((name) => !this.doubtful.has(name)))).toEqual(sure.difference(this.doubtful))
    expect(unresolved.length).toBe(new Set(unresolved).size)
    for (const name of missing) this.told.add(name)
    this.doubtful.clear()
  }
}

/** Whether a fact begins the wait of a publication. To be named anew does, and is not told apart here. */
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

/** For each track that was ever told of, what its stream carried: opened when it is told, and again when it ended. */
const receive = (edge: Harness["edge"]) =>
  Effect.gen(function*() {
    const carried = new Map<TrackId, Set<string>>()
    yield* Effect.forkScoped(
      Stream.runForEach(edge.events, (event) => {
        if (event._tag !== "TrackAdded") return Effect.void
        const packets = carried.get(event.trackId) ?? new Set()
        carried.set(event.trackId, packets)
        return Effect.forkScoped(
          Stream.runForEach(edge.rtp(event.trackId), ({ payload }) =>
            Effect.sync(() => packets.add(new TextDecoder().decode(payload))))
        )
      }),
      { startImmediately: true }
    )
    return carried
  })

const midOf = (trackId: TrackId) => trackId.split("-")[1]!

/** Facts of the signalling that come in one breath: whatever the first leads to comes among the others. */
type Breath = ReadonlyArray<Fact>

const breath: fc.Arbitrary<Breath> = fc.oneof(
  { weight: 5, arbitrary: fact.map((fact) => [fact]) },
  { weight: 2, arbitrary: fc.array(signal, { minLength: 2, maxLength: 4 }) }
)

/** How a call comes to its end. */
type Ending = "everybody leaves" | "the call ends" | "the signalling is lost" | "the media is lost" | "the edge closes"

const finish = (call: ScriptedCall.ScriptedCall, scope: Scope.Closeable, ending: Ending): Effect.Effect<void> => {
  switch (ending) {
    case "everybody leaves":
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

const play = (breaths: ReadonlyArray<Breath>, ending: Ending) =>
  Effect.gen(function*() {
    const scope = yield* Scope.fork(yield* Effect.scope)
    let present: ReadonlyArray<Presence> = []
    let isOver = false
    const join = Effect.suspend(() =>
      isOver
        ? Effect.fail(new SfuJoinError({ reason: "Refused", detail: "", shouldRetry: false }))
        : Effect.succeed(
          present.map(({ as, prefix, session, types }) =>
            sfuParticipant({ userId: as, sessionId: session }, prefix, types)
          )
        )
    )
    const { call, edge, sizes } = yield* Scope.provide(
      makeHarness({ participants: join }, { sessionId: own, maxReconnects: Infinity, timeout: "2 minutes" }),
      scope
    )
    const { events } = yield* observe(edge)
    const carried = yield* receive(edge)
    const deadlines = new Deadlines()
    let lines: ReadonlyArray<readonly [string, string, boolean]> = []
    let read = 0
    for (let count = 1; count <= breaths.length; count++) {
      for (const fact of breaths[count - 1]!) {
        if ("people" in fact) present = fact.people
        yield* happen(call, fact)
        if (fact._tag === "Offer") lines = fact.lines
        if (fact._tag === "Rejoined" || fact._tag === "Migrated") lines = []
      }
      yield* whenIdle
      for (const [mid, streamId] of lines) yield* call.send(mid, new TextEncoder().encode(`${mid} ${streamId}`))
      yield* whenIdle
      const people = belief(events)
      const known = expected(breaths.slice(0, count).flat())
      expect(
        Array.from(people, ([session, { tracks, userId }]) => [
          session,
          userId,
          new Map(Array.from(tracks, ([type, trackId]) => [type, midOf(trackId)]))
        ]).toSorted()
      ).toEqual(Array.from(known, ([session, { tracks, userId }]) => [session, userId, tracks]).toSorted())
      const news = events.slice(read)
      read = events.length
      deadlines.expect(
        breaths[count - 1]!,
        known,
        news.flatMap((event) =>
          event._tag === "TrackUnresolved" ? [nameOf(event.key.sessionId, event.key.trackType)] : []
        )
      )
      for (const { tracks } of people.values()) {
        for (const trackId of tracks.values()) {
          const mid = midOf(trackId)
          const [, streamId] = lines.find(([other]) => other === mid)!
          expect(Array.from(carried.get(trackId)!)).toEqual([`${mid} ${streamId}`])
        }
      }
    }
    isOver = true
    yield* finish(call, scope, ending)
    // However short the last stay was.
    yield* Effect.andThen(whenIdle, TestClock.adjust("5 seconds"))
    yield* whenIdle
    expect(belief(events)).toEqual(new Map())
    yield* TestClock.adjust("61 seconds")
    expect(yield* sizes).toEqual(nothing)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

it("Law 13: an application knows what it ought to, after any script of facts", { timeout: 600_000 }, () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(breath, { maxLength: 20 }),
      fc.constantFrom<Ending>(
        "everybody leaves",
        "the call ends",
        "the signalling is lost",
        "the media is lost",
        "the edge closes"
      ),
      (breaths, ending) => Effect.runPromise(play(breaths, ending))
    ),
    runs(Number(process.env["EDGE_SCRIPTS"] ?? 500))
  ))
