/**
 * Requests that fail: the state says so, and what follows is bounded.
 */
import { assert, describe, it } from "@effect/vitest"
import { NegotiationError, SfuRequestError } from "effect-track-resolver"
import type { StreamEdgeOptions } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { alice, bob, microphone } from "../../support/people.ts"
import { errorOf, joined, published, unpublished, whenIdle } from "../Harness.ts"
import type { ReconnectionHarness } from "./Harness.ts"
import { aliceWithCamera, refusal, runReconnection, socketLost } from "./Harness.ts"

type Reason = SfuRequestError["reason"]

const requestError = (reason: Reason, method = "UpdateSubscriptions") =>
  new SfuRequestError({ method, reason, code: "x", detail: "", attempts: 1 })

const joins = [aliceWithCamera]

/** The answer to the subscriptions can be changed during the test; `undefined` accepts them. */
const testSubscriptions = <A, E>(
  name: string,
  first: Reason | undefined,
  test: (
    harness: ReconnectionHarness,
    answer: (reason: Reason | undefined) => void
  ) => Effect.Effect<A, E>,
  options?: StreamEdgeOptions
): void =>
  it.effect(name, () => {
    let reason = first
    const onSubscriptions = () =>
      Effect.suspend(() => reason === undefined ? Effect.void : Effect.fail(requestError(reason)))
    return runReconnection(joins, (harness) => test(harness, (next) => reason = next), options, { onSubscriptions })
  })

/** `isAccepted` gets the number of joins so far. */
const testJoins = <A, E>(
  name: string,
  joins: Parameters<typeof runReconnection>[0],
  reason: Reason,
  isAccepted: (joins: number) => boolean,
  test: (harness: ReconnectionHarness) => Effect.Effect<A, E, Scope.Scope>
): void =>
  it.effect(name, () => {
    let sessionIds: () => ReadonlyArray<string> = () => []
    const onSubscriptions = () =>
      Effect.suspend(() => isAccepted(sessionIds().length) ? Effect.void : Effect.fail(requestError(reason)))
    return runReconnection(
      joins,
      (harness) => {
        sessionIds = harness.sessionIds
        return test(harness)
      },
      undefined,
      { onSubscriptions }
    )
  })

