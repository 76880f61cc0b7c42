/**
 * Programs about the room: bodies of tracks that come and go (law 17), a subscriber that begins in the middle of changes
 * (law 18), and subscriptions that change while requests fail and connections are lost (law 19). Each asserts what has to hold in
 * every schedule.
 */
import type {
  EdgeEvent,
  OnFailure,
  RemoteParticipant,
  RemoteTrack,
  SfuEvent,
  Subscription,
  TrackKey
} from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as References from "effect/References"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { assert } from "vitest"
import * as SubscriptionSender from "../../src/edge/internal/SubscriptionSender.ts"
import { alice, bob, camera, crowd, microphone } from "../support/people.ts"
import { concurrently, losses, tracks, withEdge } from "./ExploredEdge.ts"
import type { Harness } from "./ExploredEdge.ts"
import { joined, left, participantsAfter, published, sfuParticipant, unpublished, withoutLevel } from "./Harness.ts"
import type { Fate } from "./SubscriptionSfu.ts"
import * as SubscriptionSfu from "./SubscriptionSfu.ts"

const { mediaSection: media } = ScriptedCall

/** Other fibers run in the middle of what follows. */
const aWhile = Effect.repeat(Effect.yieldNow, { times: 2 })

/** About as long as the edge takes for one event. */
const aStep = Effect.repeat(Effect.yieldNow, { times: 8 })

// --- Law 17 -----------------------------------------------------------------------------------------------------------

/** Bodies that are slow to close, and what they do against the law. The second body fails while it runs. */
const makeBodies = <A extends RemoteTrack | RemoteParticipant>() => {
  /** By key: the track, or the participant. */
  const running = new Map<string, A>()
  const errors: Array<string> = []
  let begun = 0

  const body = (name: string, subject: A, use: Effect.Effect<unknown>): Effect.Effect<never, string, Scope.Scope> =>
    Effect.gen(function*() {
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          if (running.has(name)) errors.push(`two bodies of ${name}`)
          running.set(name, subject)
        }),
        () => Effect.andThen(aWhile, Effect.sync(() => running.delete(name)))
      )
      if (++begun === 2) return yield* Effect.andThen(aWhile, Effect.fail("broken"))
      yield* use
      return yield* Effect.never
    })

  return { body, errors, running }
}

/** What follows when a body fails: by name, the policy, and whether every present track has a body in the end. */
const failurePolicies = {
  "logged": { onFailure: "log", runsAgain: false },
  "repeated": { onFailure: Schedule.spaced("1 second"), runsAgain: true },
  "the end of all": { onFailure: "fail", runsAgain: false }
} as const

export const failures = Object.keys(failurePolicies) as ReadonlyArray<keyof typeof failurePolicies>

/**
 * Alice mutes, unmutes, leaves and returns, and gets another m-line, while bodies of her tracks begin, fail and close slowly. In
 * the end each present track has a body, which receives its packets.
 */
export const bodiesOfTracks = (failure: keyof typeof failurePolicies) =>
  withEdge(
    { participants: Effect.succeed([sfuParticipant(alice, "p", ["Audio"])]) },
    ({ call, close, edge, events }) =>
      Effect.scoped(Effect.gen(function*() {
        const { onFailure, runsAgain } = failurePolicies[failure]
        const { body, errors, running } = makeBodies<RemoteTrack>()
        const received: Array<RemoteTrack> = []
        const ofTrack = (track: RemoteTrack) => {
          const name = formatTrackKey(track.key)
          const receive = Effect.sync(() => {
            if (running.get(name) !== track) errors.push(`a packet for a former body of ${name}`)
            received.push(track)
          })
          return body(name, track, Stream.runForEach(track.rtp, () => receive))
        }
        yield* call.offer([media("0", "p", "Audio")])
        const following = yield* Effect.forkScoped(
          Effect.exit(edge.forEachTrack<never, string, Scope.Scope, OnFailure<string>>({}, ofTrack, { onFailure }))
        )
        yield* concurrently({
          mute: Effect.andThen(call.emit(unpublished(microphone(alice))), call.emit(published(microphone(alice)))),
          leave: Effect.andThen(call.emit(left(alice)), call.emit(joined(alice, "p", ["Audio"]))),
          offer: call.offer([media("1", "p", "Audio")])
        })
        yield* Effect.sleep("1 minute")
        const present = Array.from(tracks(events).values())
        const withBody = Array.from(running.values(), ({ trackId }) => trackId)
        assert.deepStrictEqual(withBody, runsAgain ? present : withBody.filter((trackId) => present.includes(trackId)))
        received.length = 0
        yield* call.send("1", new Uint8Array())
        yield* Effect.sleep("1 second")
        assert.deepStrictEqual(received, Array.from(running.values()))
        yield* close
        yield* Fiber.join(following)
        assert.strictEqual(running.size, 0, "no body outlives the call")
        assert.deepStrictEqual(errors, [])
      }))
  )

