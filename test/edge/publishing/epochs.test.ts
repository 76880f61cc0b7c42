/**
 * The order in which an epoch begins and ends beside another one.
 */
import { assert, describe } from "@effect/vitest"
import { NegotiationError, SfuRequestError } from "effect-track-resolver"
import type { SfuEvent } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { fork, mediaSource, packet, publish, requests, withHarness } from "./Harness.ts"

const isDone = (fiber: Fiber.Fiber<unknown, unknown>): boolean => fiber.pollUnsafe() !== undefined

describe("the worker of an epoch", () => {
  const answer = Deferred.makeUnsafe<void>()

  withHarness(
    "ends before the next epoch begins",
    (harness) =>
      Effect.gen(function*() {
        yield* harness.begin()
        const caller = yield* fork(publish(harness, "Audio"))
        yield* ScriptedCall.flush
        const next = yield* fork(harness.begin("again"))
        yield* ScriptedCall.flush
        assert.deepStrictEqual([isDone(next), requests(harness.call)], [false, ["opens"]])
        yield* Deferred.succeed(answer, undefined)
        yield* Fiber.join(next)
        yield* Fiber.join(caller)
        assert.strictEqual(requests(harness.call).at(-1), "unmutes Audio")
      }),
    { onSetPublisher: () => Effect.uninterruptible(Deferred.await(answer)) }
  )

  const interruptedAfter: Array<string | undefined> = []
  let requestsSoFar: () => ReadonlyArray<string> = () => []

  withHarness(
    "is interrupted before the connection closes",
    (harness) =>
      Effect.gen(function*() {
        requestsSoFar = () => requests(harness.call)
        const epoch = yield* harness.begin()
        yield* fork(publish(harness, "Audio"))
        yield* ScriptedCall.flush
        yield* epoch.close
        yield* ScriptedCall.flush
        assert.deepStrictEqual(interruptedAfter, ["opens"])
        assert.strictEqual(requests(harness.call).at(-1), "closes")
      }),
    {
      onSetPublisher: () =>
        Effect.onInterrupt(Effect.never, () => Effect.sync(() => interruptedAfter.push(requestsSoFar().at(-1))))
    }
  )

  withHarness("goes on when the former epoch closes", (harness) =>
    Effect.gen(function*() {
      const former = yield* harness.begin()
      yield* harness.begin("again")
      yield* former.close
      yield* publish(harness, "Audio")
      assert.deepStrictEqual(requests(harness.call).slice(-2), ["offers Audio on 0", "unmutes Audio"])
    }))
})

describe("the end of a publication", () => {
  withHarness(
    "is reported to the SFU of the present epoch after the former one has closed",
    (harness) =>
      Effect.gen(function*() {
        const former = yield* harness.begin()
        yield* harness.begin("again")
        const audio = yield* publish(harness, "Audio")
        yield* former.close
        yield* audio.unpublish
        assert.deepStrictEqual(requests(harness.call).slice(-2), ["mutes Audio", "offers nothing"])
      })
  )

  const answer = Deferred.makeUnsafe<void>()

  withHarness(
    "waits for the SFU of the present epoch, also when the former one closes",
    (harness) =>
      Effect.gen(function*() {
        const former = yield* harness.begin()
        yield* harness.begin("again")
        const audio = yield* publish(harness, "Audio")
        const ending = yield* fork(audio.unpublish)
        yield* ScriptedCall.flush
        yield* former.close
        yield* ScriptedCall.flush
        assert.isFalse(isDone(ending))
        yield* Deferred.succeed(answer, undefined)
        yield* Fiber.join(ending)
        assert.strictEqual(requests(harness.call).at(-1), "offers nothing")
      }),
    { onMuteStates: ([state]) => state?.muted === true ? Deferred.await(answer) : Effect.void }
  )
})

describe("the loss of a former epoch", () => {
  let opened = 0
  const next = Deferred.makeUnsafe<void>()

  withHarness(
    "does not release an unpublish that the SFU of the present one will be informed of",
    (harness) =>
      Effect.gen(function*() {
        const former = yield* harness.begin()
        const lost = yield* fork(Effect.flip(former.lost))
        const audio = yield* publish(harness, "Audio")
        yield* harness.begin("again")
        yield* ScriptedCall.flush
        const ending = yield* fork(audio.unpublish)
        // The connection of the present epoch is not open yet.
        yield* harness.call.setPublisherState("closed")
        yield* ScriptedCall.flush
        assert.deepStrictEqual([isDone(lost), isDone(ending)], [true, false])
        yield* Deferred.succeed(next, undefined)
        yield* Fiber.join(ending)
      }),
    { onOpenPublisher: Effect.suspend(() => opened++ === 0 ? Effect.void : Deferred.await(next)) }
  )
})

