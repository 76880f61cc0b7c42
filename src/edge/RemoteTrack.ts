/**
 * The tracks of the other participants, as `StreamEdge.tracks` and `StreamEdge.forEachTrack` give them to an application.
 *
 * @stability stable
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type * as Stream from "effect/Stream"
import type { TrackKind } from "../Track.ts"
import type { TrackAdded } from "./EdgeEvent.ts"
import type { Codec, RtpPacket } from "./PeerConnection.ts"
import type { RemoteParticipant } from "./RemoteParticipant.ts"
import type { Subscription } from "./SfuClient.ts"
import type { WaitError } from "./WaitError.ts"

/**
 * A track from its `TrackAdded` to its `TrackRemoved`. A track that is added again, also under the same id, is another one.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RemoteTrack extends Omit<TrackAdded, "_tag"> {
  /** The owner, as of `TrackAdded`. */
  readonly participant: RemoteParticipant
  /** The size that the edge has asked the SFU for, in pixels, as of `TrackAdded`. Absent for audio. */
  readonly requestedSize?: Subscription["dimension"]
  readonly kind: TrackKind
  /** The first of `codecs`, which the SFU usually sends. Absent if there is none. */
  readonly codec: Codec | undefined
  /** The codecs of its m-line that can be received, in the SFU's order. A packet names its codec by the payload type. */
  readonly codecs: ReadonlyArray<Codec>
  /** As `StreamEdge.rtp`, but for this track only: it never continues with a later track of the same id. */
  readonly rtp: Stream.Stream<RtpPacket>
  /**
   * Waits for the first packet; returns at once if it has arrived. Takes no packet from `rtp`. Fails with `WaitError` at
   * `TrackRemoved`.
   */
  readonly firstPacket: Effect.Effect<FirstPacket, WaitError>
  /** As `StreamEdge.requestKeyFrame`. A no-op after `TrackRemoved`. */
  readonly requestKeyFrame: Effect.Effect<void>
  /**
   * Requests a key frame, and again every second until one has come. Returns its packets, in their order and without a gap.
   * Takes none of them from `rtp`, which a consumer has to subscribe to before if it needs them too. Of audio every packet is
   * one. Knows VP8, VP9, H.264 (from the sequence parameter set on) and AV1. Fails with `WaitError` at `TrackRemoved`.
   */
  readonly keyFrame: Effect.Effect<ReadonlyArray<RtpPacket>, WaitError>
  /**
   * `true` whenever no packet has arrived for this time, and `false` when the next one arrives. More than zero; 3 seconds by
   * default. Ends with `TrackRemoved`. A mute is no stall, because it removes the track.
   */
  stalls(after?: Duration.Input): Stream.Stream<boolean>
}

/**
 * When the media of a track began. In milliseconds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface FirstPacket {
  /** By the `Clock`. May be before `TrackAdded`: media can be faster than the signalling. */
  readonly receivedAt: number
  /**
   * From the report of the publication, `requestedAt`, to the packet. 0 if the packet was faster than the report. If the m-line
   * had a track before, as after a mute: from `TrackAdded`.
   */
  readonly elapsed: number
}

/**
 * Selects tracks: by a predicate, or by fields that all have to be equal.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type TrackFilter =
  | ((track: RemoteTrack) => boolean)
  | {
    readonly userId?: string | undefined
    readonly sessionId?: string | undefined
    readonly trackType?: RemoteTrack["key"]["trackType"] | undefined
    readonly kind?: TrackKind | undefined
    /** Whether the track is of another session of our own user. */
    readonly isOwnUser?: boolean | undefined
  }

/**
 * Whether the filter selects the track.
 *
 * @stability stable
 * @category predicates
 * @since 0.1.0
 */
export const matchesTrack = (filter: TrackFilter, track: RemoteTrack): boolean => {
  if (typeof filter === "function") return filter(track)
  const { isOwnUser, kind, sessionId, trackType, userId } = filter
  return (userId === undefined || userId === track.key.userId)
    && (sessionId === undefined || sessionId === track.key.sessionId)
    && (trackType === undefined || trackType === track.key.trackType)
    && (kind === undefined || kind === track.kind)
    && (isOwnUser === undefined || isOwnUser === track.participant.isOwnUser)
}

/**
 * What follows when the body of a track or participant fails or dies. The others run on, unless `"fail"`.
 *
 * - `"log"`: the failure is logged with the key. The body runs again when the track is added again.
 * - `"fail"`: the whole effect fails with the first failure, and interrupts the other bodies.
 * - A schedule: the body runs again by this schedule, as in `Effect.retry`, as long as the track lives. After the last
 *   time, and after a defect, the failure is logged.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type OnFailure<E> = "log" | "fail" | Schedule.Schedule<unknown, E>

/**
 * The failures of bodies that reach the caller.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type FailureOf<E, F> = F extends "fail" ? E : never

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ForEachOptions<F> {
  /** Default `"log"`. */
  readonly onFailure?: F | undefined
}
