/**
 * The packets that a simulated participant writes: each payload contains its track key and its index.
 */
import { kindOf } from "effect-track-resolver"
import type { Participant, TrackKind, TrackType } from "effect-track-resolver"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { MediaStreamTrack } from "werift"
import { RtpHeader, RtpPacket } from "werift"
import * as Payload from "./Payload.ts"

export interface MarkedMedia {
  /** Writes packets to the track until `stop`. Indexes continue where the last packet of this type ended. */
  readonly start: (trackType: TrackType, track: () => MediaStreamTrack | undefined) => Effect.Effect<void>
  readonly stop: (trackType: TrackType) => Effect.Effect<void>
  readonly isStarted: (trackType: TrackType) => boolean
  /** The number of packets, by type. */
  readonly written: Effect.Effect<ReadonlyMap<TrackType, number>>
}

/** The interval between packets, and the RTP timestamp's increment for it: at 48 kHz for audio, at 90 kHz for video. */
const pace: { readonly [kind in TrackKind]: { readonly interval: Duration.Input; readonly ticks: number } } = {
  audio: { interval: "20 millis", ticks: 960 },
  video: { interval: "33 millis", ticks: 3_000 }
}

/** werift replaces payload type 0 by the negotiated one. */
const packetOf = (participant: Participant, trackType: TrackType, index: number): RtpPacket => {
  const kind = kindOf(trackType)
  const header = new RtpHeader({
    sequenceNumber: index & 0xffff,
    timestamp: (index * pace[kind].ticks) >>> 0,
    marker: kind === "video",
    payloadType: 0
  })
  return new RtpPacket(header, Buffer.from(Payload.write({ key: { ...participant, trackType }, index })))
}

export const make = Effect.fnUntraced(function*(
  participant: Participant,
  packetInterval: Duration.Input | undefined
): Effect.fn.Return<MarkedMedia, never, Scope.Scope> {
  const fibers = yield* FiberMap.make<TrackType>()
  const written = new Map<TrackType, number>()
  return {
    start: (trackType, track) => {
      const write = Effect.sync(() => {
        const index = written.get(trackType) ?? 0
        written.set(trackType, index + 1)
        track()?.writeRtp(packetOf(participant, trackType, index))
      })
      const interval = packetInterval ?? pace[kindOf(trackType)].interval
      return Effect.asVoid(FiberMap.run(fibers, trackType, Effect.repeat(write, Schedule.fixed(interval))))
    },
    stop: (trackType) => FiberMap.remove(fibers, trackType),
    isStarted: (trackType) => FiberMap.hasUnsafe(fibers, trackType),
    written: Effect.sync(() => new Map(written))
  }
})
