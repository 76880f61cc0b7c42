/**
 * The samples of one track: its timeline through a decoder, as the consumer pulls them. Nothing is decoded before that.
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { Codec, RtpAudioLevel, RtpPacket } from "../../edge/PeerConnection.ts"
import type { RemoteTrack } from "../../edge/RemoteTrack.ts"
import { AudioCodecs } from "../AudioCodec.ts"
import type { AudioDecoder, DecodeError, SampleRate, UnsupportedCodecError } from "../AudioCodec.ts"
import type { FillReason, PcmFrame } from "../PcmFrame.ts"
import { FrameAssembler } from "./FrameAssembler.ts"
import * as JitterBuffer from "./JitterBuffer.ts"
import * as PacketTimeline from "./PacketTimeline.ts"
import * as TrackDecoders from "./TrackDecoders.ts"

export interface Options extends PacketTimeline.Options {
  readonly sampleRate: SampleRate
  /** In samples. */
  readonly frameLength: number
}

export type HearingError = UnsupportedCodecError | DecodeError

interface Content {
  readonly payload: Uint8Array
  readonly decoder: AudioDecoder
  readonly audioLevel: RtpAudioLevel | undefined
}

/** In units of the jitter buffer: so much of undecodable audio, and nothing else, ends the stream. */
const mostUndecodable = JitterBuffer.unitsPerSecond

const unheard = Metric.counter("pcm_packets_unheard", {
  description: "RTP packets of audio whose samples are not in a consumer's stream",
  incremental: true
})

const filled = Metric.counter("pcm_filled_milliseconds", {
  description: "Time of audio tracks that was filled with silence for a consumer",
  incremental: true
})

/** So many samples: the beginning of a packet may have been filled. A decoder that makes too few does not shorten the time. */
const lastOf = (samples: Int16Array, length: number): Int16Array => {
  if (samples.length >= length) return samples.subarray(samples.length - length)
  const padded = new Int16Array(length)
  padded.set(samples)
  return padded
}

export const make = Effect.fnUntraced(function*(
  track: RemoteTrack,
  { frameLength, sampleRate, ...waits }: Options
): Effect.fn.Return<
  { readonly pull: Effect.Effect<Arr.NonEmptyReadonlyArray<PcmFrame>, HearingError | Cause.Done> },
  never,
  AudioCodecs | Scope.Scope
> {
  const codecs = yield* AudioCodecs
  const context = yield* Effect.context<never>()
  const frames = new FrameAssembler(frameLength, sampleRate)
  const decoderOf = yield* TrackDecoders.make((codec) => codecs.decoder(codec, sampleRate))
  /** Since the last payload that was decoded. */
  let undecodable = 0

  const open = Effect.fnUntraced(function*(
    { audioLevel, payload }: RtpPacket,
    codec: Codec
  ): Effect.fn.Return<PacketTimeline.Audio<Content>, UnsupportedCodecError> {
    const decoder = yield* decoderOf(codec)
    const duration = yield* Effect.option(decoder.durationOf(payload))
    return { duration: Option.getOrUndefined(duration), content: { payload, decoder, audioLevel } }
  })

  const timeline = yield* PacketTimeline.make(track, waits, open)

  const countUnheard = (reason: string, packets = 1): void =>
    Metric.withAttributes(unheard, { reason }).updateUnsafe(packets, context)

  /** The first sample at or after a time in units. */
  const sampleAt = (time: number): number => Math.round(time * sampleRate / JitterBuffer.unitsPerSecond)

  const lengthOf = ({ duration, time }: { readonly time: number; readonly duration: number }): number =>
    sampleAt(time + duration) - sampleAt(time)

  const addGap = (gap: JitterBuffer.Span, reason: FillReason): void => {
    Metric.withAttributes(filled, { reason }).updateUnsafe(gap.duration * 1_000 / JitterBuffer.unitsPerSecond, context)
    frames.addGap(lengthOf(gap), reason, gap)
  }

  const playPacket = Effect.fnUntraced(function*(
    packet: JitterBuffer.Output<Content> & { readonly _tag: "Packet" }
  ): Effect.fn.Return<void, DecodeError> {
    const { audioLevel, decoder, payload } = packet.content
    const decoded = yield* Effect.result(decoder.decode(payload))
    if (Result.isSuccess(decoded)) {
      undecodable = 0
      return frames.addSamples(lastOf(decoded.success, lengthOf(packet)), packet, audioLevel)
    }
    countUnheard("Undecodable")
    addGap(packet, "Undecodable")
    undecodable += packet.duration
    if (undecodable >= mostUndecodable) return yield* decoded.failure
  })

  const play = Effect.fnUntraced(function*(
    outputs: ReadonlyArray<JitterBuffer.Output<Content>>
  ): Effect.fn.Return<void, DecodeError> {
    for (const output of outputs) {
      if (output._tag === "Packet") yield* playPacket(output)
      else if (output._tag === "Gap") addGap(output, output.reason)
      else if (output._tag === "Missing") countUnheard("Lost", output.packets)
      else countUnheard(output.reason)
    }
  })

  const advance: Effect.Effect<void, HearingError | Cause.Done> = Effect.flatMap(timeline, play)

  let isFinished = false
  const finish = Effect.sync(() => {
    isFinished = true
    frames.finish()
  })

  const pull: Effect.Effect<Arr.NonEmptyReadonlyArray<PcmFrame>, HearingError | Cause.Done> = Effect.suspend(() => {
    const frame = frames.take()
    if (frame !== undefined) return Effect.succeed([frame] as const)
    if (isFinished) return Cause.done()
    return Effect.andThen(Pull.catchDone(advance, () => finish), pull)
  })

  return { pull }
})
