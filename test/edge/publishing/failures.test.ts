/**
 * What becomes of publications when a request, the connection or the worker of an epoch fails.
 */
import { assert, describe, it } from "@effect/vitest"
import { NegotiationError, SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Publications from "../../../src/edge/publishing/Publications.ts"
import * as PublicationStore from "../../../src/edge/publishing/PublicationStore.ts"
import { fork, mediaSource, publish, requests, withHarness } from "./Harness.ts"

const isDone = <A, E>(fiber: Fiber.Fiber<A, E>): boolean => fiber.pollUnsafe() !== undefined

const refusal = new SfuRequestError({
  method: "SetPublisher",
  reason: "Refused",
  code: 100,
  detail: "not today",
  attempts: 1
})

describe("a defect of the worker", () => {
  let offers = 0

  withHarness(
    "loses the epoch, and the next one makes the request again",
    (harness) =>
      Effect.gen(function*() {
        const first = yield* harness.begin()
        const lost = yield* fork(Effect.flip(first.lost))
        const caller = yield* fork(publish(harness, "Audio"))
        yield* ScriptedCall.flush
        assert.deepStrictEqual([isDone(lost), isDone(caller)], [true, false])
        assert.deepInclude(yield* Fiber.join(lost), { _tag: "PeerConnectionError", reason: "Lost" })
        yield* first.close
        yield* harness.begin("again")
        yield* Fiber.join(caller)
        assert.strictEqual(requests(harness.call).at(-1), "unmutes Audio")
      }),
    { onSetPublisher: () => ++offers === 1 ? Effect.die(new Error("a bug")) : Effect.void }
  )
})

describe("an epoch that is lost", () => {
  withHarness("gets no further request, and an unpublish does not wait for it", (harness) =>
    Effect.gen(function*() {
      const { begin, call } = harness
      yield* begin()
      const audio = yield* publish(harness, "Audio")
      const before = requests(call).length
      yield* call.setPublisherState("closed")
      yield* ScriptedCall.flush
      const ending = yield* fork(audio.unpublish)
      yield* ScriptedCall.flush
      assert.isTrue(isDone(ending))
      assert.deepStrictEqual(requests(call).slice(before), [])
    }))
})

describe("a connection that cannot be opened", () => {
  let opened = 0

  withHarness(
    "leaves the tracks of the former one, which is still open",
    (harness) =>
      Effect.gen(function*() {
        const { begin, stopped } = harness
        yield* begin()
        const media = yield* mediaSource
        const audio = yield* publish(harness, "Audio", media.media)
        const next = yield* begin("again")
        assert.deepInclude(yield* Effect.flip(next.lost), { reason: "NeverConnected" })
        yield* ScriptedCall.flush
        assert.deepStrictEqual(stopped, [])
        yield* media.emit(1)
        assert.strictEqual((yield* audio.stats).sent, 1)
      }),
    {
      onOpenPublisher: Effect.suspend(() =>
        ++opened === 2 ? Effect.fail(new NegotiationError({ step: "Open", detail: "no port" })) : Effect.void
      )
    }
  )
})

describe("a publication that the next session does not admit stops", () => {
  const cases = [
    ["NotAllowed", { grants: { audio: false, video: true, screenShare: true } }],
    ["Refused", { publishOptions: [{ id: 1, trackType: "Video" }] }]
  ] as const
  for (const [reason, replaced] of cases) {
    withHarness(`with the reason ${reason}, and the others are published again`, (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const first = yield* begin()
        const audio = yield* publish(harness, "Audio")
        yield* publish(harness, "Video")
        yield* first.close
        yield* begin("again", replaced)
        yield* ScriptedCall.flush
        assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason })
        assert.deepStrictEqual(requests(call).slice(-2), ["offers Video on 0", "unmutes Video"])
      }))
  }
})

describe("the error of a publish has the detail", () => {
  withHarness("of a refusal of the SFU", (harness) =>
    Effect.gen(function*() {
      yield* harness.begin()
      const error = yield* Effect.flip(publish(harness, "Audio"))
      assert.deepInclude(error, { reason: "Refused", detail: refusal.message })
      assert.include(error.detail, "not today")
    }), { onSetPublisher: () => Effect.fail(refusal) })

  withHarness("of a negotiation that failed", (harness) =>
    Effect.gen(function*() {
      yield* harness.begin()
      const error = yield* Effect.flip(publish(harness, "Audio"))
      assert.strictEqual(error.reason, "Negotiation")
      assert.include(error.detail, "no port")
    }), { onOpenPublisher: Effect.fail(new NegotiationError({ step: "Open", detail: "no port" })) })
})

it.effect("nothing is kept of a publication that was removed", () =>
  Effect.gen(function*() {
    const store = yield* PublicationStore.make
    for (const trackType of ["Audio", "Video"] as const) yield* PublicationStore.add(store, { trackType })
    PublicationStore.update(store, Publications.remove([0]))
    assert.deepStrictEqual(Array.from(store.signals.keys()), [1])
  }))
