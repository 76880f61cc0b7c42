/**
 * What an edge publishes, over real sockets and connections, as another edge in the same call receives it: from the first
 * packet to the last, through reconnections, mutes and revoked rights.
 */
import { NodeHttpClient, NodeSocket } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { SfuClient, StreamEdge } from "effect-track-resolver"
import type { EdgeEvent, OutgoingPacket, PublishRequest, TrackId, TrackType } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import type { LoopbackSfuOptions } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Client from "../support/Client.ts"
import * as EventLog from "../support/EventLog.ts"

const robot = { userId: "robot", sessionId: "robot" }

type Join = Parameters<SfuClient["Service"]["join"]>[0]

/** An edge in the call, as long as the scope, and how it has joined. */
const enter = Effect.fnUntraced(function*(userId: string) {
  const { apiKey, apiSecret, coordinatorUrl } = yield* LoopbackSfu
  const joins: Array<Join> = []
  const watched = Layer.effect(
    SfuClient,
    SfuClient.useSync((client) =>
      SfuClient.of({
        join: (options) =>
          Effect.suspend(() => {
            joins.push(options)
            return client.join(options)
          })
      })
    )
  )
  const call = { baseUrl: coordinatorUrl, apiKey, secret: apiSecret, callType: "default", callId: "publish", userId }
  const adapters = Layer.merge(
    watched.pipe(
      Layer.provide(StreamCall.layer(call)),
      Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor])
    ),
    WeriftPeerConnection.layer({ loopbackOnly: true })
  )
  const services = yield* Layer.build(StreamEdge.layer({ sessionId: userId }).pipe(Layer.provide(adapters)))
  return { edge: Context.get(services, StreamEdge), joins }
})

const word = (event: EdgeEvent): string | undefined => {
  if (event._tag !== "TrackAdded" && event._tag !== "TrackRemoved") return undefined
  const { sessionId, trackType, userId } = event.key
  const who = sessionId === userId ? userId : `${userId} anew`
  return `${event._tag === "TrackAdded" ? "+" : "-"} ${who} ${trackType}`
}

/** Another edge in the call: records the events of the robot's tracks, and every packet of them. */
const listen = Effect.gen(function*() {
  const { edge } = yield* enter("eve")
  const changes = EventLog.make<string>()
  const packets = EventLog.make<
    { readonly trackType: TrackType; readonly mark: Payload.Mark; readonly number: number }
  >()
  const tracks = new Map<TrackType, TrackId>()
  yield* edge.events.pipe(
    Stream.runForEach(Effect.fnUntraced(function*(event) {
      if (event._tag === "TrackAdded") {
        const { key: { trackType }, trackId } = event
        tracks.set(trackType, trackId)
        yield* Effect.forkScoped(
          Stream.runForEach(edge.rtp(trackId), ({ payload, sequenceNumber }) =>
            Effect.sync(() => {
              packets.add({ trackType, mark: Payload.read(payload)!, number: sequenceNumber })
            })),
          { startImmediately: true }
        )
      }
      const change = word(event)
      if (change !== undefined) changes.add(change)
    })),
    Effect.forkScoped
  )
  return {
    edge,
    changes: changes.items,
    trackOf: (trackType: TrackType) => tracks.get(trackType)!,
    /** Once this is all that there was. */
    expects: (...words: ReadonlyArray<string>) =>
      Effect.map(
        changes.waitUntil((items) => items.length >= words.length),
        (items) => assert.deepStrictEqual(items.toSorted(), words.toSorted())
      ),
    /** So many packets of a type, from now on. */
    receives: (trackType: TrackType, count = 20) =>
      Effect.map(
        packets.next(count, (packet) => packet.trackType === trackType),
        (those) =>
          those.map(({ mark, number }) => {
            assert.deepStrictEqual(mark.key, { ...robot, trackType })
            return { index: mark.index, number }
          })
      )
  }
})

/** Marked packets of one of the robot's tracks. */
const media = (trackType: TrackType): Stream.Stream<OutgoingPacket> => {
  const ticks = trackType === "Audio" || trackType === "ScreenShareAudio" ? 480 : 900
  return Stream.fromSchedule(Schedule.spaced("10 millis")).pipe(
    Stream.map((index) => ({
      sequenceNumber: (65_530 + index) & 0xffff,
      timestamp: (4_294_960_000 + ticks * index) >>> 0,
      marker: index === 0,
      payload: Payload.write({ key: { ...robot, trackType }, index })
    }))
  )
}

