/**
 * The tracks that we publish ourselves: the request, the handle of a publication, and the errors of both.
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
 * A track to publish, and its media as RTP packets.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublishRequest<E = never, R = never> {
  /** One publication of each type at a time. */
  readonly trackType: TrackType
  /**
   * Consumed as long as the track is published. While the track is muted, or there is no connection, packets are
   * dropped, so a live source is never slowed down. The sequence numbers of the sent packets have no gap. The end or
   * the failure of `media` unpublishes the track.
   */
  readonly media: Stream.Stream<OutgoingPacket, E, R>
  /** The codec that `media` is encoded with. Default: the SFU's preference if that is Opus, VP8 or VP9, else Opus or VP8. */
  readonly codec?: RtpCodec | undefined
  /** Size of the video, in pixels. */
  readonly dimension?: AnnouncedTrack["dimension"]
}

/**
 * A published track. It lives as long as the scope in which it was published, and outlives connections: after a
 * reconnection it is published again.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalPublication<out E = never> {
  readonly trackType: TrackType
  /** The codec that was negotiated. `media` has to be encoded with it. It stays the same after a reconnection. */
  readonly codec: RtpCodec
  /**
   * Sends no packets from now on, and informs the other participants. `media` is still consumed. Returns before the SFU has
   * responded. A no-op if the track is muted.
   */
  readonly mute: Effect.Effect<void>
  /** Sends packets again, and informs the other participants. A no-op if the track is not muted. */
  readonly unmute: Effect.Effect<void>
  /**
   * An element for each request of a receiver that cannot decode the video without a key frame (RFC 4585, section 6.3.1).
   * Requests that came before the subscription are not repeated. Ends with the publication.
   */
  readonly keyFrameRequests: Stream.Stream<void>
  /**
   * Returns when the media has ended and the track is unpublished. Fails with the error of the media, or with the reason
   * why the publication was stopped.
   */
  readonly done: Effect.Effect<void, E | PublicationStoppedError>
}

/**
 * A track was not published.
 *
 * - `NotAllowed`: we have no grant for its type.
 * - `NotOffered`: the SFU has publish options, but none for its type.
 * - `AlreadyPublished`: a track of its type is published, or is being published.
 * - `Refused`: the SFU refused a request, or the request failed.
 * - `Negotiation`: the connection could not be opened, or could not negotiate the track.
 * - `Ended`: the call has ended.
 *
 * `detail` is for the log, and may be empty.
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
 * A published track was stopped, but not at the request of its publisher.
 *
 * - `Moderation`: a moderator stopped it.
 * - `PermissionRevoked`: the SFU revoked the permission to publish it.
 * - `NotAllowed`: its grant was lost.
 * - `Refused`: after a reconnection the SFU refused it, or no longer offered its type.
 * - `Ended`: the call has ended.
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
