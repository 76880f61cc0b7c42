/**
 * Speaks: publishes PCM as an audio track of ours, in real time.
 *
 * Samples are 16-bit signed integers, mono. They are queued, cut into frames of 20 ms, encoded and sent on the `Clock`, each
 * frame at its own time, so that a late one delays no other.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { LocalPublication, PublicationStats, PublishError } from "../edge/LocalPublication.ts"
import { PublicationStoppedError } from "../edge/LocalPublication.ts"
import type { OutgoingPacket, RtpCodec } from "../edge/PeerConnection.ts"
import type { StreamEdge } from "../edge/StreamEdge.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as ChildScope from "../internal/ChildScope.ts"
import { TrackType } from "../Track.ts"
import { AudioCodecs } from "./AudioCodec.ts"
import type { AudioEncoder, SampleRate } from "./AudioCoder.ts"
import type { UnsupportedCodecError } from "./CodecError.ts"
import * as Resampler from "./internal/Resampler.ts"
import { sampleRates } from "./internal/SampleRates.ts"
import * as SpeechQueue from "./internal/SpeechQueue.ts"
import * as Timeline from "./internal/Timeline.ts"
import type { MissingPackageError } from "./MissingPackageError.ts"

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SpeakerOptions {
  /**
   * Of what is written, in samples per second, from 8,000 to 192,000. Opus takes 8,000, 16,000, 24,000 and 48,000. Others are
   * resampled, which needs the package `@echogarden/speex-resampler-wasm`.
   */
  readonly sampleRate: number
  /** Default: `Audio`. */
  readonly trackType?: Extract<TrackType, "Audio" | "ScreenShareAudio"> | undefined
  /** Default: Opus. */
  readonly codec?: RtpCodec | undefined
  /** Of the encoder, in bits per second, from 6,000 to 510,000. Only Opus has a choice. Default: that of `AudioCodecs`. */
  readonly bitrate?: number | undefined
  /** How much audio is queued until `write` waits. At least a frame of 20 ms is. Default: 10 seconds. */
  readonly maxQueued?: Duration.Input | undefined
}

/**
 * A published audio track, and the queue of what it says. Both live as long as the scope of `make`; what is queued when that
 * closes is dropped, so wait for `drained` first.
 *
 * Frames are sent only while the track can be heard, see `connected`. Before that, while it is muted, and while the edge
 * reconnects or migrates, they stay in the queue. So `mute` pauses an utterance, and `clear` ends it. A frame that is on its way
 * when one of these begins is dropped, and `stats` counts it; so are those that are sent before a loss of the connection is
 * noticed. A lost socket, and the ICE restart that follows, interrupt nothing as long as the path works.
 *
 * Between utterances, and when the writer is slower than real time, nothing is sent: the sequence numbers continue without a
 * gap, the timestamps advance by the elapsed time, and the next packet has the marker bit (RFC 3551, section 4.1).
 *
 * If the process was busy for up to 900 ms, the late frames are sent at once. After a longer time the utterance goes on
 * where it was, and those who listen hear a pause.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Speaker {
  /**
   * Queues samples, any number of them. While more than `maxQueued` is queued, waits until there is room for the rest. Returns
   * how many were queued: all, or fewer if `clear` dropped the rest. Then stop writing this utterance.
   *
   * Concurrent writes are queued one after the other, in their order. A write that is interrupted has queued a beginning of its
   * samples, which are said; `clear` drops them. The array must not change before `write` returns.
   */
  readonly write: (samples: Int16Array) => Effect.Effect<number, SpeakerStoppedError>
  /**
   * Ends an utterance: fills its last frame up with silence. Until then up to 20 ms wait for further samples. Returns when the
   * writes before it have. A no-op if `clear` comes first, or nothing was written.
   */
  readonly end: Effect.Effect<void, SpeakerStoppedError>
  /**
   * Stops speaking at once, for example because someone else speaks: drops what is queued, what is less than a frame, and what
   * waiting writes have not queued yet; those return. No frame is sent after it, and the last one before it lasts up to 20 ms.
   * Returns how much of what was queued is dropped.
   */
  readonly clear: Effect.Effect<Duration.Duration>
  /** How much is queued and not sent yet. */
  readonly queued: Effect.Effect<Duration.Duration>
  /**
   * Returns when all frames that were queued before have been sent and their 20 ms have passed, or `clear` has dropped them.
   * Samples of less than a frame are not waited for, so call `end` first.
   */
  readonly drained: Effect.Effect<void, SpeakerStoppedError>
  /**
   * Returns when the track can be heard: its connection is connected, the SFU has announced it, and it is not muted
   * (`LocalPublication.ready`). Nothing has to wait for it: what is queued before is said from its beginning.
   */
  readonly connected: Effect.Effect<void, SpeakerStoppedError>
  /** As in `LocalPublication`. Pauses: what is queued stays. */
  readonly mute: Effect.Effect<void>
  /** As in `LocalPublication`. What is queued goes on. */
  readonly unmute: Effect.Effect<void>
  /** As in `LocalPublication`. */
  readonly stats: Effect.Effect<PublicationStats>
  /** As in `LocalPublication`. */
  readonly done: Effect.Effect<void, PublicationStoppedError>
}

