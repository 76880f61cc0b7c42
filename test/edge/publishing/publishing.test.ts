/**
 * What an SFU is asked and told of our own media, and when: against a scripted one, under `TestClock`.
 */
import { assert } from "@effect/vitest"
import type { SfuEvent, TrackType, UnpublishCause } from "effect-track-resolver"
import { SfuRequestError } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { begun, belief, lines, packet, publish, source, withStage } from "./Harness.ts"

const { flush: settle } = ScriptedCall

const refusal = new SfuRequestError({ method: "SetPublisher", reason: "Refused", code: 100, detail: "no", attempts: 1 })
const unreachable = new SfuRequestError({
  method: "SetPublisher",
  reason: "Failed",
  code: "unavailable",
  detail: "no",
  attempts: 3
})
const canceled = new SfuRequestError({
  method: "SetPublisher",
  reason: "SessionEnded",
  code: "canceled",
  detail: "over",
  attempts: 0
})

const taken = (trackType: TrackType, cause: UnpublishCause, sessionId = "agent"): SfuEvent => ({
  _tag: "TrackUnpublished",
  publication: { userId: "agent", sessionId, trackType },
  cause
})

/** A request that takes some. */
const turns = Effect.repeat(Effect.yieldNow, { times: 9 }).pipe(Effect.asVoid)

const tracksOf = (call: ScriptedCall.ScriptedCall) =>
  call.calls.flatMap((deed) => deed._tag === "SetPublisher" ? [deed.tracks] : [])

withStage("a publish answers once the SFU has it and was told that it is not muted", (stage) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = stage
    const media = yield* source
    yield* begin()
    yield* settle
    assert.deepStrictEqual(lines(call), [], "no connection before there is something to publish")
    const publication = yield* publish(stage, "Audio", media.media)
    assert.deepStrictEqual(lines(call), ["opens", "offers Audio on 0", "unmutes Audio"])
    yield* media.give(7, 8)
    assert.deepStrictEqual(call.sentPackets, [7, 8].map((number) => ({ mid: "0", packet: packet(number) })))
    assert.strictEqual(publication.codec.name, "opus")
    assert.deepStrictEqual(yield* publishing.announced, tracksOf(call)[0])
  }))

withStage("leaving the scope mutes, and offers without it", (stage) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = stage
    yield* begin()
    const audio = yield* publish(stage, "Audio")
    yield* publish(stage, "Video")
    const before = lines(call).length
    yield* audio.leave
    assert.deepStrictEqual(lines(call).slice(before), ["mutes Audio", "offers Video on 1"])
    assert.strictEqual((yield* publishing.announced).length, 1)
    yield* publish(stage, "Audio")
    assert.strictEqual(lines(call).at(-2), "offers Video on 1, Audio on 2")
  }))

withStage(
  "several publishes at once are offered one after the other, each with all before it",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      yield* begin()
      const types = ["Video", "Audio", "ScreenShare"] as const
      yield* Effect.all(types.map((trackType) => publish(stage, trackType)), { concurrency: "unbounded" })
      assert.deepStrictEqual(lines(call), [
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

withStage(
  "mute states are told when they change; what is muted is consumed, and leaves no gap",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      const media = yield* source
      yield* begin()
      const publication = yield* publish(stage, "Audio", media.media)
      yield* media.give(1)
      const before = lines(call).length
      yield* publication.unmute
      yield* settle
      yield* publication.mute
      yield* publication.mute
      yield* settle
      yield* media.give(2, 3)
      assert.strictEqual(yield* media.left, 0)
      yield* publication.unmute
      yield* settle
      yield* media.give(4)
      yield* publication.mute
      yield* publication.unmute
      yield* settle
      assert.deepStrictEqual(lines(call).slice(before), ["mutes Audio", "unmutes Audio"])
      assert.deepStrictEqual(call.sentPackets.map(({ packet }) => packet), [
        packet(1),
        { ...packet(4), sequenceNumber: 2 }
      ])
    })
)

withStage("what may not be published is refused with its reason", (stage) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = stage
    yield* begin()
    const reasonOf = (trackType: TrackType) =>
      Effect.map(Effect.flip(publish(stage, trackType)), (error) => error.reason)
    assert.strictEqual(yield* reasonOf("ScreenShareAudio"), "NotAllowed")
    assert.strictEqual(yield* reasonOf("Video"), "NotOffered")
    yield* publish(stage, "Audio")
    assert.strictEqual(yield* reasonOf("Audio"), "AlreadyPublished")
    yield* publishing.onEvent({ _tag: "PublishOptionsChanged", publishOptions: [{ id: 3, trackType: "Video" }] })
    yield* publish(stage, "Video")
    assert.strictEqual(tracksOf(call).at(-1)!.at(-1)!.publishOptionId, 3)
  }), {
  grants: { audio: true, video: true, screenShare: false },
  publishOptions: [{ id: 1, trackType: "Audio" }, { id: 2, trackType: "ScreenShareAudio" }]
})