/** The robot, Eve, and a client that counts the published events. */
const call = Effect.gen(function*() {
  const sfu = yield* LoopbackSfu
  const stay = yield* Scope.fork(yield* Effect.scope)
  const { edge, joins } = yield* Scope.provide(enter("robot"), stay)
  const eve = yield* listen
  const observer = yield* Client.join({ userId: "observer", receives: false })
  const taken = EventLog.make<TrackType>()
  const publish = (trackType: TrackType, more?: Partial<PublishRequest>) => {
    const packets = Stream.tap(media(trackType), () => Effect.sync(() => taken.add(trackType)))
    return edge.publish({ trackType, media: packets, ...more })
  }
  /** In a scope of its own. */
  const publishApart = Effect.fnUntraced(function*(trackType: TrackType) {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const publication = yield* Scope.provide(publish(trackType), scope)
    return { ...publication, unpublish: Scope.close(scope, Exit.void) }
  })
  return {
    sfu,
    edge,
    eve,
    leave: Scope.close(stay, Exit.void),
    publish,
    publishApart,
    /** Once some packets of a type were taken from their source, from now on. */
    takes: (trackType: TrackType) => taken.next(3, (type) => type === trackType),
    /** What each join but the first change of our tracks: their types, and whether they are muted. */
    announced: () =>
      joins.flatMap(({ reconnection }) =>
        reconnection === undefined ? [] : [[
          reconnection.strategy,
          ...reconnection.announcedTracks.map(({ muted, trackType }) => muted ? `${trackType}, muted` : trackType)
        ]]
      ),
    /** The number of track_published events so far. */
    publishedEvents: Effect.map(
      observer.awaitPriorEvents,
      () => observer.eventTypes().filter((type) => type === "trackPublished").length
    ),
    back: edge.states.pipe(
      Stream.dropUntil(({ _tag }) => _tag === "Reconnecting"),
      Stream.takeUntil(({ _tag }) => _tag === "Joined"),
      Stream.runDrain
    )
  }
})

const calling = <E>(
  name: string,
  test: (
    stage: Effect.Success<typeof call>
  ) => Effect.Effect<void, E, Scope.Scope | LoopbackSfu>,
  options?: LoopbackSfuOptions
): void =>
  it.live(name, () =>
    Effect.flatMap(call, test).pipe(
      Effect.scoped,
      Effect.provide(LoopbackSfu.layer({ previousSession: "leavesAfter", ...options }))
    ))

const vp9 = { name: "VP9", clockRate: 90_000 }

const opus = { name: "opus", clockRate: 48_000, channels: 2 }

/** Eve's events while the robot publishes everything, and when it stops. */
const begun = ["+ robot Video", "+ robot Audio", "+ robot ScreenShare", "- robot ScreenShare"]
const over = ["- robot Video", "- robot Audio"]

/** What the robot publishes, one of them muted. */
const publishAll = Effect.fnUntraced(function*({ eve, publishApart }: Effect.Success<typeof call>) {
  const publications = [
    yield* publishApart("Video"),
    yield* publishApart("Audio"),
    yield* publishApart("ScreenShare")
  ]
  yield* eve.receives("Video")
  yield* eve.receives("Audio")
  yield* eve.receives("ScreenShare")
  yield* publications[2]!.mute
  yield* eve.expects(...begun)
  return { unpublish: Effect.forEach(publications, ({ unpublish }) => unpublish, { discard: true }) }
})

