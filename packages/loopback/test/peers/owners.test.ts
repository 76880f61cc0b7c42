/**
 * libwebrtc publishes and receives: each tone and each colour arrives under its owner's name and under no other.
 */
import { assert, it } from "@effect/vitest"
import { formatTrackKey, StreamEdge } from "effect-track-resolver"
import type { RtpPacket, TrackKey } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Edge from "./Edge.ts"
import type { Media } from "./participant.ts"
import { opusSamples, vp8Size } from "./payload.ts"
import * as Peer from "./Peer.ts"

interface Publication {
  readonly key: TrackKey
  readonly media: Media
}

const audio = (tone: Extract<Media, { readonly kind: "audio" }>["tone"]): Media => ({ kind: "audio", tone })

/** Alice publishes every track type, Bob two. */
const publish = Effect.gen(function*() {
  const [alice, bob] = yield* Effect.all([Peer.join("alice"), Peer.join("bob")], { concurrency: 2 })
  const publications: ReadonlyArray<readonly [typeof alice, Publication]> = [
    [alice, { key: alice.key("Audio"), media: audio(440) }],
    [alice, { key: alice.key("Video"), media: { kind: "video", colour: "red", width: 320, height: 240 } }],
    [alice, { key: alice.key("ScreenShare"), media: { kind: "video", colour: "blue", width: 480, height: 270 } }],
    [alice, { key: alice.key("ScreenShareAudio"), media: audio(1_900) }],
    [bob, { key: bob.key("Audio"), media: audio(1_180) }],
    [bob, { key: bob.key("Video"), media: { kind: "video", colour: "green", width: 192, height: 192 } }]
  ]
  for (const [peer, { key, media }] of publications) yield* peer.publish(key.trackType, media)
  return publications.map(([, publication]) => publication)
})

/**
 * The senders of a payload, from what the SFU forwards. Usually one; but encoded silence is equal for all participants, and
 * a bandwidth probe of libwebrtc is padding with an empty payload.
 */
const sendersByPayload = Effect.gen(function*() {
  const { control } = yield* LoopbackSfu
  const senders = new Map<string, Set<string>>()
  const of = (payload: Uint8Array): Set<string> => {
    const bytes = Buffer.from(payload).toString("hex")
    const known = senders.get(bytes) ?? new Set()
    senders.set(bytes, known)
    return known
  }
  yield* control.media.drop(({ from, fromUser, media, trackType }) => {
    of(media.payload).add(formatTrackKey({ userId: fromUser, sessionId: from, trackType }))
    return false
  })
  return of
})

/** Pairs of consecutive packets without a gap. */
const neighbours = (packets: ReadonlyArray<RtpPacket>): ReadonlyArray<readonly [RtpPacket, RtpPacket]> =>
  packets.slice(1).flatMap((packet, at) => {
    const before = packets[at]!
    return (packet.sequenceNumber - before.sequenceNumber & 0xffff) === 1 ? [[before, packet] as const] : []
  })

const count = 60

it.live("the edge receives Opus and VP8 of libwebrtc under the key of the sender and under no other", () =>
  Effect.gen(function*() {
    const edge = yield* StreamEdge
    const { trackOf } = yield* Edge.listen
    const sendersOf = yield* sendersByPayload

    const check = Effect.fnUntraced(function*({ key, media }: Publication) {
      const trackId = yield* trackOf(key)
      const packets = yield* edge.rtp(trackId).pipe(Stream.take(count), Stream.runCollect)
      const senders = packets.map(({ payload }) => sendersOf(payload))
      assert.deepStrictEqual(senders.filter((names) => !names.has(formatTrackKey(key))), [])
      assert.isAbove(senders.filter((names) => names.size === 1).length, count / 2)
      const pairs = neighbours(packets)
      // A busy machine loses packets.
      assert.isAbove(pairs.length, count / 2)
      if (media.kind === "audio") {
        for (const [before, { timestamp }] of pairs) {
          assert.strictEqual(timestamp - before.timestamp >>> 0, opusSamples(before.payload))
        }
      } else {
        const keyFrame = edge.rtp(trackId).pipe(
          Stream.map(({ payload }) => vp8Size(payload)),
          Stream.filter((size) => size !== undefined),
          Stream.runHead
        )
        // A busy machine loses requests and key frames too.
        const requests = Effect.repeat(edge.requestKeyFrame(trackId), Schedule.spaced("1 second"))
        const { height, width } = Option.getOrThrow(
          yield* Effect.raceFirst(keyFrame, Effect.andThen(requests, Effect.never))
        )
        // The encoder of a busy machine reduces the size and keeps the aspect ratio.
        assert.approximately(width / height, media.width / media.height, 0.05)
      }
    })

    yield* Effect.forEach(yield* publish, check, { concurrency: "unbounded" })
  }).pipe(Effect.scoped, Effect.provide(Edge.layer())))

it.live("a libwebrtc subscriber decodes the tone and the colour of each publication and of no other", () =>
  Effect.gen(function*() {
    const subscriber = yield* Peer.join("subscriber")
    const publications = yield* publish
    yield* subscriber.subscribe(...publications.map(({ key }) => key))
    const sfu = yield* LoopbackSfu
    const { downTracks } = yield* sfu.waitUntil(({ downTracks }) => downTracks.length === publications.length)
    const streamIdOf = (key: TrackKey) =>
      downTracks.find((downTrack) => formatTrackKey(downTrack.key) === formatTrackKey(key))!.streamId

    const enough = 10
    const of = (reports: ReadonlyArray<Peer.Report>, key: TrackKey) =>
      reports.filter((report) => "streamId" in report && report.streamId === streamIdOf(key))
    const reports = yield* subscriber.untilReports((reports) =>
      publications.every(({ key }) => of(reports, key).length >= enough)
    )
    for (const { key, media } of publications) {
      const streamId = streamIdOf(key)
      for (const report of of(reports, key)) {
        assert.deepStrictEqual(
          report,
          media.kind === "audio"
            ? { _tag: "Heard", streamId, tones: [media.tone] }
            : { _tag: "Seen", streamId, colour: media.colour }
        )
      }
    }
    // Each track begins with the subscription, when its tone is steady.
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ implicitAudio: false }))))
