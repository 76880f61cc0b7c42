/**
 * What an edge publishes, over real sockets and connections, as another edge in the same call receives it: from the first
 * packet to the last, through reconnections, mutes and revoked rights.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import { SfuClient, StreamEdge } from "effect-track-resolver"
import type { EdgeEvent, OutgoingPacket, PublishRequest, TrackId, TrackType } from "effect-track-resolver"
import { LoopbackSfu, Payload } from "effect-track-resolver-loopback"
import type { LoopbackSfuOptions } from "effect-track-resolver-loopback"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { callOf } from "../support/agentIn.ts"
import * as Client from "../support/Client.ts"
import * as EventLog from "../support/EventLog.ts"
import { reconnection } from "../support/reconnection.ts"

const robot = { userId: "robot", sessionId: "robot" }

type Join = Parameters<SfuClient["Service"]["join"]>[0]

/** An edge in the call, as long as the scope, and how it has joined. */
const enter = Effect.fnUntraced(function*(userId: string) {
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
  const adapters = Layer.merge(
    watched.pipe(
      Layer.provide(StreamCall.layer(yield* callOf("publish", userId))),
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
    untilReceived: packets.waitUntil,
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
        yield* Effect.timeout(Fiber.join(asked), "5 seconds")
      })
  )

  for (const sectionDirection of ["sendonly", "sendrecv"] as const) {
    calling(
      `receives each key frame request that a subscriber makes on a ${sectionDirection} section`,
      ({ eve, publish }) =>
        Effect.gen(function*() {
          const video = yield* publish("Video")
          yield* eve.receives("Video")
          for (let count = 0; count < 5; count++) {
            const asked = yield* Effect.forkChild(Stream.runHead(video.keyFrameRequests), { startImmediately: true })
            yield* eve.edge.requestKeyFrame(eve.trackOf("Video"))
            yield* Effect.timeout(Fiber.join(asked), "5 seconds")
          }
        }),
      { sectionDirection }
    )
  }

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
        yield* takes("Audio")
        yield* audio.unmute
        const after = yield* eve.receives("Audio")
        // The muted source was still consumed, and the sequence numbers have no gap.
        assert.isAbove(after[0]!.index - before[0]!.index, (after[0]!.number - before[0]!.number) & 0xffff)
        yield* video.unpublish
        yield* sfu.waitUntil(({ downTracks }) => downTracks.every(({ key }) => key.trackType !== "Video"))
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

/** Marked packets of audio, numbered from 0: what a packetizer makes of one utterance. */
const utterance = (count: number, from: number): ReadonlyArray<OutgoingPacket> =>
  Array.from({ length: count }, (_, number) => ({
    sequenceNumber: number,
    timestamp: number * 960,
    marker: number === 0,
    payload: Payload.write({ key: { ...robot, trackType: "Audio" }, index: from + number })
  }))

/** The application speaks when it wants to. */
const speaker = Effect.fnUntraced(function*(edge: StreamEdge["Service"]) {
  const queue = yield* Queue.unbounded<OutgoingPacket, Cause.Done>()
  const publication = yield* edge.publish({ trackType: "Audio", media: Stream.fromQueue(queue) })
  return {
    ...publication,
    atOnce: (packets: ReadonlyArray<OutgoingPacket>) => Queue.offerAll(queue, packets),
    /** At 20 ms each. */
    inRealTime: (packets: ReadonlyArray<OutgoingPacket>) =>
      Stream.fromIterable(packets).pipe(
        Stream.schedule(Schedule.spaced("20 millis")),
        Stream.runForEach((packet) => Queue.offer(queue, packet))
      ),
    end: Queue.end(queue)
  }
})

/** Eve has the robot's audio: a first packet has arrived. */
const untilHeard = Effect.fnUntraced(function*(
  { atOnce, ready }: Effect.Success<ReturnType<typeof speaker>>,
  { eve }: Effect.Success<typeof call>
) {
  yield* ready
  const heard = yield* Effect.forkChild(eve.receives("Audio", 1), { startImmediately: true })
  for (let number = 0; heard.pollUnsafe() === undefined; number++) {
    yield* atOnce(utterance(number + 1, 0).slice(-1))
    yield* Effect.sleep("50 millis")
  }
})

describe("an agent that speaks", () => {
  calling(
    "is heard from the first packet on, with utterances that are each numbered from 0",
    (stage) =>
      Effect.gen(function*() {
        const robot = yield* speaker(stage.edge)
        yield* untilHeard(robot, stage)
        const { dropped, sent } = yield* robot.stats
        const heard = yield* Effect.forkChild(stage.eve.receives("Audio", 90), { startImmediately: true })
        for (const [count, from] of [[40, 100], [30, 140], [20, 170]] as const) {
          yield* robot.inRealTime(utterance(count, from))
        }
        const packets = yield* Fiber.join(heard)
        assert.deepStrictEqual(packets.map(({ index }) => index), Array.from({ length: 90 }, (_, index) => 100 + index))
        const numbers = packets.map(({ number }) => (number - packets[0]!.number) & 0xffff)
        assert.deepStrictEqual(numbers, Array.from(numbers, (_, index) => index))
        assert.deepStrictEqual(yield* robot.stats, { sent: sent + 90, dropped })
      })
  )

  calling(
    "of 500 packets at once those of the first second arrive, and the handle counts the others",
    (stage) =>
      Effect.gen(function*() {
        const robot = yield* speaker(stage.edge)
        yield* untilHeard(robot, stage)
        // The bucket of the media's duration is empty after this.
        yield* Effect.sleep("200 millis")
        const before = (yield* robot.stats).sent
        const heard = yield* Effect.forkChild(stage.eve.receives("Audio", 50), { startImmediately: true })
        const begunAt = yield* Clock.currentTimeMillis
        yield* robot.atOnce(utterance(500, 1_000))
        const packets = yield* Fiber.join(heard)
        assert.deepStrictEqual(
          packets.map(({ index }) => index),
          Array.from({ length: 50 }, (_, index) => 1_000 + index)
        )
        const { dropped } = yield* Effect.repeat(Effect.andThen(Effect.sleep("10 millis"), robot.stats), {
          until: ({ dropped, sent }) => sent - before + dropped.TooEarly === 500
        })
        const count = 500 - dropped.TooEarly
        // One second of packets, and 21 ms of packets for each 20 ms that passed while they were sent.
        assert.isAtMost(count, 51 + Math.ceil(1.05 * ((yield* Clock.currentTimeMillis) - begunAt) / 20))
        yield* stage.eve.untilReceived((items) =>
          items.filter(({ mark: { index } }) => index >= 1_000).length === count
        )
        yield* robot.end
        yield* robot.done
      })
  )
})

calling("an edge that publishes is told the quality that the SFU wants", ({ publish, sfu }) =>
  Effect.gen(function*() {
    const { quality } = yield* publish("Video")
    const layers = [{ name: "f", active: false }, { name: "q", active: true, maxBitrate: 150_000 }]
    const changes = yield* Effect.forkChild(Stream.runCollect(Stream.take(quality, 2)), { startImmediately: true })
    yield* sfu.control.sendEvent("robot", { changePublishQuality: { videoSenders: [{ trackType: 2, layers }] } })
    assert.deepStrictEqual(yield* Fiber.join(changes), [{ trackType: "Video", layers: [] }, {
      trackType: "Video",
      layers
    }])
  }))

describe("an edge that comes back", () => {
  calling("on another socket publishes nothing again, and others receive nothing", (stage) =>
    Effect.gen(function*() {
      const { announced, edge, eve, sfu, publishedEvents } = stage
      const { unpublish } = yield* publishAll(stage)
      yield* reconnection(edge, sfu.control.closeSocket("robot"))
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
        const { announced, edge, eve, sfu, publishedEvents } = stage
        const { unpublish } = yield* publishAll(stage)
        yield* reconnection(edge, sfu.control.sendError("robot", { code: 500, strategy: "Rejoin" }))
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
      const { announced, edge, eve, leave, sfu, publishedEvents } = stage
      yield* publishAll(stage)
      yield* reconnection(edge, sfu.control.sendGoAway("robot", "Rebalance"))
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
