/**
 * What the edge sends to the SFU: subscriptions and answers.
 */
import { assert, describe, it } from "@effect/vitest"
import { NegotiationError, SfuRequestError } from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { alice, bob, camera, microphone, screen } from "../support/people.ts"
import {
  describeEvent,
  errorOf,
  joined,
  left,
  makeHarness,
  observe,
  published,
  testEdge,
  unpublished,
  whenIdle
} from "./Harness.ts"

const { mediaSection } = ScriptedCall

describe("Subscriptions", () => {
  it.effect("are sent in full, and do not wait for the answer to the last ones", () =>
    Effect.gen(function*() {
      const asked: Array<ReadonlyArray<TrackKey>> = []
      const { call } = yield* makeHarness({
        onSubscriptions: (subscriptions) => {
          asked.push(subscriptions.map(({ key }) => key))
          return Effect.never
        }
      })
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* whenIdle
      yield* call.emit(published(screen(alice)))
      yield* whenIdle
      yield* call.emit(joined(bob, "q", ["Audio"]))
      yield* call.emit(unpublished(camera(alice)))
      yield* whenIdle
      yield* call.emit(unpublished(microphone(bob)))
      yield* whenIdle
      assert.deepStrictEqual(asked.at(-1), [screen(alice)])
      yield* call.emit(left(alice))
      yield* call.emit(left(bob))
      yield* whenIdle
      assert.deepStrictEqual(asked[0], [camera(alice)])
      assert.deepStrictEqual(asked[1], [camera(alice), screen(alice)])
      assert.deepInclude(asked, [screen(alice), microphone(bob)])
      assert.deepStrictEqual(asked.at(-1), [])
    }))

  testEdge(
    "a publication that `subscribe` rejects is not resolved, and video has a dimension",
    ({ call, edge, sizes }) =>
      Effect.gen(function*() {
        const { events } = yield* observe(edge)
        yield* call.emit(joined(alice, "p", ["Video", "Audio", "ScreenShare"]))
        yield* call.offer([mediaSection("0", "p", "Audio")])
        yield* TestClock.adjust("1 minute")
        yield* ScriptedCall.flush
        assert.deepStrictEqual(events.map(describeEvent), [
          "a1 joined",
          "a1 Audio added: agent-0-1",
          "a1 ScreenShare unresolved"
        ])
        assert.deepStrictEqual(call.calls.findLast(({ _tag }) => _tag === "Subscribed"), {
          _tag: "Subscribed",
          subscriptions: [{ key: microphone(alice) }, { key: screen(alice), dimension: { width: 320, height: 180 } }]
        })
        assert.strictEqual((yield* sizes).waiting, 0)
      }),
    {},
    { subscribe: ({ trackType }) => trackType !== "Video", videoDimension: { width: 320, height: 180 } }
  )

  it.effect("a failed request is logged as a warning, and the call continues", () => {
    const failed = new SfuRequestError({
      method: "UpdateSubscriptions",
      reason: "Failed",
      code: "internal",
      detail: "no",
      attempts: 5
    })
    return Effect.gen(function*() {
      const { call, edge } = yield* makeHarness({ onSubscriptions: () => Effect.fail(failed) })
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      yield* call.emit({ _tag: "GoAway", reason: "Rebalance" })
      yield* call.emit({ _tag: "Failed", reason: "Other", code: 500, detail: "hm", reconnectStrategy: "Unspecified" })
      yield* call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
    })
  })
})