describe("Law 13: Degraded", () => {
  for (const reason of ["Refused", "Failed", "Unreachable"] as const) {
    testSubscriptions(
      `subscriptions that fail (${reason}) are degraded at once, and well when one succeeds`,
      undefined,
      (
        { call, phases, states },
        answer
      ) =>
        Effect.gen(function*() {
          answer(reason)
          yield* call.emit(joined(bob, "q", ["Audio"]))
          yield* whenIdle
          assert.deepStrictEqual(phases(), ["Joined", "Degraded"])
          assert.deepInclude(states.at(-1), { sessionId: "agent", error: requestError(reason) })
          answer(undefined)
          yield* TestClock.adjust("250 millis")
          assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
        })
    )
  }

  for (const reason of ["Refused", "Failed"] as const) {
    testSubscriptions(
      `the third refusal (${reason}) leads to a rejoin, and the same on the next connection to the end`,
      reason,
      ({ end, phases, reconnections, states }) =>
        Effect.gen(function*() {
          yield* TestClock.adjust("2 seconds")
          assert.deepStrictEqual(phases(), ["Joined", "Degraded"])
          yield* Effect.andThen(TestClock.adjust("1 second"), whenIdle)
          assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
          assert.deepStrictEqual(phases().slice(0, 4), ["Joined", "Degraded", "Rejoin 1", "Joined"])
          yield* TestClock.adjust("3 seconds")
          assert.strictEqual(states.at(-1)!._tag, "Left")
          assert.deepInclude(errorOf(yield* end), { reason: "RequestsFailed", error: requestError(reason) })
          assert.strictEqual(reconnections().length, 1)
        })
    )
  }

  testSubscriptions(
    "an SFU that is not reachable for 20 seconds is joined anew, until maxOutage has passed",
    undefined,
    ({ call, end, phases, reconnections, states }, answer) =>
      Effect.gen(function*() {
        answer("Unreachable")
        yield* call.emit(joined(bob, "q", ["Audio"]))
        yield* whenIdle
        yield* TestClock.adjust("19 seconds")
        assert.deepStrictEqual(reconnections(), [])
        yield* Effect.andThen(TestClock.adjust("2 seconds"), whenIdle)
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        yield* Effect.andThen(TestClock.adjust("20 seconds"), whenIdle)
        assert.strictEqual(reconnections().length, 2)
        yield* Effect.andThen(TestClock.adjust("20 seconds"), whenIdle)
        assert.strictEqual(states.at(-1)!._tag, "Left")
        assert.deepInclude(errorOf(yield* end), { reason: "Outage", error: requestError("Unreachable") })
        assert.deepStrictEqual(phases().slice(-3), ["Joined", "Degraded", "Left"])
      }),
    { maxOutage: "1 minute" }
  )

  testSubscriptions(
    "three failures are not the end for an SFU that is reachable again",
    "Unreachable",
    ({ phases, reconnections }, answer) =>
      Effect.gen(function*() {
        yield* TestClock.adjust("16 seconds")
        answer(undefined)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
        assert.deepStrictEqual(reconnections(), [])
      })
  )

  it.effect("subscriptions that get no answer are degraded, also if they change more often than they fail", () => {
    const onSubscriptions = () => Effect.andThen(Effect.sleep("5 seconds"), Effect.fail(requestError("Unreachable")))
    return runReconnection(
      joins,
      ({ call, phases, reconnections }) =>
        Effect.gen(function*() {
          for (let n = 0; n < 10; n++) {
            yield* call.emit((n % 2 === 0 ? published : unpublished)(microphone(alice)))
            yield* Effect.andThen(TestClock.adjust("3 seconds"), whenIdle)
          }
          assert.deepStrictEqual(phases().slice(0, 3), ["Joined", "Degraded", "Rejoin 1"])
          assert.strictEqual(reconnections().length, 1)
        }),
      undefined,
      { onSubscriptions }
    )
  })

  it.effect("an offer that cannot be answered is degraded until one is answered", () => {
    let fails = true
    const cannot = new NegotiationError({ step: "CreateAnswer", detail: "no" })
    const onOffer = Effect.suspend(() => fails ? Effect.fail(cannot) : Effect.void)
    return runReconnection(
      joins,
      ({ call, phases, states }) =>
        Effect.gen(function*() {
          yield* call.offer([])
          yield* whenIdle
          assert.deepStrictEqual(states.at(-1), {
            _tag: "Degraded",
            sessionId: "agent",
            endToEndEncrypted: false,
            error: cannot
          })
          fails = false
          yield* call.offer([])
          yield* whenIdle
          assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
        }),
      undefined,
      { onOffer }
    )
  })
})

describe("Law 13: a token that the SFU does not accept", () => {
  testJoins(
    "leads to a rejoin at once, which gives another token",
    joins,
    "Unauthenticated",
    (joins) => joins !== 1,
    ({ call, phases, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(bob, "q", ["Audio"]))
        yield* whenIdle
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin"])
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(phases(), ["Joined", "Rejoin 1", "Joined"])
      })
  )

  testJoins(
    "ends the call if the other token is not accepted either",
    joins,
    "Unauthenticated",
    (joins) => joins === 0,
    ({ call, end, reconnections }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(bob, "q", ["Audio"]))
        yield* TestClock.adjust("5 seconds")
        assert.deepInclude(errorOf(yield* end), { reason: "RequestsFailed", error: requestError("Unauthenticated") })
        assert.strictEqual(reconnections().length, 1)
      })
  )

  testJoins(
    "ends the call if the SFU refuses the rejoin: there is no other token",
    [aliceWithCamera, refusal(false, 401)],
    "Unauthenticated",
    (joins) => joins === 0,
    ({ call, end }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(bob, "q", ["Audio"]))
        yield* whenIdle
        assert.deepInclude(errorOf(yield* end), { reason: "Refused", attempts: 1, error: refusal(false, 401) })
      })
  )
})

