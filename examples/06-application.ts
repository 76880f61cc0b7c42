/**
 * An application that provides `TrackResolver.layer`. Its signalling, its media and its recorder are independent: each uses
 * only the resolver. `npm run example application` runs it, and so does node itself.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { TrackResolver } from "effect-track-resolver"
import type { IncomingTrack, Participant, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Log from "./log.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const bob: Participant = { userId: "bob", sessionId: "b1" }

/** The publications that the SFU's socket would report, and when. */
const published: ReadonlyArray<readonly [millis: number, Participant, TrackType]> = [
  [0, alice, "Audio"],
  [50, bob, "Audio"],
  [60, bob, "Video"],
  [400, alice, "ScreenShare"]
]

/** The tracks that the peer connection would report, and when. */
const tracks: ReadonlyArray<readonly [millis: number, IncomingTrack]> = [
  [20, { trackId: "m1", kind: "video", participant: bob, trackType: "Video" }],
  [30, { trackId: "m2", kind: "audio", participant: bob, trackType: "Audio" }],
  [250, { trackId: "m3", kind: "audio", participant: alice, trackType: "Audio" }],
  [420, { trackId: "m4", kind: "video", participant: alice, trackType: "ScreenShare" }]
]

const signalling = Effect.forEach(published, ([millis, participant, trackType]) =>
  Effect.delay(
    TrackResolver.use((resolver) => resolver.resolve({ ...participant, trackType })),
    millis
  ), { concurrency: "unbounded" })

const media = Effect.forEach(
  tracks,
  ([millis, track]) => Effect.delay(TrackResolver.use((resolver) => resolver.register(track)), millis),
  { concurrency: "unbounded" }
)

const recorder = Effect.gen(function*() {
  const log = yield* Log.make
  const { changes } = yield* TrackResolver
  yield* Stream.runForEach(Stream.take(changes, published.length), (change) =>
    change._tag === "Bound"
      ? log(`recording ${change.binding.key.userId}'s ${change.binding.key.trackType} from ${change.binding.trackId}`)
      : Effect.void)
})

export const main = Effect.all([recorder, signalling, media], { concurrency: "unbounded", discard: true }).pipe(
  Effect.provide(TrackResolver.layer())
)

if (import.meta.main) NodeRuntime.runMain(main)