/** The same for the bodies of participants, of whom one leaves and returns, and another one is a different user afterwards. */
export const bodiesOfParticipants = withEdge({}, ({ call, close, edge }) =>
  Effect.scoped(Effect.gen(function*() {
    const { body, errors, running } = makeBodies<RemoteParticipant>()
    const following = yield* Effect.forkScoped(Effect.exit(
      edge.forEachParticipant(
        { isOwnUser: false },
        (participant) => body(participant.sessionId, participant, Effect.void),
        { onFailure: Schedule.spaced("1 second") }
      )
    ))
    yield* call.emit(joined(alice))
    yield* concurrently({
      alice: Effect.andThen(call.emit(left(alice)), call.emit(joined(alice))),
      bob: Effect.andThen(call.emit(joined(bob)), call.emit(joined({ ...bob, userId: "robert" })))
    })
    yield* Effect.sleep("1 minute")
    assert.sameDeepMembers(Array.from(running.values()), Array.from(yield* edge.participants))
    yield* close
    yield* Fiber.join(following)
    assert.strictEqual(running.size, 0, "no body outlives the call")
    assert.deepStrictEqual(errors, [])
  })))

// --- Law 18 -----------------------------------------------------------------------------------------------------------

/** The participants and tracks that the events add up to. */
const stateAfter = (events: ReadonlyArray<EdgeEvent>) => ({
  participants: Array.from(participantsAfter(events).values(), withoutLevel),
  tracks: Array.from(tracks(events)).toSorted()
})

/** Asserts that a subscriber has received the state after some of the events of an early one, and then the same events. */
const assertContinues = (late: ReadonlyArray<EdgeEvent>, early: ReadonlyArray<EdgeEvent>): void => {
  let changes = 0
  while (changes < late.length && late.at(-1 - changes) === early.at(-1 - changes)) changes++
  const before = () =>
    [late, early].map((events) => stateAfter(events.slice(0, events.length - changes))) as [unknown, unknown]
  // The state has the same TrackAdded as the changes.
  while (!Equal.equals(...before()) && late.at(-changes)?._tag === "TrackAdded") changes--
  assert.deepStrictEqual(...before(), "the late subscriber began with the state of the early one")
}

/** Some subscribe one after the other in the middle of everything that changes a participant. */
export const subscribeInTheMiddle = withEdge(
  { participants: Effect.succeed([sfuParticipant(alice, "p", ["Video"])]) },
  ({ call, edge, events }) =>
    Effect.scoped(Effect.gen(function*() {
      const lateOnes = Array.from({ length: 4 }, (): Array<EdgeEvent> => [])
      const { sessionId } = alice
      const scope = yield* Effect.scope
      const inTurn = (events: ReadonlyArray<SfuEvent>) =>
        Effect.forEach(events, (event) => Effect.andThen(call.emit(event), aStep))
      yield* concurrently({
        media: call.offer([media("0", "p", "Video"), media("1", "q", "Audio")]),
        activity: inTurn([
          { _tag: "AudioLevelsChanged", levels: [{ sessionId, level: 0.5, isSpeaking: true }] },
          { _tag: "ConnectionQualityChanged", qualities: [{ sessionId, quality: "Poor" }] },
          { _tag: "DominantSpeakerChanged", sessionId: bob.sessionId },
          { _tag: "VideoPauseChanged", states: [{ sessionId, trackType: "Video", isPaused: true }] }
        ]),
        signalling: inTurn([joined(bob, "q", ["Audio"]), unpublished(camera(alice)), left(bob)]),
        subscribers: Effect.forEach(lateOnes, (late) =>
          Effect.forkIn(
            Effect.ignore(Stream.runForEach(edge.events, (event) => Effect.sync(() => late.push(event)))),
            scope
          ).pipe(Effect.andThen(aStep))),
        policy: edge.subscribe(({ trackType }) => trackType === "Audio")
      })
      yield* Effect.sleep("1 minute")
      const participants = (yield* edge.participants).map(withoutLevel)
      assert.deepStrictEqual(stateAfter(events).participants, participants)
      for (const late of lateOnes) {
        assert.deepStrictEqual(stateAfter(late), stateAfter(events))
        assertContinues(late, events)
      }
    }))
)

// --- Law 19 -----------------------------------------------------------------------------------------------------------

const namesOf = (keys: Iterable<TrackKey>): ReadonlyArray<string> => Array.from(keys, formatTrackKey).toSorted()

