/**
 * Sound in a file: the Opus packets of the tracks, with silence between them.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Codec, RtpPacket } from "../../edge/PeerConnection.ts"
import { UnsupportedCodecError } from "../CodecError.ts"
import { AudioFileTimeline } from "./AudioFileTimeline.ts"
import type { FilePacket } from "./AudioFileTimeline.ts"
import * as CodecChoice from "./CodecChoice.ts"
import * as JitterBuffer from "./JitterBuffer.ts"
import type { MediabunnyLibrary } from "./MediabunnyLibrary.ts"
import * as MediaFile from "./MediaFile.ts"
import * as OpusPacket from "./OpusPacket.ts"
import * as PacketTimeline from "./PacketTimeline.ts"
import type { Medium } from "./Recording.ts"

/** In milliseconds. Nobody waits for what is recorded, so a late packet is waited for, also while the process is busy. */
const waits: PacketTimeline.Options = { preRoll: 1_000, minWait: 2_000, maxWait: 4_000 }

const unrecorded = Metric.counter("recorder_packets_unrecorded", {
  description: "RTP packets of audio that are not in a recording",
  incremental: true
})

/** `undefined`: malformed. */
type Content = Uint8Array | undefined

const open = (
  { payload }: RtpPacket,
  codec: Codec
): Effect.Effect<PacketTimeline.Audio<Content>, UnsupportedCodecError> => {
  if (!CodecChoice.isOpus(codec)) {
    return Effect.fail(new UnsupportedCodecError({ codec: codec.name, detail: "only Opus can be recorded" }))
  }
  const duration = OpusPacket.durationOf(payload)
  return Effect.succeed(
    Result.isSuccess(duration)
      ? { duration: duration.success, content: payload }
      : { duration: undefined, content: undefined }
  )
}

/** RFC 6716, section 3.1. */
const channelsOf = (payload: Uint8Array): number => (payload[0]! & 4) === 0 ? 1 : 2

const toPacket = ({ duration, payload, time }: FilePacket): MediaFile.Packet => ({
  payload,
  time: time / OpusPacket.clockRate,
  duration: duration / OpusPacket.clockRate,
  isKey: true
})

const toPackets = (packets: Iterable<FilePacket>): Stream.Stream<MediaFile.Packet> =>
  Stream.map(Stream.fromIterable(packets), toPacket)

/** `startsAt` in milliseconds. */
export const make = (
  library: MediabunnyLibrary,
  format: MediaFile.Format,
  startsAt: number | undefined
): Effect.Effect<Medium> =>
  Effect.gen(function*() {
    const context = yield* Effect.context<never>()
    const clock = yield* Clock.Clock
    const now = (): number => clock.currentTimeMillisUnsafe()
    const timeline = new AudioFileTimeline(now(), startsAt)
    /** `undefined` before the first packet that was sent. */
    let channels: number | undefined

    const count = (reason: string, packets = 1): void =>
      Metric.withAttributes(unrecorded, { reason }).updateUnsafe(packets, context)

    const place = function*(output: JitterBuffer.Output<Content>): Generator<FilePacket> {
      switch (output._tag) {
        case "Missing":
          return count("Lost", output.packets)
        case "Discarded":
          return count(output.reason)
        case "Gap":
          return timeline.addGap()
        case "Packet": {
          const { content, duration, skip } = output
          if (content === undefined) {
            count("Undecodable")
            return timeline.addGap()
          }
          // A part of a packet cannot be written: it begins where its skipped part does.
          const at = output.at - skip * 1_000 / JitterBuffer.unitsPerSecond
          if (timeline.isEarly(at)) return count("Early")
          channels ??= channelsOf(content)
          yield* timeline.add(content, at, skip + duration)
        }
      }
    }

    const medium: Medium = {
      packetsOf: (track) =>
        Stream.unwrap(Effect.map(PacketTimeline.make(track, waits, open), (pull) => {
          timeline.addGap()
          return Stream.flatMap(Stream.fromIterableEffectRepeat(pull), (output) => toPackets(place(output)))
        })),
      rest: () => Array.from(timeline.finish(now()), toPacket),
      open: Effect.suspend(() => MediaFile.openOpus(library, format, channels ?? 1)),
      times: () => ({ startsAt: timeline.startsAt, duration: timeline.duration, silence: timeline.silence })
    }
    return medium
  })