/**
 * The speaker's track is no longer published. `Closed`: the scope of the speaker has closed. The other reasons are those of
 * `PublicationStoppedError`.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class SpeakerStoppedError extends Schema.TaggedError<SpeakerStoppedError>()("SpeakerStoppedError", {
  trackType: TrackType,
  reason: Schema.Literals([...PublicationStoppedError.fields.reason.literals, "Closed"])
}) {
  override get message(): string {
    return `the speaker of ${this.trackType} has stopped (${this.reason})`
  }
}

/**
 * Publishes a track. If its codec, or the package for its sample rate, is missing, fails before anything is published.
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  edge: StreamEdge["Service"],
  options: SpeakerOptions
): Effect.Effect<
  Speaker,
  PublishError | UnsupportedCodecError | MissingPackageError,
  AudioCodecs | Scope.Scope
> => Effect.suspend(() => ChildScope.run(speak(edge, check(edge, options))))

// --- The arguments ----------------------------------------------------------------------------------------------------

interface Settings {
  readonly sampleRate: number
  readonly trackType: TrackType
  readonly codec: RtpCodec
  readonly bitrate: number | undefined
  /** In frames. */
  readonly capacity: number
}

const args = Arguments.forService("Speaker.make")

const check = (edge: StreamEdge["Service"], options: SpeakerOptions): Settings => {
  args.object("edge", edge)
  const { bitrate, codec, maxQueued = "10 seconds", sampleRate, trackType = "Audio" } = args.object("options", options)
  const longest = args.positiveDuration("maxQueued", maxQueued)
  Arguments.optional(integer(6_000, 510_000))("bitrate", bitrate)
  return {
    sampleRate: integer(8_000, 192_000)("sampleRate", sampleRate),
    trackType: args.choice("trackType", ["Audio", "ScreenShareAudio"], trackType),
    codec: codec === undefined ? opus : checkCodec(codec),
    bitrate,
    capacity: Math.max(1, Math.floor(Duration.toMillis(longest) / Timeline.frameMillis))
  }
}

const integer = (least: number, most: number) => (argument: string, value: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw Arguments.error("Speaker.make", argument, `an integer from ${least} to ${most}`, value)
}

/** `edge.publish` checks the rest. */
const checkCodec = (codec: RtpCodec): RtpCodec => {
  args.nonEmpty("codec.name", args.object("codec", codec).name)
  return codec
}

const checkSamples = (samples: Int16Array): void => {
  if (samples instanceof Int16Array) return
  throw Arguments.error("Speaker.write", "samples", "an Int16Array", samples)
}

/** RFC 7587: always two channels in SDP, whatever is encoded. */
const opus: RtpCodec = { name: "opus", clockRate: 48_000, channels: 2 }