const assertSubscribed = (
  { edge, events }: Harness,
  sfu: { readonly subscribed: ReadonlyArray<Subscription> },
  policy: (key: TrackKey) => boolean
) =>
  Effect.map(edge.participants, (participants) => {
    const live = participants.flatMap(({ publications, sessionId, userId }) =>
      publications.flatMap(({ isMuted, isSubscribed, trackType }) => {
        assert.strictEqual(isSubscribed, policy({ userId, sessionId, trackType }))
        return isMuted ? [] : [{ userId, sessionId, trackType }]
      })
    )
    const wanted = live.filter(policy)
    assert.deepStrictEqual(namesOf(sfu.subscribed.map(({ key }) => key)), namesOf(wanted))
    assert.sameMembers(
      Array.from(tracks(events).keys()),
      wanted.map(({ sessionId, trackType }) => `${sessionId} ${trackType}`)
    )
  })

/** The sender alone, so that every order of its steps is cheap: what is wanted changes five times. */
export const wantedChangesWhileRequestsFail = (fates: ReadonlyArray<Fate>) =>
  Effect.scoped(Effect.gen(function*() {
    const sfu = yield* SubscriptionSfu.make(Effect.sleep("1 second"), fates)
    const wantedChanged = yield* Queue.sliding<void>(1)
    let wanted: ReadonlyArray<Subscription> = []
    yield* Effect.forkScoped(SubscriptionSender.run({
      callState: { wanted: () => wanted, wantedChanged },
      session: { updateSubscriptions: sfu.onSubscriptions },
      health: { failed: () => Effect.void, succeeded: () => Effect.void },
      backOff: { base: 1_000, cap: 5_000 }
    }))
    for (const key of crowd(5)) {
      wanted = [{ key }]
      yield* Queue.offer(wantedChanged, undefined)
      yield* Effect.yieldNow
    }
    yield* Effect.sleep("1 minute")
    assert.deepStrictEqual(sfu.subscribed, wanted)
    assert.isAtMost(sfu.mostOpen, 2)
  })).pipe(Effect.provideService(References.MinimumLogLevel, "None"))

/** The application replaces its policy while Alice mutes and unmutes and Bob joins, and the first requests fail. */
export const subscribeWhileRequestsFail = (fates: ReadonlyArray<Fate>) =>
  Effect.flatMap(SubscriptionSfu.make(Effect.sleep("1 second"), fates), (sfu) =>
    withEdge({
      participants: Effect.succeed([sfuParticipant(alice, "p", ["Audio", "Video"])]),
      onSubscriptions: sfu.onSubscriptions
    }, (harness) =>
      Effect.gen(function*() {
        const { call, edge } = harness
        const policy = ({ trackType }: TrackKey) => trackType === "Video"
        yield* call.offer([media("0", "p", "Audio"), media("1", "p", "Video"), media("2", "q", "Video")])
        yield* concurrently({
          application: Effect.forEach([() => false, () => true, () => false, policy], (each) => edge.subscribe(each)),
          alice: Effect.andThen(call.emit(unpublished(camera(alice))), call.emit(published(camera(alice)))),
          bob: call.emit(joined(bob, "q", ["Video"]))
        })
        yield* Effect.sleep("1 minute")
        yield* assertSubscribed(harness, sfu, policy)
        assert.isAtMost(sfu.mostOpen, 2)
      })))

/** The application replaces its policy while the edge reconnects. The new session begins with what the join names. */
export const subscribeWhileReconnecting = (strategy: string) =>
  Effect.flatMap(SubscriptionSfu.make(Effect.sleep("1 second"), ["answer lost"]), (sfu) =>
    withEdge({
      participants: Effect.succeed([sfuParticipant(alice, "p", ["Audio", "Video"])]),
      onJoin: (reconnection) =>
        Effect.sync(() => {
          sfu.subscribed = reconnection?.subscriptions ?? []
          return {}
        }),
      onSubscriptions: sfu.onSubscriptions
    }, (harness) =>
      Effect.gen(function*() {
        const { call, edge } = harness
        const policy = ({ trackType }: TrackKey) => trackType === "Video"
        const offer = call.offer([media("0", "p", "Audio"), media("1", "p", "Video")])
        yield* offer
        yield* concurrently({
          sfu: losses[strategy]!(call),
          application: Effect.andThen(edge.subscribe(() => false), edge.subscribe(policy))
        })
        yield* Effect.sleep("1 minute")
        yield* offer
        yield* Effect.sleep("1 second")
        yield* assertSubscribed(harness, sfu, policy)
        assert.isAtMost(sfu.mostOpen, 2)
      })))
