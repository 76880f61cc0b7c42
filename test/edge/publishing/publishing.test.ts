/**
 * Publishing against a scripted SFU, under `TestClock`: which requests the SFU receives, and when.
 */
import { assert, describe } from "@effect/vitest"
import type { SfuEvent, TrackType, UnpublishCause } from "effect-track-resolver"
import { SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { fork, mediaSource, packet, publish, requests, sfuView, withHarness } from "./Harness.ts"

const { flush: whenIdle } = ScriptedCall

const refusal = new SfuRequestError({ method: "SetPublisher", reason: "Refused", code: 100, detail: "no", attempts: 1 })
const unreachable = new SfuRequestError({
  method: "SetPublisher",
  reason: "Unreachable",
  code: "unavailable",
  detail: "no",
  attempts: 3
})
const sessionEnded = new SfuRequestError({
  method: "SetPublisher",
  reason: "SessionEnded",
  code: "canceled",
  detail: "over",
  attempts: 0
})

const unpublishedBySfu = (trackType: TrackType, cause: UnpublishCause, sessionId = "agent"): SfuEvent => ({
  _tag: "TrackUnpublished",
  publication: { userId: "agent", sessionId, trackType },
  cause
})

/** A request that can be interrupted at nine points. */
const nineYields = Effect.repeat(Effect.yieldNow, { times: 9 }).pipe(Effect.asVoid)

const tracksOf = (call: ScriptedCall.ScriptedCall) =>
  call.calls.flatMap((recorded) => recorded._tag === "SetPublisher" ? [recorded.tracks] : [])

describe("publish", () => {
  withHarness("returns once the SFU has accepted the offer and the unmute", (harness) =>
    Effect.gen(function*() {
      const { begin, call, publishing } = harness
      const media = yield* mediaSource
      yield* begin()
      yield* whenIdle
      assert.deepStrictEqual(requests(call), [], "the connection is opened with the first track")
      const publication = yield* publish(harness, "Audio", media.media)
      assert.deepStrictEqual(requests(call), ["opens", "offers Audio on 0", "unmutes Audio"])
      yield* media.emit(7, 8)
      assert.deepStrictEqual(call.sentPackets, [7, 8].map((number) => ({ mid: "0", packet: packet(number) })))
      assert.strictEqual(publication.codec.name, "opus")
      assert.strictEqual(publication.trackType, "Audio")
      assert.deepStrictEqual(yield* publishing.announced, tracksOf(call)[0])
    }))

  withHarness(
    "concurrent requests are offered one after the other, each with all before it",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        yield* begin()
        const types = ["Video", "Audio", "ScreenShare"] as const
        yield* Effect.all(types.map((trackType) => publish(harness, trackType)), { concurrency: "unbounded" })
        assert.deepStrictEqual(requests(call), [
          "opens",
          "offers Video on 0",
          "unmutes Video",
          "offers Video on 0, Audio on 1",
          "unmutes Audio",
          "offers Video on 0, Audio on 1, ScreenShare on 2",
          "unmutes ScreenShare"
        ])
      })
  )

  withHarness(
    "without a grant, an option or a free track type a request is refused with its reason",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        yield* begin()
        const reasonOf = (trackType: TrackType) =>
          Effect.map(Effect.flip(publish(harness, trackType)), (error) => error.reason)
        assert.strictEqual(yield* reasonOf("ScreenShareAudio"), "NotAllowed")
        assert.strictEqual(yield* reasonOf("Video"), "NotOffered")
        yield* publish(harness, "Audio")
        assert.strictEqual(yield* reasonOf("Audio"), "AlreadyPublished")
        yield* publishing.onEvent({ _tag: "PublishOptionsChanged", publishOptions: [{ id: 3, trackType: "Video" }] })
        yield* publish(harness, "Video")
        assert.strictEqual(tracksOf(call).at(-1)!.at(-1)!.publishOptionId, 3)
      }),
    {
      grants: { audio: true, video: true, screenShare: false },
      publishOptions: [{ id: 1, trackType: "Audio" }, { id: 2, trackType: "ScreenShareAudio" }]
    }
  )

  withHarness(
    "the SFU's preference chooses the codec, and a requested codec chooses the option",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        yield* begin()
        assert.strictEqual((yield* publish(harness, "Video")).codec.name, "VP9")
        yield* publish(harness, "ScreenShare", Stream.never, { name: "vp8", clockRate: 90_000 })
        const [camera, screen] = tracksOf(call).at(-1)!
        assert.deepInclude(camera, { publishOptionId: 2 })
        assert.deepInclude(screen, { publishOptionId: 4, codec: { name: "vp8", clockRate: 90_000 } })
      }),
    {
      publishOptions: [
        { id: 1, trackType: "Video", codec: { name: "AV1", clockRate: 90_000 } },
        { id: 2, trackType: "Video", codec: { name: "vp9", clockRate: 90_000 } },
        { id: 3, trackType: "ScreenShare", codec: { name: "VP9", clockRate: 90_000 } },
        { id: 4, trackType: "ScreenShare", codec: { name: "VP8", clockRate: 90_000 } }
      ]
    }
  )

  withHarness(
    "a refused request is not announced, and the others are not affected",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        yield* begin()
        yield* publish(harness, "Audio")
        const error = yield* Effect.flip(publish(harness, "Video"))
        assert.deepInclude(error, { _tag: "PublishError", trackType: "Video", reason: "Refused" })
        assert.deepStrictEqual((yield* publishing.announced).map(({ trackType }) => trackType), ["Audio"])
        yield* publish(harness, "ScreenShare")
        assert.strictEqual(requests(call).at(-2), "offers Audio on 0, ScreenShare on 2")
      }),
    {
      onSetPublisher: (tracks) =>
        tracks.some(({ trackType }) => trackType === "Video") ? Effect.fail(refusal) : Effect.void
    }
  )

  withHarness("a track whose unmute is refused is taken off the connection again", (harness) =>
    Effect.gen(function*() {
      const { begin, call } = harness
      yield* begin()
      assert.strictEqual((yield* Effect.flip(publish(harness, "Audio"))).reason, "Refused")
      assert.deepStrictEqual(requests(call), ["opens", "offers Audio on 0", "offers nothing"])
    }), { onMuteStates: () => Effect.fail(refusal) })

  withHarness(
    "interrupted at any point, it leaves nothing announced, and nothing in the scope of its caller",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        const scope = yield* Effect.scope
        const held = (): number => scope.state._tag === "Open" ? scope.state.finalizers?.size ?? 0 : 0
        yield* begin()
        const before = held()
        let yields = 0
        for (let isPublished = false; !isPublished; yields++) {
          const caller = yield* fork(publishing.publish({ trackType: "Audio", media: Stream.never }))
          for (let count = 0; count < yields; count++) yield* Effect.yieldNow
          isPublished = caller.pollUnsafe() !== undefined
          yield* Fiber.interrupt(caller)
          const left: ReadonlyArray<TrackType> = isPublished ? ["Audio"] : []
          assert.deepEqual(sfuView(call), { announced: left, unmuted: left })
          assert.strictEqual(held() - before, left.length)
        }
        assert.isAbove(yields, 20)
      }),
    { onSetPublisher: () => nineYields, onMuteStates: () => nineYields }
  )
})