withStage(
  "without a wish a codec is the SFU's, if it can be sent; with one, the option is that codec's",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      yield* begin()
      assert.strictEqual((yield* publish(stage, "Video")).codec.name, "VP9")
      yield* publish(stage, "ScreenShare", Stream.never, { name: "vp8", clockRate: 90_000 })
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

withStage("what the SFU refuses is not announced, and harms no other", (stage) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = stage
    yield* begin()
    yield* publish(stage, "Audio")
    const error = yield* Effect.flip(publish(stage, "Video"))
    assert.deepInclude(error, { _tag: "PublishError", trackType: "Video", reason: "Refused" })
    assert.deepStrictEqual((yield* publishing.announced).map(({ trackType }) => trackType), ["Audio"])
    yield* publish(stage, "ScreenShare")
    assert.strictEqual(lines(call).at(-2), "offers Audio on 0, ScreenShare on 2")
  }), {
  onSetPublisher: (tracks) => tracks.some(({ trackType }) => trackType === "Video") ? Effect.fail(refusal) : Effect.void
})

withStage("a publication that nobody could be told of is taken off again", (stage) =>
  Effect.gen(function*() {
    const { begin, call } = stage
    yield* begin()
    assert.strictEqual((yield* Effect.flip(publish(stage, "Audio"))).reason, "Refused")
    assert.deepStrictEqual(lines(call), ["opens", "offers Audio on 0", "offers nothing"])
  }), { onMuteStates: () => Effect.fail(refusal) })

withStage("its media's end unpublishes it, and its failure too", (stage) =>
  Effect.gen(function*() {
    const { begin, call } = stage
    const [audio, video] = [yield* source, yield* source]
    yield* begin()
    const one = yield* publish(stage, "Audio", audio.media)
    const other = yield* publish(stage, "Video", video.media)
    yield* audio.end
    yield* one.done
    assert.deepStrictEqual(lines(call).slice(-2), ["mutes Audio", "offers Video on 1"])
    yield* video.fail("broken")
    assert.strictEqual(yield* Effect.flip(other.done), "broken")
    assert.deepStrictEqual(lines(call).slice(-2), ["mutes Video", "offers nothing"])
  }))

withStage(
  "moderation stops a track of ours, and says why; anybody else's is none of our business",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call, publishing } = stage
      yield* begin()
      const media = yield* source
      const audio = yield* publish(stage, "Audio", media.media)
      const video = yield* publish(stage, "Video")
      const before = lines(call).length
      yield* publishing.onEvent(taken("Audio", "UserMuted"))
      yield* publishing.onEvent(taken("Audio", "Moderation", "another"))
      yield* settle
      assert.deepStrictEqual(lines(call).slice(before), [])
      yield* publishing.onEvent(taken("Audio", "Moderation"))
      yield* media.give(1)
      assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason: "Moderation" })
      assert.deepStrictEqual(lines(call).slice(before), ["mutes Audio", "offers Video on 1"])
      assert.deepStrictEqual(call.sentPackets, [])
      yield* publishing.onEvent(taken("Video", "PermissionRevoked"))
      assert.deepInclude(yield* Effect.flip(video.done), { reason: "PermissionRevoked" })
      yield* publish(stage, "Audio")
    })
)

