/**
 * An application that only provides `TrackResolver.layer`: its signalling and its media know nothing of each other, and
 * its recorder knows nothing of either. `node examples/06-application.ts` runs it on its own.
 */
import { NodeRuntime } from "@effect/platform-node"
import { TrackResolver } from "effect-track-resolver"
import type { IncomingTrack, Participant, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Say from "./say.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const bob: Participant = { userId: "bob", sessionId: "b1" }

/** What the SFU's socket would say, and when. */
const published: ReadonlyArray<readonly [millis: number, Participant, TrackType]> = [
  [0, alice, "Audio"],
  [50, bob, "Audio"],
  [60, bob, "Video"],
  [400, alice, "ScreenShare"]
]

/** What the peer connection would say, and when. */
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
  const say = yield* Say.begin
  const { changes } = yield* TrackResolver
  yield* Stream.runForEach(Stream.take(changes, published.length), (change) =>
    change._tag === "Bound"
      ? say(`recording ${change.binding.key.userId}'s ${change.binding.key.trackType} from ${change.binding.trackId}`)
      : Effect.void)
})

export const main = Effect.all([recorder, signalling, media], { concurrency: "unbounded", discard: true }).pipe(
  Effect.provide(TrackResolver.layer())
)

if (import.meta.main) NodeRuntime.runMain(main)