describe("unpublish", () => {
  withHarness("closing the scope mutes the track, and offers without it", (harness) =>
    Effect.gen(function*() {
      const { begin, call, publishing } = harness
      yield* begin()
      const audio = yield* publish(harness, "Audio")
      yield* publish(harness, "Video")
      const before = requests(call).length
      yield* audio.unpublish
      assert.deepStrictEqual(requests(call).slice(before), ["mutes Audio", "offers Video on 1"])
      assert.strictEqual((yield* publishing.announced).length, 1)
      yield* publish(harness, "Audio")
      assert.strictEqual(requests(call).at(-2), "offers Video on 1, Audio on 2")
    }))

  withHarness("the end or the failure of the media unpublishes it", (harness) =>
    Effect.gen(function*() {
      const { begin, call } = harness
      const [audio, video] = [yield* mediaSource, yield* mediaSource]
      yield* begin()
      const one = yield* publish(harness, "Audio", audio.media)
      const other = yield* publish(harness, "Video", video.media)
      yield* audio.end
      yield* one.done
      assert.deepStrictEqual(requests(call).slice(-2), ["mutes Audio", "offers Video on 1"])
      yield* video.fail("broken")
      assert.strictEqual(yield* Effect.flip(other.done), "broken")
      assert.deepStrictEqual(requests(call).slice(-2), ["mutes Video", "offers nothing"])
    }))
})

