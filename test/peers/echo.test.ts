/**
 * Our own sending, heard by libwebrtc: what the edge receives of one participant goes out again as ours, as it is, and comes
 * to another.
 */
import { assert, it } from "@effect/vitest"
import { PeerConnectionFactory, StreamEdge } from "effect-track-resolver"
import type { PublisherOffer, TrackId, TrackType } from "effect-track-resolver"
import { Wire } from "effect-track-resolver/loopback"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Client from "../loopback/Client.ts"
import * as Edge from "./Edge.ts"
import * as Peer from "./Peer.ts"

const { signal } = Wire.Messages

const opus = { name: "opus", clockRate: 48_000, channels: 2 }

/** Somebody who publishes over a connection of the adapter, and does nothing else. */
const publisher = Effect.gen(function*() {
  const echo = yield* Client.join({ userId: "echo", sessionId: "echo's" })
  const factory = yield* PeerConnectionFactory
  const connection = yield* factory.openPublisher({ iceServers: [] })
  const types: Array<TrackType> = []

  const setPublisher = ({ sdp, tracks }: PublisherOffer) =>
    Effect.map(
      echo.post(
        "SetPublisher",
        signal.SetPublisherRequest.encode({
          sdp,
          sessionId: echo.sessionId,
          tracks: tracks.map(({ mid, track }, at) => ({
            mid,
            trackId: track.id,
            trackType: Wire.wireTypeOf(types[at]!)
          }))
        }).finish()
      ),
      ({ body }) => signal.SetPublisherResponse.decode(body).sdp!
    )

  return {
    key: (trackType: TrackType) => Client.keyOf(echo, trackType),
    /** What the edge receives of a track, from now on. */
    send: Effect.fnUntraced(function*(trackType: TrackType, trackId: TrackId) {
      const edge = yield* StreamEdge
      const track = yield* connection.addTrack(
        trackType === "Audio"
          ? { kind: "audio", codec: opus }
          : { kind: "video", codec: { name: "VP8", clockRate: 90_000 } }
      )
      types.push(trackType)
      yield* connection.negotiate({ exchange: setPublisher })
      yield* Effect.forkScoped(Stream.runForEach(edge.rtp(trackId), track.send))
      yield* Effect.forkScoped(Stream.runForEach(track.keyFrameRequests, () => edge.requestKeyFrame(trackId)))
      const muteStates = [{ trackType: Wire.wireTypeOf(trackType), muted: false }]
      yield* echo.post(
        "UpdateMuteStates",
        signal.UpdateMuteStatesRequest.encode({ sessionId: echo.sessionId, muteStates }).finish()
      )
    })
  }
})

it.live("what the edge receives of libwebrtc goes out again over our own connection, and libwebrtc decodes it", () =>
  Effect.gen(function*() {
    const { trackOf } = yield* Edge.listen
    const [alice, eve] = yield* Effect.all([Peer.join("alice"), Peer.join("eve")], { concurrency: 2 })
    yield* alice.publish("Audio", { kind: "audio", tone: 740 })
    yield* alice.publish("Video", { kind: "video", colour: "white", width: 320, height: 240 })
    const echo = yield* publisher
    yield* echo.send("Audio", yield* trackOf(alice.key("Audio")))
    yield* echo.send("Video", yield* trackOf(alice.key("Video")))
    yield* eve.subscribe(echo.key("Audio"), echo.key("Video"))
    yield* eve.untilReports((reports) =>
      (["Heard", "Seen"] as const).every((tag) => reports.filter(({ _tag }) => _tag === tag).length >= 10)
    )
    for (const report of eve.reports()) {
      if (report._tag === "Heard") assert.deepStrictEqual(report.tones, [740])
      if (report._tag === "Seen") assert.strictEqual(report.colour, "white")
    }
  }).pipe(Effect.scoped, Effect.provide([Edge.layer(), Edge.werift({ loopbackOnly: true })])))

it.live("our connections with libwebrtc on both sides, and nobody in between: what came in goes out, and is decoded", () =>
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
