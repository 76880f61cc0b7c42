/**
 * Laws 13, 16, 18 and 19 for generated scripts: after each step the application knows the participants and tracks of the model,
 * whenever it has subscribed, and receives each packet of these tracks once, and no other packet.
 */
import { it } from "@effect/vitest"
import { formatTrackKey, kindOf, SfuJoinError } from "effect-track-resolver"
import type {
  ConnectionQuality,
  EdgeEvent,
  Reconnection,
  RemoteParticipant,
  SfuEvent,
  Subscription,
  TrackId,
  TrackType
} from "effect-track-resolver"
import type { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberMap from "effect/FiberMap"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { expect } from "vitest"
import { nothing } from "../support/resolver.ts"
import { limitOf, runs } from "../support/runs.ts"
import { synchronously } from "../support/synchronously.ts"
import { announced, midOf, participantOf, perform, sizeOf, summaryOf, userOf } from "./Facts.ts"
import type { AnnouncedParticipant } from "./Facts.ts"
import { left, makeHarness, observe, participantsAfter, whenIdle, withoutLevel } from "./Harness.ts"
import type { Harness } from "./Harness.ts"
import { everything, expectedParticipants, isWanted, own } from "./Model.ts"
import type { ExpectedParticipant, Fact, Presence, Wants } from "./Model.ts"
import * as SubscriptionSfu from "./SubscriptionSfu.ts"
import type { Fate } from "./SubscriptionSfu.ts"

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

const joinedAt = maybe(fc.constantFrom(1, 2, 3))
const connectionQuality = fc.constantFrom<ConnectionQuality>("Poor", "Good", "Excellent")

/** What a message says of its participant: late, stale, or not at all. */
const snapshot = fc.record({
  prefix: maybe(prefix),
  types: fc.uniqueArray(type, { maxLength: 2 }),
  joinedAt,
  name: maybe(fc.constantFrom("Al", "Bo")),
  connectionQuality: maybe(connectionQuality)
})

const participant = (_tag: "Joined" | "Updated") =>
  fc.tuple(identity, snapshot).map(([identity, snapshot]) => ({ _tag, ...identity, ...snapshot }))

const publication = (_tag: "Published" | "Unpublished") =>
  fc.tuple(
    identity,
    fc.record({ type, snapshot: maybe(snapshot), isTrueUser: fc.boolean(), isAnonymous: fc.boolean() })
  )
    .map(([{ as, session }, { isAnonymous, isTrueUser, snapshot, type }]) => ({
      _tag,
      session,
      type,
      as: isAnonymous ? undefined : as,
      // The user ids of the event and of its participant may differ.
      snapshot: snapshot && { ...snapshot, as: isTrueUser ? userOf(session) : as }
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

const sessionId = fc.constantFrom(...sessions, own)

const measurement: fc.Arbitrary<SfuEvent> = fc.oneof(
  fc.record({ sessionId, level: fc.constantFrom(0, 0.5), isSpeaking: fc.boolean() })
    .map((level): SfuEvent => ({ _tag: "AudioLevelsChanged", levels: [level] })),
  fc.record({ sessionId, quality: connectionQuality })
    .map((quality): SfuEvent => ({ _tag: "ConnectionQualityChanged", qualities: [quality] })),
  sessionId.map((sessionId): SfuEvent => ({ _tag: "DominantSpeakerChanged", sessionId })),
  fc.record({ sessionId, trackType: type, isPaused: fc.boolean() })
    .map((state): SfuEvent => ({ _tag: "VideoPauseChanged", states: [state] }))
)

/** Replaces the policy. */
const subscription = fc.record({
  types: fc.uniqueArray(type, { maxLength: 3 }),
  except: maybe(fc.constantFrom(...sessions)),
  width: maybe(fc.constantFrom(320, 640))
}).map((wants): Fact => ({ _tag: "Subscribed", wants }))

const fate = fc.constantFrom<Fate>("refused", "lost", "answer lost", "slow").map((fate): Fact => ({
  _tag: "Fate",
  fate
}))

const signal: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 4, arbitrary: participant("Joined") },
  { weight: 2, arbitrary: participant("Updated") },
  {
    weight: 2,
    arbitrary: fc.tuple(identity, joinedAt).map(([{ session }, joinedAt]): Fact => ({
      _tag: "Left",
      session,
      joinedAt
    }))
  },
  { weight: 5, arbitrary: publication("Published") },
  { weight: 3, arbitrary: publication("Unpublished") },
  { weight: 3, arbitrary: measurement.map((event): Fact => ({ _tag: "Measured", event })) },
  { weight: 2, arbitrary: subscription }
)

const reconnection = fc.record({
  _tag: fc.constantFrom("Resumed" as const, "Rejoined" as const, "Migrated" as const),
  people: fc.uniqueArray(participant("Joined"), { maxLength: 3, selector: ({ session }) => session })
})

const fact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 16, arbitrary: signal },
  { weight: 5, arbitrary: offer },
  { weight: 2, arbitrary: reconnection },
  { weight: 1, arbitrary: fate },
  { weight: 1, arbitrary: fc.constant<Fact>({ _tag: "Wait" }) }
)