describe("mute", () => {
  withHarness(
    "only changes are sent; muted media is consumed, and leaves no gap in the sequence numbers",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const media = yield* mediaSource
        yield* begin()
        const publication = yield* publish(harness, "Audio", media.media)
        yield* media.emit(1)
        const before = requests(call).length
        yield* publication.unmute
        yield* whenIdle
        yield* publication.mute
        yield* publication.mute
        yield* whenIdle
        yield* media.emit(2, 3)
        assert.strictEqual(yield* media.buffered, 0)
        yield* publication.unmute
        yield* whenIdle
        yield* media.emit(4)
        yield* publication.mute
        yield* publication.unmute
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), ["mutes Audio", "unmutes Audio"])
        assert.deepStrictEqual(call.sentPackets.map(({ packet }) => packet), [
          packet(1),
          { ...packet(4), sequenceNumber: 2 }
        ])
      })
  )

  const muteAnswers = Ref.makeUnsafe<Effect.Effect<void, SfuRequestError>>(Effect.void)

  withHarness(
    "a mute that was in flight when the socket was replaced is sent on the next socket",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing } = harness
        yield* begin()
        const audio = yield* publish(harness, "Audio")
        const before = requests(call).length
        yield* Ref.set(muteAnswers, Effect.never)
        yield* audio.mute
        yield* whenIdle
        yield* Ref.set(muteAnswers, Effect.void)
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), ["offers Audio on 0 muted, restarting", "mutes Audio"])
      }),
    { onMuteStates: () => Effect.flatten(Ref.get(muteAnswers)) }
  )

  withHarness("a mute while the socket is lost is sent on the next socket", (harness) =>
    Effect.gen(function*() {
      const { begin, call, join, publishing } = harness
      yield* begin()
      const audio = yield* publish(harness, "Audio")
      const before = requests(call).length
      yield* Ref.set(muteAnswers, Effect.fail(sessionEnded))
      yield* audio.mute
      yield* whenIdle
      yield* Ref.set(muteAnswers, Effect.void)
      yield* audio.unmute
      yield* audio.mute
      yield* whenIdle
      assert.deepStrictEqual(requests(call).slice(before), [])
      yield* publishing.resume(yield* join)
      yield* whenIdle
      assert.deepStrictEqual(requests(call).slice(before), ["offers Audio on 0 muted, restarting", "mutes Audio"])
    }), { onMuteStates: () => Effect.flatten(Ref.get(muteAnswers)) })

  withHarness("a refused mute is sent again only when the caller mutes again", (harness) =>
    Effect.gen(function*() {
      const { begin, call } = harness
      yield* begin()
      const audio = yield* publish(harness, "Audio")
      const before = requests(call).length
      yield* Ref.set(muteAnswers, Effect.fail(refusal))
      yield* audio.mute
      yield* whenIdle
      yield* Ref.set(muteAnswers, Effect.void)
      yield* publish(harness, "Video")
      assert.notInclude(requests(call).slice(before), "mutes Audio")
      yield* audio.mute
      yield* whenIdle
      assert.strictEqual(requests(call).at(-1), "mutes Audio")
    }), { onMuteStates: () => Effect.flatten(Ref.get(muteAnswers)) })
})

