/**
 * The packets of an announced track, and what an application waits for in them. Everything ends when the track is removed.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as EndableStream from "../../internal/EndableStream.ts"
import { isKeyFrameStart } from "../../internal/KeyFrame.ts"
import type { RemoteMediaSection, RtpPacket } from "../PeerConnection.ts"
import { WaitError } from "../WaitError.ts"
import { KeyFrameAssembler } from "./KeyFrameAssembler.ts"

export interface TrackPackets {
  /** Absent if the track is of another edge with the same resolver. */
  readonly media: RemoteMediaSection | undefined
  readonly removed: Deferred.Deferred<void>
}

const isRemoved = ({ removed }: TrackPackets): boolean => Deferred.isDoneUnsafe(removed)

/**
 * The packets of one of the m-line's streams until the track is removed. A packet that the consumer has not taken when
 * `TrackRemoved` is published is dropped.
 */
const untilRemoved = (track: TrackPackets | undefined, name: "rtp" | "arrivals"): Stream.Stream<RtpPacket> =>
  Stream.suspend(() =>
    track?.media === undefined || isRemoved(track)
      ? Stream.empty
      : EndableStream.until(track.media[name], track.removed)
  )

export const rtp = (track: TrackPackets | undefined): Stream.Stream<RtpPacket> => untilRemoved(track, "rtp")

/** From the subscription on. Leaves the packets from before it to the first consumer of `rtp`. */
const arrivals = (track: TrackPackets): Stream.Stream<RtpPacket> => untilRemoved(track, "arrivals")

export const requestKeyFrame = (track: TrackPackets | undefined): Effect.Effect<void> =>
  Effect.suspend(() => track?.media === undefined || isRemoved(track) ? Effect.void : track.media.requestKeyFrame)

/** The first element of a stream of the track's packets. Fails when the track is removed before. */
const first = <A>(
  track: TrackPackets,
  subject: WaitError["subject"],
  packets: Stream.Stream<A>
): Effect.Effect<A, WaitError> =>
  Effect.flatMap(
    Stream.runHead(packets),
    Option.match({
      onSome: (packet) => Effect.succeed(packet),
      // The m-line ends before the track is removed; a track of another edge has none.
      onNone: () =>
        Effect.andThen(
          Deferred.await(track.removed),
          Effect.fail(new WaitError({ subject, reason: "TrackRemoved", timeout: Infinity }))
        )
    })
  )

/** The next packet from now on. */
const next = (track: TrackPackets): Effect.Effect<RtpPacket, WaitError> => first(track, "Packet", arrivals(track))

/** When the first packet of the track arrived, in milliseconds of the `Clock`. */
export const firstPacketAt = (track: TrackPackets): Effect.Effect<number, WaitError> =>
  Effect.suspend(() => {
    const reception = isRemoved(track) ? undefined : track.media?.reception()
    return reception === undefined
      ? Effect.andThen(next(track), firstPacketAt(track))
      : Effect.succeed(reception.firstPacketAt)
  })

/** How long a sender has for a key frame until it is asked again. */
const keyFrameInterval = "1 second"

/** The packets of the next key frame. Every packet of audio is one. */
const nextKeyFrame = (track: TrackPackets): Effect.Effect<ReadonlyArray<RtpPacket>, WaitError> =>
  Effect.suspend(() => {
    // An offer can change the payload types of the m-line.
    const codecOf = ({ payloadType }: RtpPacket): string =>
      track.media?.codecs.find((codec) => codec.payloadType === payloadType)?.name ?? ""
    const frames = new KeyFrameAssembler((packet) => isKeyFrameStart(codecOf(packet), packet.payload))
    const found = arrivals(track).pipe(
      Stream.map((packet) => track.media?.kind === "audio" ? [packet] : frames.add(packet)),
      Stream.filter((frame) => frame !== undefined)
    )
    return first(track, "KeyFrame", found)
  })

/** Asks the sender, and again every second, until a key frame has come. */
export const keyFrame = (track: TrackPackets): Effect.Effect<ReadonlyArray<RtpPacket>, WaitError> =>
  Effect.raceFirst(
    nextKeyFrame(track),
    Effect.andThen(Effect.repeat(requestKeyFrame(track), Schedule.spaced(keyFrameInterval)), Effect.never)
  )

/** True when no packet has arrived for this time, and false when one arrives again. */
export const stalls = (track: TrackPackets, addedAt: number, after: Duration.Duration): Stream.Stream<boolean> => {
  const lastPacketAt = (): number | undefined => track.media?.reception()?.lastPacketAt
  const untilStalled: Effect.Effect<boolean> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const left = Math.max(lastPacketAt() ?? 0, addedAt) + Duration.toMillis(after) - now
    return left <= 0 ? Effect.succeed(true) : Effect.flatMap(Effect.sleep(left), () => untilStalled)
  })
  const packet = Effect.catch(next(track), () => Effect.never)
  // A packet can arrive before `next` has subscribed: so the time of the last one is read again from time to time.
  const untilFlowing: Effect.Effect<boolean> = Effect.suspend(() => {
    const seen = lastPacketAt()
    return Effect.flatMap(
      Effect.raceFirst(packet, Effect.sleep(after)),
      () => lastPacketAt() === seen ? untilFlowing : Effect.succeed(false)
    )
  })
  const changes = Stream.unfold(
    false,
    (isStalled) => Effect.map(isStalled ? untilFlowing : untilStalled, (now) => [now, now] as const)
  )
  return Stream.suspend(() =>
    track.media === undefined || isRemoved(track)
      ? Stream.empty
      : Stream.interruptWhen(changes, Deferred.await(track.removed))
  )
}
