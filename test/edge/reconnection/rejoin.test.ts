/**
 * Reconnecting with another session.
 */
import { assert, describe, it } from "@effect/vitest"
import { NegotiationError, ReconnectionError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, bob } from "../../support/people.ts"
import { nothing } from "../../support/resolver.ts"
import { errorOf, left, published, sfuParticipant, updated, whenIdle } from "../Harness.ts"
import { aliceWithCamera, failure, goAway, refusal, runReconnection, socketLost, testReconnection } from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Law 13: Rejoin replaces the session", () => {
  testReconnection(
    "every track is removed at once, and added under another id when its m-line opens again",
    [
      [
        sfuParticipant({ userId: "robot", sessionId: "agent" }, "me"),
        sfuParticipant(alice, "p", ["Video"]),
        sfuParticipant(bob, "q")
      ],
      [sfuParticipant({ userId: "robot", sessionId: "agent" }, "me"), sfuParticipant(alice, "p2", ["Video", "Audio"])]
    ],
    ({ call, edge, newEvents, reconnections, sessionIds, sizes }) =>
      Effect.gen(function*() {
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        newEvents()
        yield* call.emit(failure("Rejoin"))
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), ["a1 Video removed: agent-0-1", "b1 left"])
        const [reconnection] = reconnections()
        assert.deepInclude(reconnection, { strategy: "Rejoin", attempt: 1, previousSessionId: "agent" })
        assert.include(reconnection?.reason, "the SFU reports 500")
        assert.deepStrictEqual(reconnection?.subscriptions.map(({ key }) => key), [{ ...alice, trackType: "Video" }])
        assert.notStrictEqual(sessionIds()[1], "agent")
        // The same mid on another connection, and a prefix of the former session, which has no owner now.
        yield* call.offer([mediaSection("0", "p2", "Video"), mediaSection("1", "p", "Audio")])
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), ["a1 Video added: agent-0-2"])
        // Late events of the former session, and events about ourselves, have no effect.
        yield* call.emit(published({ ...bob, trackType: "Video" }), 0)
        yield* call.emit(left({ userId: "robot", sessionId: "agent" }))
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), [])
        const subscribed = call.calls.findLast((recorded) => recorded._tag === "Subscribed")
        assert.deepStrictEqual(subscribed?.subscriptions.map(({ key }) => key.trackType), ["Audio", "Video"])
        assert.deepStrictEqual(yield* edge.rtp("agent-0-1").pipe(Stream.runCollect), [])
        assert.strictEqual((yield* sizes).waiting, 1)
      })
  )

  testReconnection(
    "no deadline passes while no connection is open, and each begins anew",
    [aliceWithCamera, refusal(true), refusal(true), aliceWithCamera],
    ({ call, newEvents }) =>
      Effect.gen(function*() {
        yield* TestClock.adjust("9 seconds")
        yield* call.emit(failure("Rejoin"))
        // The pause and the attempts together exceed the deadline.
        yield* TestClock.adjust("9 seconds")
        assert.deepStrictEqual(newEvents(), ["a1 joined"])
        yield* TestClock.adjust("9 seconds")
        assert.deepStrictEqual(newEvents(), ["a1 Video unresolved"])
      })
  )

  testReconnection(
    "tracks are removed before the pause",
    [aliceWithCamera],
    ({ call, newEvents, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(failure("Rejoin"))
        yield* whenIdle
        yield* call.offer([mediaSection("0", "p", "Video")])
        yield* whenIdle
        newEvents()
        // A short-lived connection: a pause follows.
        yield* call.setState("failed")
        yield* whenIdle
        assert.strictEqual(reconnections().length, 1)
        assert.deepStrictEqual(newEvents(), ["a1 Video removed: agent-0-1"])
      })
  )

  testReconnection(
    "a lost socket with failed media leads to a rejoin at once",
    [aliceWithCamera],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        yield* call.setState("connected")
        yield* whenIdle
        yield* call.setState("failed")
        yield* whenIdle
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
      })
  )

  testReconnection(
    "a final refusal ends the call with its reason",
    [aliceWithCamera, refusal(false, 403)],
    ({ call, end, newEvents, sizes, states }) =>
      Effect.gen(function*() {
        yield* call.emit(failure("Rejoin"))
        const error = refusal(false, 403)
        assert.deepStrictEqual(errorOf(yield* end), new ReconnectionError({ reason: "Refused", attempts: 1, error }))
        assert.deepStrictEqual(newEvents(), ["a1 joined", "a1 left"])
        assert.deepStrictEqual(states.at(-1), { _tag: "Left" })
        yield* whenIdle
        assert.deepStrictEqual(yield* sizes, nothing)
      })
  )

  testReconnection(
    "the eleventh rejoin within two minutes ends the call",
    [aliceWithCamera],
    ({ call, end, sessionIds }) =>
      Effect.gen(function*() {
        for (let n = 0; n < 11; n++) {
          yield* call.emit(failure("Rejoin"))
          yield* whenIdle
          yield* TestClock.adjust("10 seconds")
        }
        const error = errorOf(yield* end)
        assert.instanceOf(error, ReconnectionError)
        assert.deepInclude(error, { reason: "TooManyAttempts" })
        assert.strictEqual(new Set(sessionIds()).size, 11)
      })
  )

  testReconnection(
    "more than ten rejoins in more than two minutes are allowed",
    [aliceWithCamera],
    ({ call, reconnections }) =>
      Effect.gen(function*() {
        for (let n = 0; n < 20; n++) {
          yield* call.emit(failure("Rejoin"))
          yield* TestClock.adjust("15 seconds")
        }
        assert.strictEqual(reconnections().length, 20)
        assert.strictEqual(reconnections().at(-1)?.attempt, 20)
      })
  )

  testReconnection(
    "after a hundred of each strategy, every session was left or detached, and nothing remains",
    [aliceWithCamera],
    ({ call, newEvents, sizes }) =>
      Effect.gen(function*() {
        const ways = [call.failSocket(socketLost), call.emit(failure("Rejoin")), call.emit(goAway)]
        newEvents()
        for (let n = 0; n < 100; n++) {
          for (const way of ways) {
            yield* call.offer([mediaSection("0", "p", "Video")])
            yield* whenIdle
            yield* way
            yield* whenIdle
            yield* call.emit({ _tag: "MigrationCompleted" })
            yield* TestClock.adjust("20 seconds")
          }
        }
        const count = (tag: ScriptedCall.RecordedCall["_tag"]) => call.calls.filter(({ _tag }) => _tag === tag).length
        assert.deepStrictEqual(
          [count("Joined"), count("Left"), count("Detached"), count("ClosedPeerConnection")],
          [301, 100, 200, 200]
        )
        assert.strictEqual(newEvents().filter((event) => /added|removed/.test(event)).length, 400)
        assert.deepStrictEqual(yield* sizes, nothing)
      })
  )
})