describe("revocation", () => {
  withHarness(
    "moderation of our session stops the track with its cause; of another session it is a no-op",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        yield* begin()
        const media = yield* mediaSource
        const audio = yield* publish(harness, "Audio", media.media)
        const video = yield* publish(harness, "Video")
        const before = requests(call).length
        yield* publishing.onEvent(unpublishedBySfu("Audio", "UserMuted"))
        yield* publishing.onEvent(unpublishedBySfu("Audio", "Moderation", "another"))
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), [])
        yield* publishing.onEvent(unpublishedBySfu("Audio", "Moderation"))
        yield* media.emit(1)
        assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason: "Moderation" })
        assert.deepStrictEqual(requests(call).slice(before), ["mutes Audio", "offers Video on 1"])
        assert.deepStrictEqual(call.sentPackets, [])
        yield* publishing.onEvent(unpublishedBySfu("Video", "PermissionRevoked"))
        assert.deepInclude(yield* Effect.flip(video.done), { reason: "PermissionRevoked" })
        yield* publish(harness, "Audio")
      })
  )

  withHarness(
    "a lost grant stops every track that needs it, a screen share with its audio",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        yield* begin()
        yield* publish(harness, "Audio")
        const screen = yield* publish(harness, "ScreenShare")
        const sound = yield* publish(harness, "ScreenShareAudio")
        yield* publishing.onEvent({ _tag: "GrantsChanged", grants: { audio: true, video: true, screenShare: false } })
        for (const { done } of [screen, sound]) assert.deepInclude(yield* Effect.flip(done), { reason: "NotAllowed" })
        assert.deepStrictEqual(requests(call).slice(-2), [
          "mutes ScreenShare, mutes ScreenShareAudio",
          "offers Audio on 0"
        ])
      })
  )

  const held = Deferred.makeUnsafe<void>()

  withHarness(
    "a grant that is lost during the offer refuses the request, and the track is taken back",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        yield* begin()
        const caller = yield* fork(Effect.flip(publish(harness, "Audio")))
        yield* whenIdle
        yield* publishing.onEvent({ _tag: "GrantsChanged", grants: { audio: false, video: true, screenShare: true } })
        yield* whenIdle
        yield* Deferred.succeed(held, undefined)
        assert.strictEqual((yield* Fiber.join(caller)).reason, "NotAllowed")
        assert.deepStrictEqual(requests(call), ["opens", "offers Audio on 0", "offers nothing"])
      }),
    { onSetPublisher: () => Deferred.await(held) }
  )
})

