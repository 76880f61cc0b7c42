/**
 * Tracks as PCM: 16-bit signed samples, mono, in frames of equal length.
 *
 * ```ts
 * import { StreamEdge } from "effect-track-resolver"
 * import { Pcm } from "effect-track-resolver/media"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const hear = (recognise: (userId: string, samples: Int16Array) => Effect.Effect<void>) =>
 *   Effect.gen(function*() {
 *     const edge = yield* StreamEdge
 *     yield* edge.forEachTrack({ kind: "audio" }, (track) =>
 *       Stream.runForEach(
 *         Pcm.stream(track, { sampleRate: 16_000 }),
 *         ({ samples }) => recognise(track.key.userId, samples)
 *       ))
 *   })
 * ```
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
import * as Hearing from "./internal/Hearing.ts"
import { leastDelay } from "./internal/JitterBuffer.ts"
import { sampleRates } from "./internal/SampleRates.ts"
import type { PcmFrame } from "./PcmFrame.ts"

export type { FillReason, PcmFrame } from "./PcmFrame.ts"

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface PcmOptions {
  /** Samples per second. The decoder makes them: nothing is resampled. */
  readonly sampleRate: SampleRate
  /** Only mono. A stereo sender is mixed. Default 1. */
  readonly channels?: 1 | undefined
  /** The length of each frame: from 10 to 120 milliseconds, and a whole number of samples. Default 20 milliseconds. */
  readonly frame?: Duration.Input | undefined
  /**
   * How long before the subscription a packet may have arrived: media can be faster than the signalling that says whose it is.
   * At most a second, which is what a connection keeps, for the first consumer of the track's packets only. Default 1 second.
   */
  readonly preRoll?: Duration.Input | undefined
  /**
   * How long a missing packet is waited for, at most. How long it is waited for is from 40 milliseconds to this, by the
   * differences of the last ten seconds. From 40 milliseconds to 5 seconds. Default 400 milliseconds.
   */
  readonly maxWait?: Duration.Input | undefined
}

const args = Arguments.forService("Pcm.stream")
const longestPreRoll = 1_000
const longestWait = 5_000

/** In milliseconds. */
const between = (argument: string, value: Duration.Input, least: number, most: number): number => {
  const millis = Duration.toMillis(args.duration(argument, value))
  if (millis >= least && millis <= most) return millis
  throw Arguments.error("Pcm.stream", argument, `a duration of ${least} to ${most} milliseconds`, value)
}

const check = (track: RemoteTrack, options: PcmOptions): Hearing.Options => {
  const { channels = 1, frame = 20, maxWait = 400, preRoll = longestPreRoll, sampleRate } = args.object(
    "options",
    options
  )
  if (track.kind !== "audio") throw Arguments.error("Pcm.stream", "track", "a track of audio", track.kind)
  args.choice("sampleRate", sampleRates, sampleRate)
  if (channels !== 1) throw Arguments.error("Pcm.stream", "channels", "1", channels)
  const frameLength = between("frame", frame, 10, 120) * sampleRate / 1_000
  if (!Number.isInteger(frameLength)) {
    throw Arguments.error("Pcm.stream", "frame", `a whole number of samples at ${sampleRate} a second`, frame)
  }
  return {
    sampleRate,
    frameLength,
    preRoll: between("preRoll", preRoll, 0, longestPreRoll),
    maxWait: between("maxWait", maxWait, leastDelay, longestWait)
  }
}

/**
 * The samples of an audio track, from its first packet to its end. The frames have no hole: their number is the RTP time that
 * has elapsed. What is lost, late, or not sent is silence, and the frame says how much and why. No samples are invented: the
 * libraries do neither loss concealment nor forward error correction.
 *
 * - A packet in order is decoded at once. In silence the stream keeps the pace of the `Clock`, behind it by the delay.
 * - Begins with the first packet: a sender that is silent from the beginning sends nothing.
 * - The payload type of each packet chooses its codec of `track.codecs`. Packets of others, of telephone events, of comfort noise
 *   and of redundant audio are skipped: their time is silent.
 * - What a slow consumer has not taken waits, undecoded: packets of at most five seconds, and 1,024. Then the oldest are dropped.
 * - Ends with the track, after what has arrived. The last frame is filled up.
 * - A payload that cannot be decoded becomes silence. After one second of nothing else the stream fails with its `DecodeError`.
 *   `UnsupportedCodecError` comes with the first packet of such a codec. Other tracks are not affected.
 *
 * The metrics `pcm_packets_unheard` and `pcm_filled_milliseconds` count what is not heard, by the reason.
 *
 * @stability stable
 * @category streams
 * @since 0.1.0
 */
export const stream = (
  track: RemoteTrack,
  options: PcmOptions
): Stream.Stream<PcmFrame, UnsupportedCodecError | DecodeError, AudioCodecs> =>
  Stream.unwrap(
    Effect.suspend(() =>
      Effect.map(Hearing.make(track, check(track, options)), ({ pull }) => Stream.fromPull(Effect.succeed(pull)))
    )
  )