describe("an edge that publishes", () => {
  calling(
    "sends each codec to another edge in order and without a gap",
    ({ eve, publish }) =>
      Effect.gen(function*() {
        const [audio, video, screen] = yield* Effect.all(
          [publish("Audio"), publish("Video"), publish("ScreenShare", { codec: vp9 })],
          { concurrency: 3 }
        )
        assert.deepStrictEqual([audio.codec, video.codec.name, screen.codec], [opus, "VP8", vp9])
        yield* eve.expects("+ robot Audio", "+ robot Video", "+ robot ScreenShare")
        for (const trackType of ["Audio", "Video", "ScreenShare"] as const) {
          const packets = yield* eve.receives(trackType)
          const [first] = packets
          assert.deepStrictEqual(
            packets.map(({ index, number }) => [index - first!.index, (number - first!.number) & 0xffff]),
            packets.map((_, n) => [n, n])
          )
        }
        const asked = yield* Effect.forkChild(Stream.runHead(video.keyFrameRequests), { startImmediately: true })
        yield* eve.edge.requestKeyFrame(eve.trackOf("Video"))
        yield* Fiber.join(asked)
      })
  )

  calling(
    "announces a mute, an unmute, an unpublish and a publish once each, and its packets follow",
    ({ eve, publishApart, sfu, takes, publishedEvents }) =>
      Effect.gen(function*() {
        const audio = yield* publishApart("Audio")
        const video = yield* publishApart("Video")
        yield* eve.receives("Audio")
        const before = yield* eve.receives("Audio", 1)
        yield* audio.mute
        yield* eve.expects("+ robot Audio", "+ robot Video", "- robot Audio")
        yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 1)
        yield* takes("Audio")
        yield* audio.unmute
        const after = yield* eve.receives("Audio")
        // The muted source was still consumed, and the sequence numbers have no gap.
        assert.isAbove(after[0]!.index - before[0]!.index, (after[0]!.number - before[0]!.number) & 0xffff)
        yield* video.unpublish
        yield* sfu.waitUntil(({ downTracks }) => downTracks.length === 1)
        const again = yield* publishApart("Video")
        yield* eve.receives("Video")
        yield* again.unpublish
        yield* audio.unpublish
        yield* sfu.waitUntil(({ published }) => published.length === 0)
        assert.strictEqual(yield* publishedEvents, 4)
        yield* eve.expects(
          "+ robot Audio",
          "+ robot Video",
          "- robot Audio",
          "+ robot Audio",
          "- robot Video",
          "+ robot Video",
          "- robot Video",
          "- robot Audio"
        )
      })
  )

  calling(
    "fails with a typed reason if it may not publish, and keeps its other publications",
    ({ edge, eve, publish, publishApart, sfu }) =>
      Effect.gen(function*() {
        const { control } = sfu
        const audio = yield* publish("Audio")
        const video = yield* publish("Video")
        const screen = yield* publishApart("ScreenShare")
        yield* eve.receives("Audio")
        assert.deepInclude(yield* Effect.flip(publish("Audio")), { _tag: "PublishError", reason: "AlreadyPublished" })
        yield* control.unpublishTrack("robot", "Audio", "Moderation")
        assert.deepInclude(yield* Effect.flip(audio.done), { _tag: "PublicationStoppedError", reason: "Moderation" })
        yield* control.updateGrants("robot", { audio: true, video: false, screenShare: true })
        assert.deepInclude(yield* Effect.flip(video.done), { _tag: "PublicationStoppedError", reason: "NotAllowed" })
        assert.deepInclude(yield* Effect.flip(publish("Video")), { _tag: "PublishError", reason: "NotAllowed" })
        yield* control.changePublishOptions([{ trackType: "Audio", codec: "opus" }])
        // Unpublished audio can be published again. A publication whose option was removed continues.
        const again = yield* publish("Audio")
        yield* eve.receives("Audio")
        yield* eve.receives("ScreenShare")
        yield* screen.unpublish
        assert.deepInclude(yield* Effect.flip(publish("ScreenShare")), { _tag: "PublishError", reason: "NotOffered" })
        yield* control.endCall("Ended")
        assert.deepInclude(yield* Effect.flip(again.done), { _tag: "PublicationStoppedError", reason: "Ended" })
        assert.deepInclude(yield* Effect.flip(publish("Audio")), { _tag: "PublishError", reason: "Ended" })
        yield* Stream.runDrain(edge.states)
      })
  )

  calling("ends a publication with its media stream, or fails it", ({ edge, eve, sfu }) =>
    Effect.gen(function*() {
      const source = yield* Queue.unbounded<OutgoingPacket, "no more" | Cause.Done>()
      const feeding = Stream.runForEach(media("Audio"), (packet) => Queue.offer(source, packet))
      yield* Effect.forkScoped(feeding)
      const failing = yield* edge.publish({ trackType: "Audio", media: Stream.fromQueue(source) })
      yield* eve.receives("Audio")
      yield* Queue.fail(source, "no more")
      assert.strictEqual(yield* Effect.flip(failing.done), "no more")
      yield* sfu.waitUntil(({ published }) => published.length === 0)
      const ending = yield* edge.publish({ trackType: "Audio", media: Stream.take(media("Audio"), 3) })
      yield* ending.done
      yield* sfu.waitUntil(({ published }) => published.length === 0)
    }))

  calling(
    "restarts ICE on request, and the media continues",
    ({ eve, publish, sfu, publishedEvents }) =>
      Effect.gen(function*() {
        yield* publish("Audio")
        yield* eve.receives("Audio")
        for (let times = 0; times < 2; times++) {
          const held = yield* sfu.control.requests.hold({ from: "robot", method: "SetPublisher" })
          yield* sfu.control.restartIce("robot", "Publisher")
          yield* held.waitFor(1)
          yield* held.release()
          yield* eve.receives("Audio", 50)
        }
        assert.strictEqual(yield* publishedEvents, 1)
        yield* eve.expects("+ robot Audio")
      })
  )
})