describe("a new epoch", () => {
  withHarness(
    "a request waits for it, and what was published is published again, in its order",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        const media = yield* mediaSource
        const caller = yield* fork(publish(harness, "Video", media.media))
        yield* whenIdle
        assert.deepStrictEqual(requests(call), [])
        const first = yield* begin()
        const video = yield* Fiber.join(caller)
        const audio = yield* publish(harness, "Audio")
        yield* audio.mute
        yield* whenIdle
        const before = requests(call).length
        yield* first.close
        assert.deepStrictEqual(
          (yield* publishing.announced).map(({ muted, trackType }) => `${trackType} ${muted}`),
          ["Video false", "Audio true"]
        )
        yield* media.emit(1, 2)
        assert.strictEqual(yield* media.buffered, 0, "a live mediaSource is not held up")
        const abandoned = yield* publish(harness, "ScreenShare").pipe(Effect.exit, fork)
        yield* Fiber.interrupt(abandoned)
        yield* begin("again")
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), [
          "closes",
          "opens",
          "offers Video on 0, Audio on 1 muted",
          "unmutes Video"
        ])
        yield* media.emit(3)
        assert.deepStrictEqual(call.sentPackets.map(({ packet: { payload } }) => payload[0]), [3])
        yield* publishing.onEvent(unpublishedBySfu("Video", "Moderation", "agent"))
        yield* publishing.onEvent(unpublishedBySfu("Video", "Moderation", "again"))
        assert.deepInclude(yield* Effect.flip(video.done), { reason: "Moderation" })
      })
  )

  withHarness(
    "beside an open epoch, it takes over what is sent once that is negotiated",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const media = yield* mediaSource
        const first = yield* begin()
        yield* publish(harness, "Audio", media.media)
        const before = requests(call).length
        const second = yield* begin()
        yield* whenIdle
        yield* first.close
        yield* media.emit(1)
        assert.deepStrictEqual(requests(call).slice(before), ["opens", "offers Audio on 0", "unmutes Audio", "closes"])
        assert.strictEqual(call.sentPackets.length, 1)
        yield* second.close
      })
  )

  const refused = Ref.makeUnsafe<SfuRequestError | undefined>(undefined)

  withHarness(
    "what the SFU refuses again is stopped, and the others stay published",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        yield* Ref.set(refused, undefined)
        const first = yield* begin()
        const video = yield* publish(harness, "Video")
        const audio = yield* publish(harness, "Audio")
        yield* first.close
        yield* Ref.set(refused, refusal)
        yield* begin()
        yield* whenIdle
        assert.deepInclude(yield* Effect.flip(video.done), { _tag: "PublicationStoppedError", reason: "Refused" })
        assert.strictEqual(requests(call).at(-1), "unmutes Audio")
        yield* audio.unpublish
      }),
    {
      onSetPublisher: (tracks) =>
        Effect.flatMap(
          Ref.get(refused),
          (error) =>
            error !== undefined && tracks.some(({ trackType }) => trackType === "Video")
              ? Effect.fail(error)
              : Effect.void
        )
    }
  )

  withHarness(
    "a refused offer of several publications does not stop those that the SFU accepts",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        yield* Ref.set(refused, undefined)
        const first = yield* begin()
        yield* publish(harness, "Audio")
        const video = yield* publish(harness, "Video")
        yield* first.close
        yield* Ref.set(refused, refusal)
        yield* begin()
        yield* whenIdle
        assert.deepInclude(yield* Effect.flip(video.done), { _tag: "PublicationStoppedError", reason: "Refused" })
        assert.deepStrictEqual(sfuView(call), { announced: ["Audio"], unmuted: ["Audio"] })
      }),
    {
      onSetPublisher: (tracks) =>
        Effect.flatMap(
          Ref.get(refused),
          (error) =>
            error !== undefined && tracks.some(({ trackType }) => trackType === "Video")
              ? Effect.fail(error)
              : Effect.void
        )
    }
  )

  withHarness(
    "an SFU that cannot be reached gets the offer again, and no publication stops",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        yield* Ref.set(refused, undefined)
        const first = yield* begin()
        const video = yield* fork(Effect.flatMap(publish(harness, "Video"), ({ done }) => done))
        yield* whenIdle
        yield* first.close
        yield* Ref.set(refused, unreachable)
        yield* begin()
        yield* TestClock.adjust("1 minute")
        yield* Ref.set(refused, undefined)
        yield* TestClock.adjust("3 seconds")
        yield* whenIdle
        assert.isUndefined(video.pollUnsafe())
        assert.strictEqual(requests(call).at(-1), "unmutes Video")
      }),
    {
      onSetPublisher: () =>
        Effect.flatMap(Ref.get(refused), (error) => error === undefined ? Effect.void : Effect.fail(error))
    }
  )

  withHarness("key frame requests arrive through every connection", (harness) =>
    Effect.gen(function*() {
      const { begin, call } = harness
      const first = yield* begin()
      const video = yield* publish(harness, "Video")
      let keyFrameRequests = 0
      const subscriber = yield* fork(
        Stream.runForEach(video.keyFrameRequests, () => Effect.sync(() => keyFrameRequests++))
      )
      yield* whenIdle
      yield* call.requestKeyFrame("0")
      yield* whenIdle
      assert.strictEqual(keyFrameRequests, 1)
      yield* first.close
      yield* begin()
      yield* whenIdle
      yield* call.requestKeyFrame("0")
      yield* whenIdle
      assert.strictEqual(keyFrameRequests, 2)
      yield* video.unpublish
      yield* Fiber.join(subscriber)
    }))

  const isSilent = Ref.makeUnsafe(true)

  withHarness(
    "ends the worker of the former one: a request without a response is made again",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        yield* begin()
        const publishing = yield* fork(publish(harness, "Audio"))
        yield* whenIdle
        assert.deepStrictEqual(requests(call), ["opens"])
        yield* Ref.set(isSilent, false)
        yield* begin()
        yield* Fiber.join(publishing)
        assert.deepStrictEqual(requests(call), ["opens", "opens", "offers Audio on 0", "unmutes Audio"])
      }),
    { onSetPublisher: () => Effect.flatMap(Ref.get(isSilent), (silent) => silent ? Effect.never : Effect.void) }
  )

  withHarness(
    "has the grants and options of its own session, and none of the former one",
    (harness) =>
      Effect.gen(function*() {
        const { begin, publishing } = harness
        yield* begin()
        yield* publishing.onEvent({ _tag: "GrantsChanged", grants: { audio: false, video: false, screenShare: false } })
        yield* publishing.onEvent({ _tag: "PublishOptionsChanged", publishOptions: [{ id: 1, trackType: "Video" }] })
        assert.strictEqual((yield* Effect.flip(publish(harness, "Audio"))).reason, "NotAllowed")
        yield* begin()
        yield* publish(harness, "Audio")
      })
  )
})