describe("a connection that cannot be opened", () => {
  let opened = 0
  const failed = Effect.fail(new NegotiationError({ step: "Open", detail: "no port" }))

  withHarness(
    "in a new epoch loses that epoch, and its publications wait for the next one",
    (harness) =>
      Effect.gen(function*() {
        const former = yield* harness.begin()
        yield* publish(harness, "Audio")
        yield* former.close
        const second = yield* harness.begin("again")
        const lost = yield* fork(Effect.flip(second.lost))
        yield* ScriptedCall.flush
        assert.isTrue(isDone(lost))
        assert.deepInclude(yield* Fiber.join(lost), { reason: "NeverConnected" })
        yield* second.close
        yield* harness.begin("and again")
        yield* ScriptedCall.flush
        assert.deepStrictEqual(requests(harness.call).slice(-2), ["offers Audio on 0", "unmutes Audio"])
      }),
    { onOpenPublisher: Effect.suspend(() => opened++ === 1 ? failed : Effect.void) }
  )
})

describe("a socket that is lost", () => {
  const lost: Effect.Effect<void, SfuRequestError> = Effect.fail(
    new SfuRequestError({
      method: "SetPublisher",
      reason: "SessionEnded",
      code: "canceled",
      detail: "over",
      attempts: 1
    })
  )
  const next = { offer: lost, mute: lost }
  const script = {
    onSetPublisher: () => Effect.suspend(() => next.offer),
    onMuteStates: () => Effect.suspend(() => next.mute)
  }

  withHarness(
    "during the mute of an unpublish: no track is stopped before the next socket",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing, stopped } = harness
        Object.assign(next, { offer: Effect.void, mute: Effect.void })
        yield* begin()
        const audio = yield* publish(harness, "Audio")
        next.mute = lost
        yield* fork(audio.unpublish)
        yield* ScriptedCall.flush
        assert.deepStrictEqual(stopped, [])
        next.mute = Effect.void
        yield* publishing.resume(yield* join)
        yield* ScriptedCall.flush
        assert.deepStrictEqual(stopped, ["track 0"])
        assert.deepStrictEqual(requests(call).slice(-2), ["mutes Audio", "offers nothing, restarting"])
      }),
    script
  )

  withHarness(
    "during the offer of an unpublish: the next socket gets that offer once, and no second mute",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing } = harness
        Object.assign(next, { offer: Effect.void, mute: Effect.void })
        yield* begin()
        const audio = yield* publish(harness, "Audio")
        const before = requests(call).length
        next.offer = lost
        yield* fork(audio.unpublish)
        yield* ScriptedCall.flush
        next.offer = Effect.void
        yield* publishing.resume(yield* join)
        yield* ScriptedCall.flush
        assert.deepStrictEqual(requests(call).slice(before), ["mutes Audio", "offers nothing, restarting"])
        assert.deepStrictEqual(yield* publishing.announced, [])
      }),
    script
  )

  const moderated: SfuEvent = {
    _tag: "TrackUnpublished",
    publication: { userId: "agent", sessionId: "agent", trackType: "Audio" },
    cause: "Moderation"
  }

  withHarness(
    "during the offer of a publish: a late moderation of an earlier track does not refuse it",
    (harness) =>
      Effect.gen(function*() {
        const { begin, join, publishing } = harness
        Object.assign(next, { offer: lost, mute: Effect.void })
        yield* begin()
        const caller = yield* fork(publish(harness, "Audio"))
        yield* ScriptedCall.flush
        next.offer = Effect.void
        yield* publishing.resume(yield* join)
        yield* publishing.onEvent(moderated)
        assert.strictEqual((yield* Fiber.join(caller)).trackType, "Audio")
      }),
    script
  )

  withHarness(
    "during a republication: the former track goes on, and the next socket republishes",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing, stopped } = harness
        Object.assign(next, { offer: Effect.void, mute: Effect.void })
        yield* begin()
        const media = yield* mediaSource
        const audio = yield* publish(harness, "Audio", media.media)
        next.offer = lost
        yield* begin("again")
        yield* ScriptedCall.flush
        assert.deepStrictEqual(stopped, ["track 0"], "the track of the next connection")
        yield* media.emit(1)
        assert.strictEqual((yield* audio.stats).sent, 1)
        next.offer = Effect.void
        yield* publishing.resume(yield* join)
        yield* ScriptedCall.flush
        assert.strictEqual(requests(call).at(-1), "unmutes Audio")
        yield* media.emit(2)
        assert.strictEqual((yield* audio.stats).sent, 2)
      }),
    script
  )
})

withHarness("only a request to restart the publisher's ICE restarts it", (harness) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = harness
    yield* begin()
    yield* publish(harness, "Audio")
    const before = requests(call).length
    yield* publishing.onEvent({ _tag: "IceRestart", peerType: "Subscriber" })
    yield* ScriptedCall.flush
    assert.deepStrictEqual(requests(call).slice(before), [])
    yield* publishing.onEvent({ _tag: "IceRestart", peerType: "Publisher" })
    yield* ScriptedCall.flush
    assert.deepStrictEqual(requests(call).slice(before), ["offers Audio on 0, restarting"])
  }))

withHarness("the media of a publication is read when publish returns", (harness) =>
  Effect.gen(function*() {
    yield* harness.begin()
    const packets = yield* PubSub.unbounded<ReturnType<typeof packet>>()
    const audio = yield* publish(harness, "Audio", Stream.fromPubSub(packets))
    yield* PubSub.publish(packets, packet(1))
    yield* ScriptedCall.flush
    assert.strictEqual((yield* audio.stats).sent, 1)
  }))