const nameOf = (session: string, type: TrackType) => `${session} ${type}`

/**
 * The publications that have to be announced as unresolved: each one that has no track at its deadline, once for each
 * wait. A wait begins with the publication and with every change of it.
 */
class Deadlines {
  private readonly unresolved = new Set<string>()
  /** Several facts came at once: their order decides whether these wait again. */
  private readonly doubtful = new Set<string>()
  /** By session. Another user is another key, which waits anew. */
  private users: ReadonlyMap<string, string> = new Map()

  expect(step: Step, people: ReadonlyMap<string, ExpectedParticipant>, unresolved: ReadonlyArray<string>): void {
    // A join response begins every wait again.
    if (step.some((fact) => "people" in fact)) this.unresolved.clear()
    for (const [session, { userId }] of people) {
      if (this.users.get(session) === userId) continue
      for (const name of this.unresolved) if (name.startsWith(`${session} `)) this.unresolved.delete(name)
    }
    this.users = new Map(Array.from(people, ([session, { userId }]) => [session, userId]))
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

/** Whether a fact begins the wait of a publication. */
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

/**
 * Opens the packets when a track is added, and closes them when it is removed, as an application does. Returns the track and
 * the payload of each packet.
 */
const receiveAll = (edge: Harness["edge"]) =>
  Effect.gen(function*() {
    const received: Array<string> = []
    const listeners = yield* FiberMap.make<TrackId>()
    const listen = (trackId: TrackId) =>
      Stream.runForEach(edge.rtp(trackId), ({ payload }) =>
        Effect.sync(() => received.push(`${trackId} ${new TextDecoder().decode(payload)}`)))
    yield* Effect.forkScoped(
      Stream.runForEach(edge.events, (event) => {
        if (event._tag === "TrackRemoved") {
          return FiberMap.remove(listeners, event.trackId)
        }
        return event._tag === "TrackAdded" ? FiberMap.run(listeners, event.trackId, listen(event.trackId)) : Effect.void
      }),
      { startImmediately: true }
    )
    return received
  })

const withoutLevels = (participants: ReadonlyMap<string, RemoteParticipant>) =>
  new Map(Array.from(participants, ([sessionId, participant]) => [sessionId, withoutLevel(participant)]))

/** A late subscriber, an early one and the roster agree, and the roster has the tracks of the events. */
const expectLaw18 = Effect.fnUntraced(function*(
  edge: Harness["edge"],
  early: ReadonlyArray<EdgeEvent>,
  people: ReadonlyMap<string, AnnouncedParticipant>
): Effect.fn.Return<void, never, Scope.Scope> {
  const roster = new Map((yield* edge.participants).map((participant) => [participant.sessionId, participant]))
  const expected = withoutLevels(roster)
  expect(withoutLevels(participantsAfter(early))).toEqual(expected)
  const late = yield* observe(edge)
  expect(withoutLevels(participantsAfter(late.all))).toEqual(expected)
  expect(announced(late.events)).toEqual(people)
  for (const [sessionId, { publications }] of roster) {
    const tracks = publications.flatMap(({ trackId, trackType }) => trackId === undefined ? [] : [[trackType, trackId]])
    expect(new Map(people.get(sessionId)!.tracks)).toEqual(new Map(tracks as Array<[TrackType, TrackId]>))
  }
}, Effect.scoped)

/** Exactly the live publications that the policy wants are subscribed to, in the size that it wants. */
const expectLaw19 = (edge: Harness["edge"], sfu: SubscriptionSfu.SubscriptionSfu, wants: Wants) =>
  Effect.map(edge.participants, (participants) => {
    const wanted = new Map<string, Subscription["dimension"]>()
    for (const { publications, sessionId, userId } of participants) {
      for (const { isMuted, isSubscribed, trackType } of publications) {
        const key = { userId, sessionId, trackType }
        expect(isSubscribed).toBe(isWanted(wants, key))
        if (!isSubscribed || isMuted) continue
        const size = kindOf(trackType) === "audio" ? undefined : sizeOf(wants) ?? { width: 1280, height: 720 }
        wanted.set(formatTrackKey(key), size)
      }
    }
    expect(new Map(sfu.subscribed.map(({ dimension, key }) => [formatTrackKey(key), dimension]))).toEqual(wanted)
  })

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
        : Effect.succeed(listed.map(participantOf))
    )
    const sfu = yield* SubscriptionSfu.make(Effect.void)
    const onJoin = (reconnection: Reconnection | undefined) =>
      Effect.sync(() => {
        sfu.subscribed = reconnection?.subscriptions ?? []
        return {}
      })
    const { call, edge, sizes } = yield* Scope.provide(
      makeHarness({ participants: join, onJoin, onSubscriptions: sfu.onSubscriptions }, {
        sessionId: own,
        maxReconnects: Infinity,
        timeout: "2 minutes"
      }),
      scope
    )
    const { all, events } = yield* observe(edge)
    const received = yield* receiveAll(edge)
    const deadlines = new Deadlines()
    let lines: ReadonlyArray<readonly [string, string, boolean]> = []
    let wants = everything
    let read = 0
    for (let count = 1; count <= steps.length; count++) {
      for (const fact of steps[count - 1]!) {
        if ("people" in fact) listed = fact.people
        yield* perform({ call, edge }, sfu, fact)
        if (fact._tag === "Subscribed") wants = fact.wants
        if (fact._tag === "Offer") lines = fact.lines
        if (fact._tag === "Rejoined" || fact._tag === "Migrated") lines = []
      }
      yield* whenIdle
      received.length = 0
      for (const [mid, streamId] of lines) yield* call.send(mid, new TextEncoder().encode(`${mid} ${streamId}`))
      yield* whenIdle
      const people = announced(events)
      const expectedNow = expectedParticipants(steps.slice(0, count).flat())
      expect(summaryOf(people, midOf)).toEqual(summaryOf(expectedNow, (mid) => mid))
      const newEvents = events.slice(read)
      read = events.length
      deadlines.expect(
        steps[count - 1]!,
        expectedNow,
        newEvents.flatMap((event) =>
          event._tag === "TrackUnresolved" ? [nameOf(event.key.sessionId, event.key.trackType)] : []
        )
      )
      yield* expectLaw18(edge, all, people)
      if (sfu.hasAccepted && sfu.open === 0) yield* expectLaw19(edge, sfu, wants)
      const addedTracks = Array.from(people.values(), ({ tracks }) => Array.from(tracks.values())).flat()
      expect(received.toSorted()).toEqual(
        addedTracks.map((trackId) => {
          const mid = midOf(trackId)
          return `${trackId} ${mid} ${lines.find(([other]) => other === mid)![1]}`
        }).toSorted()
      )
    }
    // The pause after a failed request.
    yield* TestClock.adjust("10 seconds")
    yield* expectLaw19(edge, sfu, wants)
    isOver = true
    yield* endCall(call, scope, ending)
    // The pause before the last attempt to reconnect.
    yield* Effect.andThen(whenIdle, TestClock.adjust("5 seconds"))
    yield* whenIdle
    expect(announced(events)).toEqual(new Map())
    yield* TestClock.adjust("61 seconds")
    expect(yield* sizes).toEqual(nothing)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

/** The log of a reconnection is no fact. */
const playSilently = (steps: ReadonlyArray<Step>, ending: Ending): void =>
  synchronously(Effect.provideService(play(steps, ending), References.MinimumLogLevel, "None"))

it.each(["Resumed", "Rejoined", "Migrated"] as const)(
  "Law 13: a publication whose deadline has passed waits again after a join response: %s",
  (_tag) => {
    const listed: Presence = { session: "a1", as: "alice", types: ["Video"] }
    playSilently(
      [
        [{ _tag: "Joined", ...listed }],
        [{ _tag: "Wait" }],
        [{ _tag, people: [listed] }],
        [{ _tag: "Wait" }],
        [{ _tag: "Wait" }]
      ],
      "every participant leaves"
    )
  }
)

const count = 500

it(
  "Law 13: after any script of facts, the application knows what the model expects",
  { timeout: limitOf(count) },
  () =>
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 20 }),
        fc.constantFrom<Ending>(
          "every participant leaves",
          "the call ends",
          "the signalling is lost",
          "the media is lost",
          "the edge closes"
        ),
        playSilently
      ),
      runs(count)
    )
)