describe("Law 13: the prefixes of the former session", () => {
  testReconnection(
    "do not assign an m-line of the next one",
    [aliceWithCamera, [sfuParticipant(alice, undefined, ["Video"])]],
    ({ call, newEvents }) =>
      Effect.gen(function*() {
        yield* call.emit(failure("Rejoin"))
        yield* whenIdle
        newEvents()
        yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("1", "p2", "Video")])
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), [])
        yield* call.emit(updated(alice, "p2", ["Video"]))
        yield* whenIdle
        assert.deepStrictEqual(newEvents(), ["a1 Video added: agent-1-1"])
      })
  )
})

describe("Law 13: a connection that is replaced", () => {
  it.effect("does not delay the next join until it is closed", () => {
    const answered = Deferred.makeUnsafe<void>()
    return runReconnection(
      [aliceWithCamera],
      ({ call, edge, reconnections }) =>
        Effect.gen(function*() {
          yield* Effect.forkScoped(Effect.exit(edge.publish({ trackType: "Audio", media: Stream.never })))
          yield* whenIdle
          yield* call.emit(failure("Rejoin"))
          yield* whenIdle
          assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
          assert.notInclude(call.calls.map(({ _tag }) => _tag), "ClosedPublisher")
          yield* Deferred.succeed(answered, undefined)
          yield* whenIdle
          assert.include(call.calls.map(({ _tag }) => _tag), "ClosedPublisher")
        }).pipe(Effect.ensuring(Deferred.succeed(answered, undefined))),
      undefined,
      { publisher: { onSetPublisher: () => Effect.uninterruptible(Deferred.await(answered)) } }
    )
  })

  it.effect("leaves the call at once if its subscriber connection cannot be opened", () => {
    let opened = 0
    const noPort = new NegotiationError({ step: "Open", detail: "no port" })
    return runReconnection(
      [aliceWithCamera],
      ({ call }) =>
        Effect.gen(function*() {
          yield* call.emit(failure("Rejoin"))
          yield* Effect.andThen(TestClock.adjust("10 seconds"), whenIdle)
          const tags = call.calls.map(({ _tag }) => _tag)
          const count = (tag: (typeof tags)[number]): number => tags.filter((one) => one === tag).length
          assert.deepStrictEqual([count("Joined"), count("Left")], [3, 2])
        }),
      undefined,
      { onOpen: Effect.suspend(() => opened++ === 1 ? Effect.fail(noPort) : Effect.void) }
    )
  })
})