describe("Law 13: a session that is lost for requests", () => {
  testJoins(
    "SignalLost in reply to a request leads to Fast at once",
    joins,
    "SignalLost",
    (joins) => joins !== 1,
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* call.emit(joined(bob, "q", ["Audio"]))
        yield* whenIdle
        assert.deepStrictEqual(phases(), ["Joined", "Fast 1", "Joined"])
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(phases(), ["Joined", "Fast 1", "Joined"])
      })
  )

  /** The request finds no session, and then the socket says or does something. */
  const testNotFound = <A, E>(name: string, test: (harness: ReconnectionHarness) => Effect.Effect<A, E, Scope.Scope>) =>
    testJoins(name, joins, "SessionNotFound", (joins) => joins !== 1, (harness) =>
      Effect.gen(function*() {
        yield* harness.call.emit(joined(bob, "q", ["Audio"]))
        yield* whenIdle
        assert.deepStrictEqual(harness.phases(), ["Joined"])
        return yield* test(harness)
      }))

  testNotFound(
    "SessionNotFound leads to Rejoin, if the SFU says nothing for a second",
    ({ phases }) =>
      Effect.gen(function*() {
        yield* Effect.andThen(TestClock.adjust("900 millis"), whenIdle)
        assert.deepStrictEqual(phases(), ["Joined"])
        yield* Effect.andThen(TestClock.adjust("200 millis"), whenIdle)
        assert.deepStrictEqual(phases(), ["Joined", "Rejoin 1", "Joined"])
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(phases(), ["Joined", "Rejoin 1", "Joined"])
      })
  )

  testNotFound(
    "SessionNotFound leads to Rejoin as soon as the socket ends",
    ({ call, phases }) =>
      Effect.gen(function*() {
        yield* call.failSocket(socketLost)
        yield* whenIdle
        assert.deepStrictEqual(phases().slice(0, 2), ["Joined", "Rejoin 1"])
      })
  )

  for (const reason of ["Ended", "Kicked"] as const) {
    testNotFound(
      `the event CallEnded (${reason}) after SessionNotFound ends the call`,
      ({ call, end, sessionIds }) =>
        Effect.gen(function*() {
          yield* TestClock.adjust("500 millis")
          yield* call.emit({ _tag: "CallEnded", reason })
          yield* end
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(sessionIds().length, 1)
        })
    )
  }
})

describe("Law 13: an answer", () => {
  it.effect("to a session that the SFU no longer has leads to a rejoin", () =>
    runReconnection(
      joins,
      ({ call, phases }) =>
        Effect.gen(function*() {
          yield* call.offer([])
          yield* whenIdle
          yield* Effect.andThen(TestClock.adjust("1 second"), whenIdle)
          assert.deepStrictEqual(phases().slice(0, 2), ["Joined", "Rejoin 1"])
        }),
      undefined,
      { onAnswer: () => Effect.fail(requestError("SessionNotFound", "SendAnswer")) }
    ))

  it.effect("that did not arrive does not lose the connection if the SFU accepts the ICE restart", () =>
    runReconnection(
      joins,
      ({ call, phases, reconnections }) =>
        Effect.gen(function*() {
          yield* call.offer([])
          yield* Effect.andThen(TestClock.adjust("1 minute"), whenIdle)
          assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 1)
          assert.strictEqual(phases().at(-1), "Joined")
          assert.deepStrictEqual(reconnections(), [])
        }),
      undefined,
      { onAnswer: () => Effect.fail(requestError("Unreachable", "SendAnswer")) }
    ))
})

describe("Law 13: a local candidate", () => {
  const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host" }

  it.effect("of the subscriber connection is sent to the SFU, which may refuse it", () => {
    const sent: Array<unknown> = []
    return runReconnection(
      [{
        sendIceCandidate: (...args) =>
          Effect.andThen(Effect.sync(() => sent.push(args)), Effect.fail(requestError("Refused", "IceTrickle")))
      }],
      ({ phases }) =>
        Effect.gen(function*() {
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(sent, [["Subscriber", candidate]])
          assert.deepStrictEqual(phases(), ["Joined"])
        }),
      undefined,
      { localCandidates: [candidate] }
    )
  })

  it.effect("that finds no session leads to a rejoin", () =>
    runReconnection(
      [{ sendIceCandidate: () => Effect.fail(requestError("SessionNotFound", "IceTrickle")) }, {}],
      ({ phases }) =>
        Effect.gen(function*() {
          yield* TestClock.adjust("5 seconds")
          assert.deepStrictEqual(phases(), ["Joined", "Rejoin 1", "Joined"])
        }),
      undefined,
      { localCandidates: [candidate] }
    ))
})