withStage("a lost grant stops what it was for, screen and sound alike", (stage) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = stage
    yield* begin()
    yield* publish(stage, "Audio")
    const screen = yield* publish(stage, "ScreenShare")
    const sound = yield* publish(stage, "ScreenShareAudio")
    yield* publishing.onEvent({ _tag: "GrantsChanged", grants: { audio: true, video: true, screenShare: false } })
    for (const { done } of [screen, sound]) assert.deepInclude(yield* Effect.flip(done), { reason: "NotAllowed" })
    assert.deepStrictEqual(lines(call).slice(-2), ["mutes ScreenShare, mutes ScreenShareAudio", "offers Audio on 0"])
  }))

withStage("what is revoked while it is being asked for is refused, and taken back", (stage) =>
  Effect.gen(function*() {
    const { begin, call, publishing } = stage
    yield* begin()
    const asking = yield* begun(Effect.flip(publish(stage, "Audio")))
    yield* settle
    yield* publishing.onEvent({ _tag: "GrantsChanged", grants: { audio: false, video: true, screenShare: true } })
    yield* settle
    yield* Deferred.succeed(held, undefined)
    assert.strictEqual((yield* Fiber.join(asking)).reason, "NotAllowed")
    assert.deepStrictEqual(lines(call), ["opens", "offers Audio on 0", "offers nothing"])
  }), { onSetPublisher: () => Deferred.await(held) })
const held = Deferred.makeUnsafe<void>()

withStage(
  "a publish waits for an epoch, and what stands is published anew in the next, in its order",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call, publishing } = stage
      const media = yield* source
      const asking = yield* begun(publish(stage, "Video", media.media))
      yield* settle
      assert.deepStrictEqual(lines(call), [])
      const first = yield* begin()
      const video = yield* Fiber.join(asking)
      const audio = yield* publish(stage, "Audio")
      yield* audio.mute
      yield* settle
      const before = lines(call).length
      yield* first.close
      assert.deepStrictEqual(
        (yield* publishing.announced).map(({ muted, trackType }) => `${trackType} ${muted}`),
        ["Video false", "Audio true"]
      )
      yield* media.give(1, 2)
      assert.strictEqual(yield* media.left, 0, "a live source is not held up")
      const leaving = yield* publish(stage, "ScreenShare").pipe(Effect.exit, begun)
      yield* Fiber.interrupt(leaving)
      yield* begin("again")
      yield* settle
      assert.deepStrictEqual(lines(call).slice(before), [
        "closes",
        "opens",
        "offers Video on 0, Audio on 1 muted",
        "unmutes Video"
      ])
      yield* media.give(3)
      assert.deepStrictEqual(call.sentPackets.map(({ packet: { payload } }) => payload[0]), [3])
      yield* publishing.onEvent(taken("Video", "Moderation", "agent"))
      yield* publishing.onEvent(taken("Video", "Moderation", "again"))
      assert.deepInclude(yield* Effect.flip(video.done), { reason: "Moderation" })
    })
)

withStage(
  "an epoch that begins beside another takes over what it sends once that is negotiated",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      const media = yield* source
      const first = yield* begin()
      yield* publish(stage, "Audio", media.media)
      const before = lines(call).length
      const second = yield* begin()
      yield* settle
      yield* first.close
      yield* media.give(1)
      assert.deepStrictEqual(lines(call).slice(before), ["opens", "offers Audio on 0", "unmutes Audio", "closes"])
      assert.strictEqual(call.sentPackets.length, 1)
      yield* second.close
    })
)