describe("another socket", () => {
  withHarness(
    "restarts ICE on the same connection, and announces nothing again",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing } = harness
        yield* begin()
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.deepStrictEqual(requests(call), [], "without a connection there is nothing to restart")
        yield* publish(harness, "Audio")
        const before = requests(call).length
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), ["offers Audio on 0, restarting"])
      })
  )

  const isSocketLost = Ref.makeUnsafe(true)

  withHarness("a publish that was in flight is offered again", (harness) =>
    Effect.gen(function*() {
      const { begin, call, join, publishing } = harness
      yield* begin()
      const caller = yield* fork(publish(harness, "Audio"))
      yield* whenIdle
      assert.deepStrictEqual(requests(call), ["opens"])
      yield* Ref.set(isSocketLost, false)
      yield* publishing.resume(yield* join)
      yield* Fiber.join(caller)
      assert.deepStrictEqual(requests(call).slice(-2), ["offers Audio on 1", "unmutes Audio"])
    }), {
    onSetPublisher: () => Effect.flatMap(Ref.get(isSocketLost), (cut) => cut ? Effect.fail(sessionEnded) : Effect.void)
  })

  withHarness(
    "takes the track of a publish that was in flight off the connection",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing, stopped } = harness
        yield* Ref.set(isSocketLost, true)
        yield* begin()
        const caller = yield* fork(publish(harness, "Audio"))
        yield* whenIdle
        assert.deepStrictEqual(stopped, ["track 0"])
        yield* Ref.set(isSocketLost, false)
        yield* publishing.resume(yield* join)
        yield* Fiber.join(caller)
        assert.deepStrictEqual(stopped, ["track 0"])
        assert.deepStrictEqual(sfuView(call), { announced: ["Audio"], unmuted: ["Audio"] })
      }),
    {
      onSetPublisher: () =>
        Effect.flatMap(Ref.get(isSocketLost), (lost) => lost ? Effect.fail(sessionEnded) : Effect.void)
    }
  )

  const muteAnswers = Ref.makeUnsafe<Effect.Effect<void, SfuRequestError>>(Effect.void)

  withHarness(
    "an unpublish that was in flight is repeated, with its mute and its offer",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing } = harness
        yield* begin()
        const audio = yield* publish(harness, "Audio")
        const before = requests(call).length
        yield* Ref.set(muteAnswers, Effect.never)
        const unpublishing = yield* fork(audio.unpublish)
        yield* whenIdle
        yield* Ref.set(muteAnswers, Effect.void)
        yield* publishing.resume(yield* join)
        yield* Fiber.join(unpublishing)
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), ["mutes Audio", "offers nothing, restarting"])
      }),
    { onMuteStates: () => Effect.flatten(Ref.get(muteAnswers)) }
  )

  withHarness(
    "while the socket is lost an unpublish returns at once, and the SFU is informed on the next",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing } = harness
        yield* begin()
        const audio = yield* publish(harness, "Audio")
        const video = yield* publish(harness, "Video")
        const before = requests(call).length
        yield* Ref.set(muteAnswers, Effect.fail(sessionEnded))
        yield* video.mute
        yield* whenIdle
        yield* Ref.set(muteAnswers, Effect.void)
        const unpublishing = yield* fork(audio.unpublish)
        yield* whenIdle
        assert.isDefined(unpublishing.pollUnsafe())
        assert.deepStrictEqual(requests(call).slice(before), [])
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before), [
          "mutes Audio",
          "offers Video on 1 muted, restarting",
          "mutes Video"
        ])
      }),
    { onMuteStates: () => Effect.flatten(Ref.get(muteAnswers)) }
  )

  withHarness(
    "an unpublish that waits for the SFU returns when the socket is lost",
    (harness) =>
      Effect.gen(function*() {
        const { begin, join, publishing } = harness
        yield* begin()
        const audio = yield* publish(harness, "Audio")
        yield* Ref.set(muteAnswers, Effect.never)
        const unpublishing = yield* fork(audio.unpublish)
        yield* whenIdle
        assert.isUndefined(unpublishing.pollUnsafe())
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.isDefined(unpublishing.pollUnsafe())
      }),
    { onMuteStates: () => Effect.flatten(Ref.get(muteAnswers)) }
  )

  const offerAnswers = Ref.makeUnsafe<Effect.Effect<void, SfuRequestError>>(Effect.void)

  withHarness(
    "what was being published again is offered again, and the epoch goes on",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, join, publishing } = harness
        const first = yield* begin()
        yield* publish(harness, "Audio")
        yield* first.close
        yield* Ref.set(offerAnswers, Effect.fail(sessionEnded))
        const second = yield* begin()
        const lost = yield* fork(Effect.flip(second.lost))
        yield* whenIdle
        const before = requests(call).length
        yield* Ref.set(offerAnswers, Effect.void)
        yield* publishing.resume(yield* join)
        yield* whenIdle
        assert.isUndefined(lost.pollUnsafe())
        assert.deepStrictEqual(requests(call).slice(before), ["offers Audio on 1, restarting", "unmutes Audio"])
      }),
    { onSetPublisher: () => Effect.flatten(Ref.get(offerAnswers)) }
  )

  withHarness("keeps the grants and options that its join response leaves out", (harness) =>
    Effect.gen(function*() {
      const { begin, join, publishing } = harness
      yield* begin()
      yield* publishing.onEvent({ _tag: "GrantsChanged", grants: { audio: false, video: true, screenShare: true } })
      yield* publishing.onEvent({ _tag: "PublishOptionsChanged", publishOptions: [{ id: 1, trackType: "Video" }] })
      yield* publishing.resume(yield* join)
      assert.strictEqual((yield* Effect.flip(publish(harness, "Audio"))).reason, "NotAllowed")
      assert.strictEqual((yield* Effect.flip(publish(harness, "ScreenShare"))).reason, "NotOffered")
      const granted = { audio: true, video: true, screenShare: true }
      const session = yield* join
      yield* publishing.resume({ ...session, grants: granted, publishOptions: [{ id: 2, trackType: "Audio" }] })
      yield* publish(harness, "Audio")
    }))
})

