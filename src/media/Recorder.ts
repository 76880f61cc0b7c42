/**
 * Records the microphone or the camera of a participant into a file, without decoding it.
 *
 * ```ts
 * import { StreamEdge } from "effect-track-resolver"
 * import { Recorder } from "effect-track-resolver/media"
 * import * as Clock from "effect/Clock"
 * import * as Effect from "effect/Effect"
 * import * as FileSystem from "effect/FileSystem"
 *
 * export const recordEach = Effect.gen(function*() {
 *   const edge = yield* StreamEdge
 *   const files = yield* FileSystem.FileSystem
 *   const startsAt = yield* Clock.currentTimeMillis
 *   yield* edge.forEachParticipant({}, ({ sessionId }) =>
 *     Recorder.record(
 *       edge.tracks({ sessionId, trackType: "Audio" }),
 *       files.sink(`${encodeURIComponent(sessionId)}.ogg`),
 *       { startsAt }
 *     ))
 * })
 * ```
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import type { RemoteTrack } from "../edge/RemoteTrack.ts"
import * as Arguments from "../internal/Arguments.ts"
import type { UnsupportedCodecError } from "./CodecError.ts"
import * as AudioRecording from "./internal/AudioRecording.ts"
import * as MediabunnyLibrary from "./internal/MediabunnyLibrary.ts"
import * as MediaFile from "./internal/MediaFile.ts"
import * as Recordings from "./internal/Recording.ts"
import * as VideoRecording from "./internal/VideoRecording.ts"
import type { MissingPackageError } from "./MissingPackageError.ts"

/**
 * `"ogg"`: Opus in Ogg (RFC 7845). `"webm"`: Opus, VP8 or VP9 in WebM.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type RecordingFormat = MediaFile.Format

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RecorderOptions {
  /** Default: `"ogg"` for sound, `"webm"` for pictures. */
  readonly format?: RecordingFormat | undefined
  /**
   * When the time 0 of the file is, in milliseconds of the `Clock`; not in the future. Files with the same time line up. What
   * arrived before is not recorded. Default: when the recording begins, or when the first packet arrived if that is earlier.
   */
  readonly startsAt?: number | undefined
}

/**
 * A complete file.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Recording {
  /** When the time 0 of the file is, in milliseconds of the `Clock`. */
  readonly startsAt: number
  /** The length of the file: of pictures, up to the last one. */
  readonly duration: Duration.Duration
  /**
   * How much of it is filled with silence, because nothing arrived. What a participant sent as silence does not count. Of pictures
   * zero.
   */
  readonly silence: Duration.Duration
}

const args = Arguments.forService("Recorder.record")

/** How long a recording may take to complete its file after an interruption. */
const completion = "5 seconds"

const check = (options: RecorderOptions, now: number): RecorderOptions => {
  const { format, startsAt } = args.object("options", options)
  if (format !== undefined) args.choice("format", MediaFile.formats, format)
  if (startsAt !== undefined && !(startsAt <= now)) {
    throw Arguments.error("Recorder.record", "startsAt", "a time in milliseconds that is not in the future", startsAt)
  }
  return { format, startsAt }
}

/** The medium of a file is that of its first track. A file without a track is one of sound. */
const media = Effect.fnUntraced(function*({ format, startsAt }: RecorderOptions) {
  const library = yield* MediabunnyLibrary.load
  const audio = yield* AudioRecording.make(library, format ?? "ogg", startsAt)
  const video = yield* VideoRecording.make(library, startsAt)
  let kind: RemoteTrack["kind"] | undefined
  return (track: RemoteTrack | undefined): Recordings.Medium => {
    if (track !== undefined) {
      kind ??= track.kind
      if (track.kind !== kind) throw Arguments.error("Recorder.record", "tracks", `tracks of ${kind}`, track.kind)
      if (kind === "video" && format === "ogg") {
        throw Arguments.error("Recorder.record", "format", "webm for tracks of video", format)
      }
    }
    return kind === "video" ? video : audio
  }
})

/**
 * Writes the media of a track into a file, as it was sent. Or of several tracks of one kind, one after the other, as those of
 * `StreamEdge.tracks` with a filter: then one file goes on over mutes, republications and reconnections.
 *
 * - **The time of the file is the time of the clock.** Where nothing arrives, and between the tracks, there is silence, or the last
 *   picture stays. An Opus packet has its place within 100 milliseconds, also if the sender's clock is wrong: now and then silence
 *   is inserted, or a packet is left out. The metric `recorder_packets_unrecorded` counts what is not in the file, by the reason.
 * - **A file that is cut off can be played.** Bytes are only appended, in WebM with each packet, in Ogg once a second.
 * - Ends with the stream of tracks. A file of sound ends with silence up to that time. If the stream fails, the file is completed
 *   before the effect fails.
 * - **An interruption completes the file too**, within five seconds; a sink that takes longer is interrupted.
 * - Of two tracks at the same time, the later one is recorded when the earlier one has ended.
 * - Pictures begin with a key frame, which is requested, as after a loss that no retransmission has mended within 250 ms. They may
 *   change their size. The orientation is not in the file.
 * - Fails with `UnsupportedCodecError` at the first packet of another codec than Opus, VP8 or VP9, and of another one than the file
 *   has. Packets without media, such as telephone events, are skipped.
 * - An Opus packet that is missing is waited for, from two to four seconds. A slow sink gets larger pieces. When it has not taken
 *   1,024 of them, packets wait, for at most five seconds; then the oldest are dropped.
 *
 * Needs the package `mediabunny`.
 *
 * @stability stable
 * @category recording
 * @since 0.1.0
 */
export const record = <A, L, E2, R2, E = never, R = never>(
  tracks: RemoteTrack | Stream.Stream<RemoteTrack, E, R>,
  sink: Sink.Sink<A, Uint8Array, L, E2, R2>,
  options: RecorderOptions = {}
): Effect.Effect<Recording, E | E2 | UnsupportedCodecError | MissingPackageError, R | R2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const mediumOf = yield* media(check(options, yield* Clock.currentTimeMillis))
      const stop = yield* Deferred.make<void>()
      const recording = yield* Recordings.make(
        Stream.isStream(tracks) ? tracks : Stream.succeed(tracks),
        mediumOf,
        Deferred.await(stop)
      )
      const writing = yield* Effect.forkChild(restore(Stream.run(recording.bytes, sink)))
      const complete = Effect.andThen(
        Deferred.succeed(stop, undefined),
        Effect.ignore(Effect.timeoutOrElse(Effect.interruptible(Fiber.await(writing)), {
          duration: completion,
          orElse: () => Fiber.interrupt(writing)
        }))
      )
      yield* Effect.onInterrupt(restore(Fiber.join(writing)), () => complete)
      const failure = recording.failure()
      if (failure !== undefined) return yield* Effect.failCause(failure)
      const { duration, silence, startsAt } = recording.times()
      return { startsAt, duration: Duration.millis(duration), silence: Duration.millis(silence) }
    })
  )