describe("an edge that comes back", () => {
  calling("on another socket publishes nothing again, and others receive nothing", (stage) =>
    Effect.gen(function*() {
      const { announced, back, eve, sfu, publishedEvents } = stage
      const { unpublish } = yield* publishAll(stage)
      const returning = yield* Effect.forkChild(back, { startImmediately: true })
      yield* sfu.control.closeSocket("robot")
      yield* Fiber.join(returning)
      yield* eve.receives("Video", 50)
      yield* eve.receives("Audio", 50)
      assert.deepStrictEqual(announced(), [["Fast", "Video", "Audio", "ScreenShare, muted"]])
      assert.strictEqual(yield* publishedEvents, 3)
      assert.strictEqual(eve.changes.length, 4)
      yield* unpublish
      yield* sfu.waitUntil(({ published }) => published.length === 0)
      yield* eve.expects(...begun, ...over)
    }))

  calling(
    "in another session publishes everything again once, and keeps mutes",
    (stage) =>
      Effect.gen(function*() {
        const { announced, back, eve, sfu, publishedEvents } = stage
        const { unpublish } = yield* publishAll(stage)
        const returning = yield* Effect.forkChild(back, { startImmediately: true })
        yield* sfu.control.sendError("robot", { code: 500, strategy: "Rejoin" })
        yield* Fiber.join(returning)
        const moved = [...begun, ...over, "+ robot anew Video", "+ robot anew Audio"]
        yield* eve.expects(...moved)
        yield* eve.receives("Video")
        yield* eve.receives("Audio")
        assert.deepStrictEqual(announced(), [["Rejoin", "Video", "Audio", "ScreenShare, muted"]])
        assert.strictEqual(yield* publishedEvents, 5)
        yield* unpublish
        yield* sfu.waitUntil(({ participants, published }) => published.length === 0 && participants.length === 3)
        yield* eve.expects(...moved, "- robot anew Video", "- robot anew Audio")
      })
  )

  calling("on another SFU continues under the same keys", (stage) =>
    Effect.gen(function*() {
      const { announced, back, eve, leave, sfu, publishedEvents } = stage
      yield* publishAll(stage)
      const returning = yield* Effect.forkChild(back, { startImmediately: true })
      yield* sfu.control.sendGoAway("robot", "Rebalance")
      yield* Fiber.join(returning)
      yield* sfu.waitUntil(({ participants }) =>
        participants.some(({ node, sessionId }) => sessionId === "robot" && node === "loopback-2")
      )
      yield* eve.receives("Video", 50)
      yield* eve.receives("Audio", 50)
      assert.deepStrictEqual(announced(), [["Migrate", "Video", "Audio", "ScreenShare, muted"]])
      // The edge unmutes its tracks at the new SFU, which may not know their state. Others see no change.
      assert.strictEqual(yield* publishedEvents, 5)
      assert.strictEqual(eve.changes.length, 4)
      yield* leave
      yield* sfu.waitUntil(({ participants, published }) => participants.length === 2 && published.length === 0)
      yield* eve.expects(...begun, ...over)
    }), { nodes: 2 })
})