describe("the connection", () => {
  withHarness(
    "that fails is restarted once, and is lost if it fails again before it is connected",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const epoch = yield* begin()
        yield* publish(harness, "Audio")
        const lost = yield* fork(Effect.flip(epoch.lost))
        yield* call.setPublisherState("connected")
        yield* whenIdle
        for (let failure = 0; failure < 2; failure++) {
          const before = requests(call).length
          yield* call.setPublisherState("failed")
          yield* call.setPublisherState("connecting")
          yield* whenIdle
          assert.deepStrictEqual(requests(call).slice(before), ["offers Audio on 0, restarting"])
          yield* call.setPublisherState("connected")
          yield* whenIdle
        }
        yield* call.setPublisherState("failed")
        yield* call.setPublisherState("connecting")
        yield* whenIdle
        assert.isUndefined(lost.pollUnsafe())
        yield* call.setPublisherState("failed")
        assert.deepInclude(yield* Fiber.join(lost), { _tag: "PeerConnectionError", reason: "Lost" })
      })
  )

  withHarness(
    "that a restart leaves failed is lost at once, and one that never connected is not restarted",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call } = harness
        const first = yield* begin()
        yield* publish(harness, "Audio")
        yield* call.setPublisherState("connected")
        yield* call.setPublisherState("failed")
        assert.deepInclude(yield* Effect.flip(first.lost), { reason: "Lost" })
        yield* first.close
        const before = requests(call).length
        const second = yield* begin()
        yield* whenIdle
        yield* call.setPublisherState("failed")
        assert.deepInclude(yield* Effect.flip(second.lost), { reason: "NeverConnected" })
        assert.notInclude(requests(call).slice(before).join(), "restarting")
      }),
    { connects: false }
  )

  withHarness(
    "gets the SFU's candidates and restart requests for the publisher, and not those for the subscriber",
    (harness) =>
      Effect.gen(function*() {
        const { begin, call, publishing } = harness
        yield* begin()
        yield* publish(harness, "Audio")
        const before = requests(call).length
        for (const peerType of ["Subscriber", "Publisher"] as const) {
          yield* publishing.onEvent({ _tag: "IceTrickle", peerType, candidate: { candidate: "candidate:1" } })
          yield* publishing.onEvent({ _tag: "IceRestart", peerType })
        }
        yield* whenIdle
        assert.deepStrictEqual(requests(call).slice(before).toSorted(), [
          "adds a candidate",
          "offers Audio on 0, restarting"
        ])
      })
  )
})

describe("the end of the call", () => {
  withHarness(
    "refuses what is requested, and stops what is published",
    (harness) =>
      Effect.gen(function*() {
        const epoch = yield* harness.begin()
        const audio = yield* publish(harness, "Audio")
        yield* epoch.close
        const waiting = yield* fork(Effect.flip(publish(harness, "Video")))
        yield* whenIdle
        yield* harness.end
        assert.deepInclude(yield* Fiber.join(waiting), { _tag: "PublishError", reason: "Ended" })
        assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason: "Ended" })
        assert.strictEqual((yield* Effect.flip(publish(harness, "Audio"))).reason, "Ended")
      })
  )
})