withStage(
  "on another socket the same connection is offered with ICE restarted, and nothing is announced anew",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call, join, publishing } = stage
      yield* begin()
      yield* publishing.resume(yield* join)
      yield* settle
      assert.deepStrictEqual(lines(call), [], "there is nothing to restart")
      yield* publish(stage, "Audio")
      const before = lines(call).length
      yield* publishing.resume(yield* join)
      yield* settle
      assert.deepStrictEqual(lines(call).slice(before), ["offers Audio on 0, restarting"])
    })
)

withStage("what was on its way when the socket was lost is asked again on the next", (stage) =>
  Effect.gen(function*() {
    const { begin, call, join, publishing } = stage
    yield* begin()
    const asking = yield* begun(publish(stage, "Audio"))
    yield* settle
    assert.deepStrictEqual(lines(call), ["opens"])
    yield* Ref.set(isCut, false)
    yield* publishing.resume(yield* join)
    yield* Fiber.join(asking)
    assert.deepStrictEqual(lines(call).slice(-2), ["offers Audio on 1", "unmutes Audio"])
  }), { onSetPublisher: () => Effect.flatMap(Ref.get(isCut), (cut) => cut ? Effect.fail(canceled) : Effect.void) })
const isCut = Ref.makeUnsafe(true)

withStage(
  "a connection that fails is restarted once, and is lost if that does not mend it",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      const epoch = yield* begin()
      yield* publish(stage, "Audio")
      const lost = yield* begun(Effect.flip(epoch.lost))
      yield* call.setPublisherState("connected")
      yield* settle
      for (let failure = 0; failure < 2; failure++) {
        const before = lines(call).length
        yield* call.setPublisherState("failed")
        yield* call.setPublisherState("connecting")
        yield* settle
        assert.deepStrictEqual(lines(call).slice(before), ["offers Audio on 0, restarting"])
        yield* call.setPublisherState("connected")
        yield* settle
      }
      yield* call.setPublisherState("failed")
      yield* call.setPublisherState("connecting")
      yield* settle
      assert.isUndefined(lost.pollUnsafe())
      yield* call.setPublisherState("failed")
      assert.deepInclude(yield* Fiber.join(lost), { _tag: "PeerConnectionError", reason: "Lost" })
    })
)

withStage(
  "a connection that a restart leaves failed is lost at once, and one that never connected needs none",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      const first = yield* begin()
      yield* publish(stage, "Audio")
      yield* call.setPublisherState("connected")
      yield* call.setPublisherState("failed")
      assert.deepInclude(yield* Effect.flip(first.lost), { reason: "Lost" })
      yield* first.close
      const before = lines(call).length
      const second = yield* begin()
      yield* settle
      yield* call.setPublisherState("failed")
      assert.deepInclude(yield* Effect.flip(second.lost), { reason: "NeverConnected" })
      assert.notInclude(lines(call).slice(before).join(), "restarting")
    })
)

withStage("what is refused after a reconnection is stopped, and the others stand", (stage) =>
  Effect.gen(function*() {
    const { begin, call } = stage
    yield* Ref.set(refused, undefined)
    const first = yield* begin()
    const video = yield* publish(stage, "Video")
    const audio = yield* publish(stage, "Audio")
    yield* first.close
    yield* Ref.set(refused, refusal)
    yield* begin()
    yield* settle
    assert.deepInclude(yield* Effect.flip(video.done), { _tag: "PublicationStoppedError", reason: "Refused" })
    assert.strictEqual(lines(call).at(-1), "unmutes Audio")
    yield* audio.leave
  }), {
  onSetPublisher: (tracks) =>
    Effect.flatMap(
      Ref.get(refused),
      (error) =>
        error !== undefined && tracks.some(({ trackType }) => trackType === "Video") ? Effect.fail(error) : Effect.void
    )
})
const refused = Ref.makeUnsafe<SfuRequestError | undefined>(undefined)

