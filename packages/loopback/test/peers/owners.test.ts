/**
 * Who sends and who listens is libwebrtc: each tone and each colour arrives under its owner's name, and under no other.
 */
import { assert, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { RtpPacket, TrackKey } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { nameOf } from "../Client.ts"
import * as Edge from "./Edge.ts"
import type { Media } from "./participant.ts"
import { opusSamples, vp8Size } from "./payload.ts"
import * as Peer from "./Peer.ts"

interface Publication {
  readonly key: TrackKey
  readonly media: Media
}

const audio = (tone: Extract<Media, { readonly kind: "audio" }>["tone"]): Media => ({ kind: "audio", tone })

/** Alice with all that she has, and Bob. */
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
 * Who sent this payload, by the connections that it came from on its way to the edge. Mostly that is one; but silence is
 * the same whoever is silent, and what libwebrtc probes the bandwidth with is padding alone, and nothing without it.
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
    of(media.payload).add(nameOf({ userId: fromUser, sessionId: from, trackType }))
    return false
  })
  return of
})

/** Each packet with the one before it, where none is missing in between. */
const neighbours = (packets: ReadonlyArray<RtpPacket>): ReadonlyArray<readonly [RtpPacket, RtpPacket]> =>
  packets.slice(1).flatMap((packet, at) => {
    const before = packets[at]!
    return (packet.sequenceNumber - before.sequenceNumber & 0xffff) === 1 ? [[before, packet] as const] : []
  })

const count = 60

it.live("the edge receives what libwebrtc encodes, Opus and VP8, under the key of who sent it and under no other", () =>
  Effect.gen(function*() {
    const edge = yield* StreamEdge
    const { trackOf } = yield* Edge.listen
    const sendersOf = yield* sendersByPayload

    const look = Effect.fnUntraced(function*({ key, media }: Publication) {
      const trackId = yield* trackOf(key)
      const packets = yield* edge.rtp(trackId).pipe(Stream.take(count), Stream.runCollect)
      const senders = packets.map(({ payload }) => sendersOf(payload))
      assert.deepStrictEqual(senders.filter((names) => !names.has(nameOf(key))), [])
      assert.isAbove(senders.filter((names) => names.size === 1).length, count / 2)
      const pairs = neighbours(packets)
      // A machine that is busy loses some.
      assert.isAbove(pairs.length, count / 2)
      if (media.kind === "audio") {
        for (const [before, { timestamp }] of pairs) {
          assert.strictEqual(timestamp - before.timestamp >>> 0, opusSamples(before.payload))
        }
      } else {
        const begun = edge.rtp(trackId).pipe(
          Stream.map(({ payload }) => vp8Size(payload)),
          Stream.filter((size) => size !== undefined),
          Stream.runHead
        )
        const keyFrame = yield* Effect.forkChild(begun, { startImmediately: true })
        yield* edge.requestKeyFrame(trackId)
        const { height, width } = Option.getOrThrow(yield* Fiber.join(keyFrame))
        // A machine that is busy makes it smaller, and leaves its shape.
        assert.approximately(width / height, media.width / media.height, 0.05)
      }
    })

    yield* Effect.forEach(yield* publish, look, { concurrency: "unbounded" })
  }).pipe(Effect.scoped, Effect.provide(Edge.layer())))

it.live("a libwebrtc subscriber decodes the tone and the colour of each publication, and never those of another", () =>
  Effect.gen(function*() {
    const eve = yield* Peer.join("eve")
    const publications = yield* publish
    yield* eve.subscribe(...publications.map(({ key }) => key))
    const sfu = yield* LoopbackSfu
    const { downTracks: lines } = yield* sfu.waitUntil(({ downTracks: lines }) => lines.length === publications.length)
    const streamIdOf = (key: TrackKey) => lines.find((line) => nameOf(line.key) === nameOf(key))!.streamId

    const isEnough = 10
    const of = (reports: ReadonlyArray<Peer.Report>, key: TrackKey) =>
      reports.filter((report) => "streamId" in report && report.streamId === streamIdOf(key))
    const reports = yield* eve.untilReports((reports) =>
      publications.every(({ key }) => of(reports, key).length >= isEnough)
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
  }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))