describe("Negotiation", () => {
  const iceServers = [{ urls: ["stun:127.0.0.1:3478"] }]

  testEdge("both connections are opened with the SFU's ICE servers", ({ call, edge }) =>
    Effect.gen(function*() {
      yield* Effect.orDie(edge.publish({ trackType: "Audio", media: Stream.never }))
      assert.deepInclude(call.calls, { _tag: "OpenedPeerConnection", iceServers })
      assert.deepInclude(call.calls, { _tag: "OpenedPublisher", iceServers })
    }), { onJoin: () => Effect.succeed({ iceServers }) })

  testEdge("candidates of the SFU are added to the peer connection", ({ call }) =>
    Effect.gen(function*() {
      const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", usernameFragment: "u" }
      yield* call.emit({ _tag: "IceTrickle", peerType: "Subscriber", candidate })
      yield* whenIdle
      assert.deepInclude(call.calls, { _tag: "AddedCandidate", candidate })
    }))

  it.effect("m-lines are applied before the answer is sent, and offers are answered one after the other", () =>
    Effect.gen(function*() {
      const [first, second] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const { call, edge } = yield* makeHarness({ onAnswer: (id) => Deferred.await(id === 1 ? first : second) })
      const { events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video", "Audio"]))
      yield* call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      yield* call.offer([mediaSection("0", "p", "Video"), mediaSection("1", "p", "Audio")])
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
      yield* Deferred.succeed(first, undefined)
      yield* whenIdle
      assert.deepStrictEqual(events.slice(2).map(describeEvent), ["a1 Audio added: agent-1-2"])
      yield* Deferred.succeed(second, undefined)
      yield* whenIdle
      assert.deepStrictEqual(
        call.calls.flatMap((recorded) => recorded._tag === "Answered" ? [recorded.negotiationId] : []),
        [1, 2]
      )
    }))

  it.effect("an offer that cannot be answered leads to an ICE restart, and the third in a row ends the call", () => {
    const warnings: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      if (logLevel === "Warn") warnings.push(String(Array.isArray(message) ? message[0] : message))
    })
    return Effect.gen(function*() {
      const cannot = new NegotiationError({ step: "CreateAnswer", detail: "no" })
      let failures = 2
      const { call, edge } = yield* makeHarness({
        onOffer: Effect.suspend(() => --failures < 0 ? Effect.void : Effect.fail(cannot))
      })
      const { end, events } = yield* observe(edge)
      yield* call.emit(joined(alice, "p", ["Video"]))
      for (let n = 0; n < 3; n++) yield* Effect.andThen(call.offer([mediaSection("0", "p", "Video")]), whenIdle)
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
      assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "RequestedIceRestart").length, 2)
      failures = 3
      for (let n = 0; n < 3; n++) yield* Effect.andThen(call.offer([]), whenIdle)
      assert.deepStrictEqual(errorOf(yield* end), cannot)
      assert.strictEqual(warnings.length, 5)
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Trace"))
  })

  it.effect("a refused answer is no failure if a newer offer arrives within a second", () =>
    Effect.gen(function*() {
      const refused = new SfuRequestError({
        method: "SendAnswer",
        reason: "Refused",
        code: 400,
        detail: "another offer",
        attempts: 1
      })
      const { call, edge } = yield* makeHarness({ onAnswer: (id) => id === 5 ? Effect.void : Effect.fail(refused) })
      const { end, events } = yield* observe(edge)
      const asked = () =>
        call.calls.flatMap((recorded): ReadonlyArray<number | string> => {
          if (recorded._tag === "Answered") return [recorded.negotiationId]
          return recorded._tag === "RequestedIceRestart" ? ["restart"] : []
        })
      yield* call.emit(joined(alice, "p", ["Video"]))
      for (let n = 0; n < 4; n++) yield* call.offer([mediaSection("0", "p", "Video")])
      yield* TestClock.adjust("900 millis")
      yield* call.offer([mediaSection("0", "p", "Video")])
      yield* whenIdle
      assert.deepStrictEqual(events.map(describeEvent), ["a1 joined", "a1 Video added: agent-0-1"])
      assert.deepStrictEqual(asked(), [5])
      yield* call.offer([mediaSection("0", "p", "Video")])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(asked(), [5, "restart"])
      for (let n = 0; n < 2; n++) {
        yield* call.offer([])
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(errorOf(yield* end), refused)
    }))
})
