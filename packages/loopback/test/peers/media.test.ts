/**
 * libwebrtc publishes: an agent hears each tone and sees each colour under its owner's name, and no other.
 */
import { assert, it } from "@effect/vitest"
import type { TrackType } from "effect-track-resolver"
import { AudioCodec, Frames, VideoCodec } from "effect-track-resolver/media"
import * as Effect from "effect/Effect"
import { assertTone, take } from "../support/perception.ts"
import type { Owner } from "../support/perception.ts"
import * as Edge from "./Edge.ts"
import { colourOf, tones } from "./measure.ts"
import type { Media } from "./participant.ts"
import * as Peer from "./Peer.ts"

const users: ReadonlyArray<readonly [userId: string, media: ReadonlyArray<readonly [TrackType, Media]>]> = [
  ["alice", [
    ["Audio", { kind: "audio", tone: 440 }],
    ["Video", { kind: "video", colour: "red", width: 320, height: 240 }],
    ["ScreenShare", { kind: "video", colour: "white", width: 480, height: 270 }],
    ["ScreenShareAudio", { kind: "audio", tone: 1_900 }]
  ]],
  ["bob", [
    ["Audio", { kind: "audio", tone: 1_180 }],
    // No block of the encoder divides this size.
    ["Video", { kind: "video", colour: "green", width: 322, height: 178 }]
  ]]
]

const publish = Effect.forEach(users, ([userId, media]) =>
  Effect.gen(function*() {
    const peer = yield* Peer.join(userId)
    for (const [trackType, one] of media) yield* peer.publish(trackType, one)
  }), { concurrency: "unbounded", discard: true })

const pictures = 5

/** In milliseconds: a busy machine connects slowly, and each lost request of a key frame takes a second. */
const longest = 300_000

const check = Effect.fnUntraced(function*(owner: Owner, media: Media) {
  if (media.kind === "audio") return yield* assertTone(owner, media.tone, tones)
  const seen = yield* take(owner, pictures, (track) => Frames.stream(track, { format: "I420" }))
  assert.deepStrictEqual(seen.map(colourOf), Array.from({ length: pictures }, () => media.colour))
  // The encoder of a busy machine reduces the size and keeps the shape, up to a pixel.
  for (const { height, width } of seen) assert.approximately(width / height, media.width / media.height, 0.05)
})

it.live(
  "an agent hears the tone and sees the colour of each track of libwebrtc, and no other",
  () =>
    Effect.gen(function*() {
      yield* publish
      const media = users.flatMap(([userId, media]) =>
        media.map(([trackType, one]) => [{ userId, trackType }, one] as const)
      )
      yield* Effect.forEach(media, ([owner, one]) => check(owner, one), { concurrency: "unbounded", discard: true })
    }).pipe(
      Effect.scoped,
      Effect.provide([Edge.layer(), AudioCodec.AudioCodecs.layer, VideoCodec.VideoCodecs.layer])
    ),
  longest
)
