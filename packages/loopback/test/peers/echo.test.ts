/**
 * libwebrtc decodes what the edge sends: an agent publishes the packets that it receives of one participant, and another
 * participant receives them.
 */
import { assert, it } from "@effect/vitest"
import { PeerConnectionFactory, StreamEdge } from "effect-track-resolver"
import type { OutgoingPacket, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Edge from "./Edge.ts"
import type { Tone } from "./measure.ts"
import * as Peer from "./Peer.ts"

const opus = { name: "opus", clockRate: 48_000, channels: 2 }

it.live("libwebrtc decodes what an agent received of libwebrtc and published", () =>
  Effect.gen(function*() {
    const edge = yield* StreamEdge
    const { trackOf } = yield* Edge.listen
    const [alice, listener] = yield* Effect.all([Peer.join("alice"), Peer.join("listener")], { concurrency: 2 })
    const echo = Effect.fnUntraced(function*(trackType: TrackType) {
      const trackId = yield* trackOf(alice.key(trackType))
      const { keyFrameRequests } = yield* edge.publish({ trackType, media: edge.rtp(trackId) })
      yield* Effect.forkScoped(Stream.runForEach(keyFrameRequests, () => edge.requestKeyFrame(trackId)))
      return { userId: "robot", sessionId: "robot", trackType }
    })
    yield* alice.publish("Audio", { kind: "audio", tone: 740 })
    yield* alice.publish("Video", { kind: "video", colour: "white", width: 320, height: 240 })
    yield* listener.subscribe(yield* echo("Audio"), yield* echo("Video"))
    yield* listener.untilReports((reports) =>
      (["Heard", "Seen"] as const).every((tag) => reports.filter(({ _tag }) => _tag === tag).length >= 10)
    )
    for (const report of listener.reports()) {
      if (report._tag === "Heard") assert.deepStrictEqual(report.tones, [740])
      if (report._tag === "Seen") assert.strictEqual(report.colour, "white")
    }
  }).pipe(Effect.scoped, Effect.provide(Edge.layer())))

it.live("between two libwebrtc peers without an SFU, received packets are sent and decoded", () =>
  Effect.gen(function*() {
    const [singer, listener] = yield* Effect.all([Peer.spawn, Peer.spawn], { concurrency: 2 })
    const { media } = yield* Edge.connect(singer)
    const factory = yield* PeerConnectionFactory
    const connection = yield* factory.openPublisher({ iceServers: [] })
    const track = yield* connection.addTrack({ kind: "audio", codec: opus })
    yield* connection.negotiate({ exchange: ({ sdp }) => listener.run({ _tag: "Answer", sdp }) })
    yield* Effect.forkScoped(Stream.runForEach(media.rtp, track.send))
    const isHeard = ({ _tag }: Peer.Report) => _tag === "Heard"
    const reports = yield* listener.untilReports((reports) => reports.filter(isHeard).length >= 10)
    for (const report of reports) if (report._tag === "Heard") assert.deepStrictEqual(report.tones, [440])
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))

/** One second of a tone that libwebrtc has encoded, numbered from 0. */
const record = Effect.fnUntraced(function*(tone: Tone) {
  const { media } = yield* Edge.connect(yield* Peer.spawn, tone)
  const packets = yield* Stream.runCollect(Stream.take(media.rtp, 50))
  return packets.map(({ payload }, number): OutgoingPacket => ({
    sequenceNumber: number,
    timestamp: number * 960,
    marker: number === 0,
    payload
  }))
})

it.live("libwebrtc hears each of two utterances that are numbered from 0", () =>
  Effect.gen(function*() {
    const tones = [440, 740] as const
    const utterances = yield* Effect.forEach(tones, (tone) => Effect.scoped(record(tone)))
    const listener = yield* Peer.spawn
    const factory = yield* PeerConnectionFactory
    const connection = yield* factory.openPublisher({ iceServers: [] })
    const track = yield* connection.addTrack({ kind: "audio", codec: opus })
    yield* connection.negotiate({ exchange: ({ sdp }) => listener.run({ _tag: "Answer", sdp }) })
    yield* listener.reported((report) => report._tag === "State" && report.state === "connected")
    yield* connection.states.pipe(Stream.filter((state) => state === "connected"), Stream.runHead)
    for (const packets of utterances) {
      yield* Stream.fromIterable(packets).pipe(
        Stream.schedule(Schedule.spaced("20 millis")),
        Stream.runForEach(track.send)
      )
      yield* Effect.sleep("300 millis")
    }
    const heard = (tone: Tone) => (report: Peer.Report) =>
      report._tag === "Heard" && report.tones.length === 1 && report.tones[0] === tone
    yield* Effect.timeout(
      Effect.forEach(tones, (tone) => listener.untilReports((reports) => reports.filter(heard(tone)).length >= 3)),
      "20 seconds"
    )
  }).pipe(Effect.scoped, Effect.provide(Edge.werift())))