withStage(
  "an SFU that cannot be reached after a reconnection loses the epoch, and no publication",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call } = stage
      yield* Ref.set(refused, undefined)
      const first = yield* begin()
      const video = yield* begun(Effect.flatMap(publish(stage, "Video"), ({ done }) => done))
      yield* settle
      yield* first.close
      yield* Ref.set(refused, unreachable)
      const second = yield* begin()
      assert.deepInclude(yield* Effect.flip(second.lost), { _tag: "PeerConnectionError" })
      yield* second.close
      yield* Ref.set(refused, undefined)
      yield* begin()
      yield* settle
      assert.isUndefined(video.pollUnsafe())
      assert.strictEqual(lines(call).at(-1), "unmutes Video")
    }),
  {
    onSetPublisher: () =>
      Effect.flatMap(Ref.get(refused), (error) => error === undefined ? Effect.void : Effect.fail(error))
  }
)

withStage("key frames are asked for through every connection", (stage) =>
  Effect.gen(function*() {
    const { begin, call } = stage
    const first = yield* begin()
    const video = yield* publish(stage, "Video")
    let asked = 0
    const listening = yield* begun(Stream.runForEach(video.keyFrameRequests, () => Effect.sync(() => asked++)))
    yield* settle
    yield* call.requestKeyFrame("0")
    yield* settle
    assert.strictEqual(asked, 1)
    yield* first.close
    yield* begin()
    yield* settle
    yield* call.requestKeyFrame("0")
    yield* settle
    assert.strictEqual(asked, 2)
    yield* video.leave
    yield* Fiber.join(listening)
  }))

withStage(
  "the SFU's candidates and its wish for a restart go to the publisher's connection, the others' do not",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call, publishing } = stage
      yield* begin()
      yield* publish(stage, "Audio")
      const before = lines(call).length
      for (const peerType of ["Subscriber", "Publisher"] as const) {
        yield* publishing.onEvent({ _tag: "IceTrickle", peerType, candidate: { candidate: "candidate:1" } })
        yield* publishing.onEvent({ _tag: "IceRestart", peerType })
      }
      yield* settle
      assert.deepStrictEqual(lines(call).slice(before).toSorted(), [
        "adds a candidate",
        "offers Audio on 0, restarting"
      ])
    })
)

withStage(
  "interrupted at any point, a publish leaves nothing announced, and nothing in the scope of its caller",
  (stage) =>
    Effect.gen(function*() {
      const { begin, call, publishing } = stage
      const scope = yield* Effect.scope
      const held = (): number => scope.state._tag === "Open" ? scope.state.finalizers?.size ?? 0 : 0
      yield* begin()
      const before = held()
      let asked = 0
      for (let isPublished = false; !isPublished; asked++) {
        const asking = yield* begun(publishing.publish({ trackType: "Audio", media: Stream.never }))
        for (let turn = 0; turn < asked; turn++) yield* Effect.yieldNow
        isPublished = asking.pollUnsafe() !== undefined
        yield* Fiber.interrupt(asking)
        const left: ReadonlyArray<TrackType> = isPublished ? ["Audio"] : []
        assert.deepEqual(belief(call), { announced: left, unmuted: left })
        assert.strictEqual(held() - before, left.length)
      }
      assert.isAbove(asked, 20)
    }),
  { onSetPublisher: () => turns, onMuteStates: () => turns }
)

withStage(
  "when the call is over, who waits is refused, and who publishes is stopped",
  (stage) =>
    Effect.gen(function*() {
      const epoch = yield* stage.begin()
      const audio = yield* publish(stage, "Audio")
      yield* epoch.close
      const waiting = yield* begun(Effect.flip(publish(stage, "Video")))
      yield* settle
      yield* stage.end
      assert.deepInclude(yield* Fiber.join(waiting), { _tag: "PublishError", reason: "Ended" })
      assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason: "Ended" })
      assert.strictEqual((yield* Effect.flip(publish(stage, "Audio"))).reason, "Ended")
    })
)
