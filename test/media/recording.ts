/**
 * A recording under `TestClock`.
 */
import type { RemoteTrack } from "effect-track-resolver"
import { Recorder } from "effect-track-resolver/media"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { whenIdle } from "../edge/Harness.ts"
import { begin } from "../support/resolver.ts"

/** `subscribed` is done when packets are received: the package is loaded in real time. */
export const watch = <E = never>(
  tracks: RemoteTrack | Stream.Stream<RemoteTrack, E>,
  subscribed: Deferred.Deferred<void>
) =>
  Stream.map(
    Stream.isStream(tracks) ? tracks : Stream.succeed(tracks),
    (track) => ({ ...track, rtp: Stream.onStart(track.rtp, Deferred.succeed(subscribed, undefined)) })
  )

/** A recording that receives the packets of a track, and its bytes so far. */
export const record = Effect.fnUntraced(function*<E = never>(
  tracks: RemoteTrack | Stream.Stream<RemoteTrack, E>,
  options?: Recorder.RecorderOptions
) {
  const chunks: Array<Uint8Array> = []
  const sink = Sink.forEach((bytes: Uint8Array) => Effect.sync(() => void chunks.push(bytes)))
  const subscribed = yield* Deferred.make<void>()
  const fiber = yield* begin(Recorder.record(watch(tracks, subscribed), sink, options))
  yield* Deferred.await(subscribed)
  yield* whenIdle
  return { bytes: () => new Uint8Array(Buffer.concat(chunks)), fiber }
})