/** The lowest one that loses nothing. */
const encoderRateOf = (sampleRate: number): SampleRate => sampleRates.find((rate) => rate >= sampleRate) ?? 48_000

// --- A speaker --------------------------------------------------------------------------------------------------------

interface State {
  readonly settings: Settings
  readonly encoder: AudioEncoder
  readonly queue: SpeechQueue.SpeechQueue
  /** Open while there are frames. */
  readonly work: Latch.Latch
  /** Open while there is room for a frame. */
  readonly room: Latch.Latch
  readonly stopped: Deferred.Deferred<never, SpeakerStoppedError>
  /** No more frames are sent. `stopped` follows with the reason. */
  isOver: boolean
  /** The last frame that was sent. */
  last: { readonly frame: SpeechQueue.Frame; readonly slot: Timeline.Slot; readonly sentAt: number } | undefined
}

const speak = Effect.fnUntraced(function*(edge: StreamEdge["Service"], settings: Settings) {
  const { bitrate, codec, sampleRate, trackType } = settings
  const encoderRate = encoderRateOf(sampleRate)
  // Finalizers run from the last to the first: the track ends, then its encoder is freed.
  const encoder = yield* AudioCodecs.use((codecs) => codecs.encoder(codec, { sampleRate: encoderRate, bitrate }))
  const resampler = yield* Resampler.make({ from: sampleRate, to: encoderRate })
  const state: State = {
    settings,
    encoder,
    queue: SpeechQueue.make({ sampleRate, encoderRate, resampler }),
    work: Latch.makeUnsafe(false),
    room: Latch.makeUnsafe(true),
    stopped: Deferred.makeUnsafe(),
    isOver: false,
    last: undefined
  }
  yield* Effect.addFinalizer(() => Effect.sync(() => stop(state, Exit.void)))
  const published = Deferred.makeUnsafe<Effect.Effect<void>>()
  const frames = Effect.map(Deferred.await(published), (ready) => Stream.fromEffectRepeat(nextPacket(state, ready)))
  const media = Stream.ensuring(Stream.unwrap(frames), Effect.sync(() => state.isOver = true))
  const publication = yield* edge.publish({ trackType, codec, media })
  Deferred.doneUnsafe(published, Exit.succeed(publication.ready))
  yield* Effect.exit(publication.done).pipe(
    Effect.map((exit) => stop(state, exit)),
    Effect.forkScoped({ startImmediately: true })
  )
  return speakerOf(state, yield* Semaphore.make(1), publication)
})

/** With the exit of the publication. A no-op after the first time. */
const stop = ({ settings: { trackType }, stopped }: State, exit: Exit.Exit<void, PublicationStoppedError>): void => {
  const error = (reason: SpeakerStoppedError["reason"]) => new SpeakerStoppedError({ trackType, reason })
  Deferred.doneUnsafe(
    stopped,
    Exit.isSuccess(exit)
      ? Exit.fail(error("Closed"))
      : Exit.failCause(Cause.map(exit.cause, ({ reason }) => error(reason)))
  )
}

const speakerOf = (
  state: State,
  writing: Semaphore.Semaphore,
  { done, mute, ready, stats, unmute }: LocalPublication
): Speaker => {
  const { queue } = state
  /** One after the other. No-op if a `clear` comes first. */
  const inOrder = <A, E>(effect: (generation: number) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => writing.withPermit(effect(queue.generation)))
  return {
    write: (samples) =>
      Effect.suspend(() => {
        checkSamples(samples)
        return inOrder((generation) => write(state, samples, generation))
      }),
    end: inOrder((generation) =>
      Effect.andThen(
        failIfOver(state),
        Effect.sync(() => {
          if (generation === queue.generation) change(state, queue.end)
        })
      )
    ),
    clear: Effect.sync(() => {
      const dropped = queue.millis()
      change(state, queue.clear)
      return Duration.millis(dropped)
    }),
    queued: Effect.sync(() => Duration.millis(queue.millis())),
    drained: Effect.suspend(() => drained(state)),
    connected: Effect.andThen(ready, failIfOver(state)),
    mute,
    unmute,
    stats,
    done
  }
}

