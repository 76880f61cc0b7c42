/**
 * What people say, as segments: from the begin of an utterance to the silence after it.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RemoteTrack } from "../edge/RemoteTrack.ts"
import * as Arguments from "../internal/Arguments.ts"
import type { AudioCodecs, DecodeError, SampleRate, UnsupportedCodecError } from "./AudioCodec.ts"
import * as Segmenter from "./internal/Segmenter.ts"
import { concat } from "./internal/TypedArrays.ts"
import * as Pcm from "./Pcm.ts"
import { Vad } from "./Vad.ts"

/**
 * A frame of mono sound, of 10, 20 or 30 ms. Frames follow each other without a gap: silence fills what was lost or not sent.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SpeechFrame {
  readonly samples: Int16Array
  /** When the frame begins, in milliseconds of the `Clock`. */
  readonly at: number
}

/**
 * An utterance.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SpeechSegment {
  /** When its first sample was heard, in milliseconds of the `Clock`: before the speech, by the padding. */
  readonly begin: number
  /** After its last sample. */
  readonly end: number
  /** All samples from `begin` to `end`. */
  readonly samples: Int16Array
  readonly sampleRate: SampleRate
  /**
   * - `Silence`: of `silence`, after the speech.
   * - `TooLong`: it was cut at `longest`. The next segment goes on where this one ends.
   * - `EndOfTrack`: the track ended before the silence, maybe within a word.
   */
  readonly ending: "Silence" | "TooLong" | "EndOfTrack"
}

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface SegmentOptions {
  /** Speech that is shorter, a click for example, begins no segment. Default 60 milliseconds. */
  readonly speech?: Duration.Input | undefined
  /** Silence that is shorter, a pause in a sentence, ends no segment. Default 500 milliseconds. */
  readonly silence?: Duration.Input | undefined
  /** How much silence a segment keeps before and after its speech, at most. Default 200 milliseconds. */
  readonly padding?: Duration.Input | undefined
  /** A longer segment is cut: as much is held for each track, 32 kB a second at 16 kHz. Default 30 seconds. */
  readonly longest?: Duration.Input | undefined
}

const args = Arguments.forService("Speech")

const lengthsOf = (sampleRate: SampleRate, options: SegmentOptions): Segmenter.Lengths => {
  const samples = (duration: Duration.Duration): number => Duration.toMillis(duration) * sampleRate / 1_000
  const { longest = "30 seconds", padding = "200 millis", silence = "500 millis", speech = "60 millis" } = options
  return {
    begin: samples(args.positiveDuration("speech", speech)),
    end: samples(args.positiveDuration("silence", silence)),
    padding: samples(args.duration("padding", padding)),
    longest: samples(args.positiveDuration("longest", longest))
  }
}

const toSegment = (
  { ending, frames }: Segmenter.Segment<SpeechFrame>,
  sampleRate: SampleRate
): SpeechSegment => {
  const samples = concat(Int16Array, frames.map(({ samples }) => samples))
  const begin = frames[0]!.at
  return { begin, end: begin + samples.length * 1_000 / sampleRate, samples, sampleRate, ending }
}

/** After the last frame. */
const endOfTrack = Symbol("endOfTrack")

/** The frames, then `endOfTrack`, then the end or the failure. */
const withEnd = <F, E, R>(frames: Stream.Stream<F, E, R>): Stream.Stream<F | typeof endOfTrack, E, R> =>
  Stream.concat(
    Stream.catchCause(frames, (cause) => Stream.concat(Stream.succeed(endOfTrack), Stream.failCause(cause))),
    Stream.succeed(endOfTrack)
  )

/**
 * The utterances in a stream of frames, as they end. If the stream ends or fails within one, that one comes first, with the
 * ending `EndOfTrack`.
 *
 * @stability stable
 * @category streams
 * @since 0.1.0
 */
export const fromFrames = <E, R>(
  frames: Stream.Stream<SpeechFrame, E, R>,
  options: SegmentOptions & { readonly sampleRate: SampleRate }
): Stream.Stream<SpeechSegment, E, R | Vad> =>
  Stream.unwrap(Effect.gen(function*() {
    const { sampleRate } = args.object("options", options)
    const lengths = lengthsOf(sampleRate, options)
    const { isSpeech } = yield* (yield* Vad).detector(sampleRate)
    return Stream.mapAccumEffect(
      withEnd(frames),
      (): Segmenter.State<SpeechFrame> => Segmenter.initial,
      (state, frame) => {
        const step = frame === endOfTrack
          ? Effect.sync(() => Segmenter.end(state, lengths))
          : Effect.map(isSpeech(frame.samples), (isSpeech) => Segmenter.step(state, frame, isSpeech, lengths))
        return Effect.map(step, ([next, segments]) =>
          [next, segments.map((segment) => toSegment(segment, sampleRate))] as const)
      }
    )
  }))

/**
 * The utterances of an audio track, as they end: `fromFrames` of `Pcm.stream`, in frames of 20 ms. 16,000 samples a second if
 * the options do not say otherwise. What is lost or not sent is silence, so a short loss ends no segment. Ends and fails as
 * `Pcm.stream` does.
 *
 * @stability stable
 * @category streams
 * @since 0.1.0
 */
export const segments = (
  track: RemoteTrack,
  options: SegmentOptions & Partial<Pick<Pcm.PcmOptions, "sampleRate" | "preRoll" | "maxWait">> = {}
): Stream.Stream<SpeechSegment, UnsupportedCodecError | DecodeError, AudioCodecs | Vad> => {
  const { maxWait, preRoll, sampleRate = 16_000 } = options
  return fromFrames(Pcm.stream(track, { sampleRate, preRoll, maxWait }), { ...options, sampleRate })
}
