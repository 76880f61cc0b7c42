/**
 * Our own publications when a request or the path of the publisher connection fails.
 */
import { assert, describe, it } from "@effect/vitest"
import { PeerConnectionError, SfuRequestError } from "effect-track-resolver"
import type { StreamEdge } from "effect-track-resolver"
import type { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { errorOf, whenIdle } from "../Harness.ts"
import type { ReconnectionHarness } from "./Harness.ts"
import { aliceWithCamera, failure, runReconnection } from "./Harness.ts"

type Reason = SfuRequestError["reason"]

type Request = "SetPublisher" | "UpdateMuteStates"

/** The answer to one kind of request can be changed during the test; `undefined` accepts it. */
const testRequest = <A, E>(
  name: string,
  request: Request,
  test: (
    harness: ReconnectionHarness,
    answer: (reason: Reason | undefined) => void
  ) => Effect.Effect<A, E, Scope.Scope>
): void =>
  it.effect(name, () => {
    let reason: Reason | undefined
    const respond = (method: Request) =>
      Effect.suspend(() =>
        method !== request || reason === undefined
          ? Effect.void
          : Effect.fail(new SfuRequestError({ method, reason, code: "x", detail: "", attempts: 1 }))
      )
    const publisher: ScriptedCall.PublisherScript = {
      onSetPublisher: () => respond("SetPublisher"),
      onMuteStates: () => respond("UpdateMuteStates")
    }
    return runReconnection(
      [aliceWithCamera],
      (harness) => test(harness, (next) => reason = next),
      undefined,
      { publisher }
    )
  })

const publish = (edge: StreamEdge["Service"]) => edge.publish({ trackType: "Audio", media: Stream.never })

const published = Effect.fnUntraced(function*({ call, edge }: ReconnectionHarness) {
  const publishing = yield* Effect.forkScoped(publish(edge))
  yield* whenIdle
  yield* call.setPublisherState("connected")
  const publication = yield* Fiber.join(publishing)
  yield* whenIdle
  return publication
})

describe("Law 13: a request of a publication", () => {
  for (const [reason, strategy] of [["Unauthenticated", "Rejoin"], ["SignalLost", "Fast"]] as const) {
    testRequest(
      `that fails with ${reason} is made again after ${strategy}`,
      "SetPublisher",
      ({ edge, phases }, answer) =>
        Effect.gen(function*() {
          answer(reason)
          const publishing = yield* Effect.forkScoped(publish(edge))
          // The reason is read when the request is made.
          yield* Effect.yieldNow
          while (phases().length === 1) yield* Effect.yieldNow
          answer(undefined)
          yield* whenIdle
          assert.deepStrictEqual(phases(), ["Joined", `${strategy} 1`, "Joined"])
          assert.strictEqual((yield* Fiber.join(publishing)).trackType, "Audio")
        })
    )
  }

  for (const reason of ["Refused", "Unreachable", "Failed"] as const) {
    testRequest(
      `that fails with ${reason} is the error of that publication, and the call is well`,
      "SetPublisher",
      ({ edge, phases }, answer) =>
        Effect.gen(function*() {
          answer(reason)
          const exit = yield* Effect.exit(publish(edge))
          assert.deepInclude(errorOf(exit), { _tag: "PublishError", reason: "Refused" })
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(phases(), ["Joined"])
        })
    )
  }

  testRequest("a mute that did not reach the SFU is repeated, and the state says so", "UpdateMuteStates", (
    harness,
    answer
  ) =>
    Effect.gen(function*() {
      const { call, phases } = harness
      const publication = yield* published(harness)
      answer("Unreachable")
      yield* publication.mute
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(phases(), ["Joined", "Degraded"])
      answer(undefined)
      yield* Effect.andThen(TestClock.adjust("1 second"), whenIdle)
      assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
      assert.deepInclude(call.calls, {
        _tag: "UpdatedMuteStates",
        states: [{ trackType: "Audio", muted: true }]
      })
    }))
})

describe("Law 13: a request that no longer has to be repeated", () => {
  testRequest(
    "does not lose the connection: the mute was taken back",
    "UpdateMuteStates",
    (harness, answer) =>
      Effect.gen(function*() {
        const { phases, reconnections } = harness
        const publication = yield* published(harness)
        answer("Unreachable")
        yield* publication.mute
        yield* whenIdle
        assert.deepStrictEqual(phases(), ["Joined", "Degraded"])
        yield* publication.unmute
        yield* Effect.andThen(TestClock.adjust("1 minute"), whenIdle)
        assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
        assert.deepStrictEqual(reconnections(), [])
      })
  )
})

describe("Law 13: a republication that the SFU did not get", () => {
  testRequest(
    "does not lose the connection after the end of the publication",
    "SetPublisher",
    (harness, answer) =>
      Effect.gen(function*() {
        const { call, edge, phases, reconnections } = harness
        const scope = yield* Scope.fork(yield* Effect.scope)
        yield* Scope.provide(publish(edge), scope)
        answer("Unreachable")
        yield* call.emit(failure("Rejoin"))
        yield* Effect.andThen(TestClock.adjust("5 seconds"), whenIdle)
        // A success of the subscriptions has ended the first degradation.
        yield* Effect.andThen(TestClock.adjust("1 second"), whenIdle)
        assert.strictEqual(phases().at(-1), "Degraded")
        yield* Scope.close(scope, Exit.void)
        yield* Effect.andThen(TestClock.adjust("1 minute"), whenIdle)
        assert.strictEqual(phases().at(-1), "Joined")
        assert.strictEqual(reconnections().length, 1)
      })
  )
})

describe("Law 13: a mute that the SFU did not get", () => {
  testRequest(
    "still degrades the connection when the socket ends: it has to be repeated",
    "UpdateMuteStates",
    (harness, answer) =>
      Effect.gen(function*() {
        const { phases } = harness
        const publication = yield* published(harness)
        answer("Unreachable")
        yield* publication.mute
        yield* whenIdle
        answer("SignalLost")
        yield* Effect.andThen(TestClock.adjust("5 seconds"), whenIdle)
        assert.deepStrictEqual(phases().slice(0, 3), ["Joined", "Degraded", "Fast 1"])
      })
  )
})

describe("Law 13: the path of the publisher connection", () => {
  const restarts = ({ call }: ReconnectionHarness): number =>
    call.calls.filter((recorded) => recorded._tag === "SetPublisher" && recorded.iceRestart).length

  testRequest(
    "that is lost restarts ICE at once, and the state says so",
    "SetPublisher",
    (harness) =>
      Effect.gen(function*() {
        const { call, phases, states } = harness
        yield* published(harness)
        yield* call.setPublisherState("disconnected")
        yield* whenIdle
        assert.strictEqual(restarts(harness), 1)
        assert.deepInclude(states.at(-1), { _tag: "Degraded", error: new PeerConnectionError({ reason: "Lost" }) })
        yield* call.setPublisherState("connected")
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Joined"])
      })
  )

  testRequest("that fails after the restart leads to a rejoin", "SetPublisher", (harness) =>
    Effect.gen(function*() {
      const { call, phases } = harness
      yield* published(harness)
      yield* call.setPublisherState("disconnected")
      yield* whenIdle
      yield* call.setPublisherState("connecting")
      yield* call.setPublisherState("failed")
      yield* whenIdle
      assert.deepStrictEqual(phases(), ["Joined", "Degraded", "Rejoin 1", "Joined"])
    }))

  testRequest(
    "that is closed leads to a rejoin at once, without a restart",
    "SetPublisher",
    (harness) =>
      Effect.gen(function*() {
        const { call, phases } = harness
        yield* published(harness)
        yield* call.setPublisherState("closed")
        yield* whenIdle
        assert.deepStrictEqual([phases(), restarts(harness)], [["Joined", "Rejoin 1", "Joined"], 0])
      })
  )

  testRequest(
    "that is lost again and again does not end the call of an agent that receives nothing",
    "SetPublisher",
    (harness) =>
      Effect.gen(function*() {
        const { call, reconnections, states } = harness
        yield* published(harness)
        for (let n = 0; n < 3; n++) {
          yield* call.setPublisherState("connected")
          yield* Effect.andThen(TestClock.adjust("1 minute"), whenIdle)
          yield* call.setPublisherState("closed")
          yield* Effect.andThen(TestClock.adjust("10 seconds"), whenIdle)
        }
        assert.deepStrictEqual(reconnections().map(({ strategy }) => strategy), ["Rejoin", "Rejoin", "Rejoin"])
        assert.strictEqual(states.at(-1)!._tag, "Joined")
      })
  )

  it.effect("that never connects on two connections in a row ends the call", () =>
    runReconnection(
      [aliceWithCamera],
      ({ call, edge, reconnections, states }) =>
        Effect.gen(function*() {
          yield* Effect.forkScoped(Effect.exit(publish(edge)))
          for (let n = 0; n < 2; n++) {
            yield* call.setState("connected")
            yield* Effect.andThen(TestClock.adjust("15 seconds"), whenIdle)
            yield* call.setPublisherState("failed")
            yield* Effect.andThen(TestClock.adjust("5 seconds"), whenIdle)
          }
          assert.strictEqual(reconnections().length, 1)
          assert.strictEqual(states.at(-1)!._tag, "Left")
        }),
      undefined,
      { publisher: { connects: false } }
    ))

  testRequest(
    "that cannot be restarted leads to a rejoin",
    "SetPublisher",
    (harness, answer) =>
      Effect.gen(function*() {
        const { call, phases } = harness
        yield* published(harness)
        answer("Unreachable")
        yield* call.setPublisherState("disconnected")
        yield* whenIdle
        assert.isTrue(phases().includes("Rejoin 1"))
      })
  )
})