/** Fails with the reason, if no more frames are sent. */
const failIfOver = (state: State): Effect.Effect<void, SpeakerStoppedError> =>
  Effect.suspend(() => state.isOver ? Deferred.await(state.stopped) : Effect.void)

/**
 * Changes the queue, then wakes who waits for that. Who is woken may change the queue inside this call, so its length is read
 * again for each latch.
 */
const change = ({ queue, room, settings: { capacity }, work }: State, apply: () => void): void => {
  apply()
  if (queue.frames.length < capacity) room.openUnsafe()
  else room.closeUnsafe()
  if (queue.frames.length > 0) work.openUnsafe()
  else work.closeUnsafe()
}

/** At once, in frames. Then others get a turn: each may have to be resampled. */
const framesPerTurn = 50

const write = Effect.fnUntraced(function*(state: State, samples: Int16Array, generation: number) {
  const { queue, room, settings: { capacity, sampleRate }, stopped } = state
  const size = Math.floor(sampleRate * Timeline.frameMillis / 1_000)
  let count = 0
  let appended = 0
  while (appended < samples.length && generation === queue.generation) {
    yield* failIfOver(state)
    if (queue.frames.length >= capacity) {
      yield* Effect.raceFirst(room.await, Deferred.await(stopped))
      continue
    }
    const piece = samples.subarray(appended, appended + size)
    change(state, () => queue.append(piece))
    appended += piece.length
    if (++count % framesPerTurn === 0) yield* Effect.yieldNow
  }
  return appended
})

const drained = (state: State): Effect.Effect<void, SpeakerStoppedError> => {
  const newest = state.queue.frames.at(-1)
  const gone = newest === undefined
    ? Effect.void
    : Effect.raceFirst(Deferred.await(newest.gone), Deferred.await(state.stopped))
  return Effect.andThen(
    gone,
    Effect.flatMap(now, (millis) => {
      const playedAt = state.last === undefined ? millis : state.last.sentAt + Timeline.frameMillis
      return Effect.sleep(Duration.millis(Math.max(0, playedAt - millis)))
    })
  )
}

// --- The packets ------------------------------------------------------------------------------------------------------

/** In milliseconds. Unlike the time of day, it never jumps. */
const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/** Waits until the next frame is due and can be heard, then encodes it. */
const nextPacket = Effect.fnUntraced(function*(state: State, ready: Effect.Effect<void>) {
  const { encoder, queue, settings: { codec }, work } = state
  // The edge has the last packet, because it asks for the next one.
  const passedBy = yield* now
  while (true) {
    const isEmpty = queue.frames.length === 0
    yield* work.await
    const askedAt = yield* now
    yield* ready
    const at = yield* now
    const [frame] = queue.frames
    // A `clear` came.
    if (frame === undefined) continue
    const hasWaited = isEmpty || at - askedAt > Timeline.longestWait
    const lateness = !hasWaited ? "Stalled" : state.last?.frame.endsUtterance === true ? "Ended" : "Waited"
    const slotAt = (millis: number) => Timeline.next(state.last?.slot, passedBy, millis, lateness, codec.clockRate)
    const due = Timeline.dueOf(slotAt(at))
    if (due > at) {
      // Timers have whole milliseconds, and would be early.
      yield* Effect.sleep(Duration.millis(Math.ceil(due - at)))
      continue
    }
    const payload = yield* encoder.encode(frame.samples)
    if (queue.frames[0] !== frame) continue
    const sentAt = yield* now
    const slot = slotAt(sentAt)
    // Before the frame is gone, because that wakes who waits until it has been played.
    state.last = { frame, slot, sentAt }
    change(state, queue.take)
    const { sequenceNumber, timestamp } = slot
    const packet: OutgoingPacket = { sequenceNumber, timestamp, marker: Timeline.isMarked(slot), payload }
    return packet
  }
})
