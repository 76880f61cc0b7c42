/**
 * What we publish ourselves: the handle of a publication, why one is refused, and why one is stopped.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { TrackType } from "../Track.ts"
import type { OutgoingPacket, RtpCodec } from "./PeerConnection.ts"
import type { AnnouncedTrack } from "./SfuClient.ts"

/**
 * What is to be published. `media` is consumed as it comes, also while there is no connection that it could be sent on: its
 * packets are dropped then, and a live source is not held up.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublishRequest<E = never, R = never> {
  readonly trackType: TrackType
  readonly media: Stream.Stream<OutgoingPacket, E, R>
  /** What `media` is encoded with. Default what the SFU would like, if that can be sent; else Opus or VP8. */
  readonly codec?: RtpCodec | undefined
  /** Of video, in pixels. */
  readonly dimension?: AnnouncedTrack["dimension"]
}

/**
 * A publication of ours, as long as the scope that it was published in. It outlives connections: after a reconnection it is
 * published anew.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalPublication<out E = never> {
  readonly trackType: TrackType
  readonly codec: RtpCodec
  /** Sends nothing from now on, and has everybody told. Its media is consumed on. */
  readonly mute: Effect.Effect<void>
  readonly unmute: Effect.Effect<void>
  /** Somebody who receives it cannot decode it without a key frame. Ends with the publication. */
  readonly keyFrameRequests: Stream.Stream<void>
  /** Its media has ended, and it was unpublished; or it failed, or was stopped. */
  readonly done: Effect.Effect<void, E | PublicationStoppedError>
}

/**
 * Why something could not be published.
 *
 * - `NotAllowed`: we have no grant for it.
 * - `NotOffered`: the SFU has publish options, and none of that type.
 * - `AlreadyPublished`: there is one track of a type at a time.
 * - `Refused`: the SFU said no, or said nothing.
 * - `Negotiation`: there is no connection that could carry it.
 * - `Ended`: the call is over.
 *
 * @category errors
 * @since 0.1.0
 */
export class PublishError extends Schema.TaggedError<PublishError>()("PublishError", {
  trackType: TrackType,
  reason: Schema.Literals(["NotAllowed", "NotOffered", "AlreadyPublished", "Refused", "Negotiation", "Ended"]),
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.trackType} was not published (${this.reason})${this.detail === "" ? "" : `: ${this.detail}`}`
  }
}

/**
 * Why a publication was stopped that had been published.
 *
 * - `Moderation`, `PermissionRevoked`: the SFU took it back.
 * - `NotAllowed`: its grant was lost.
 * - `Refused`: the SFU would not have it again after a reconnection.
 * - `Ended`: the call is over.
 *
 * @category errors
 * @since 0.1.0
 */
export class PublicationStoppedError extends Schema.TaggedError<PublicationStoppedError>()("PublicationStoppedError", {
  trackType: TrackType,
  reason: Schema.Literals(["Moderation", "PermissionRevoked", "NotAllowed", "Refused", "Ended"])
}) {
  override get message(): string {
    return `${this.trackType} was stopped (${this.reason})`
  }
}
