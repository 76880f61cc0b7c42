/**
 * The tracks that we publish ourselves: the request, the handle of a publication, and the errors of both.
 *
 * @stability stable
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { TrackType } from "../Track.ts"
import type { OutgoingPacket, RtpCodec } from "./PeerConnection.ts"
import type { AnnouncedTrack, PublishQuality } from "./SfuClient.ts"

/**
 * A track to publish, and its media as RTP packets.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface PublishRequest<E = never, R = never> {
  /** One publication of each type at a time. */
  readonly trackType: TrackType
  /**
   * Consumed as long as the track is published. It has to emit in real time: the edge does not pace it. A burst of one
   * second of media, by its timestamps, is sent; what is further ahead is dropped. Packets are also dropped while the
   * track is muted or cannot send, and if they are invalid: see `LocalPublication.stats`.
   *
   * Sequence numbers and timestamps may start again at any time, for example with each utterance: those of the sent
   * packets continue. Packets that are dropped while the track is muted or cannot send leave no gap in the sequence numbers.
   *
   * The end or the failure of `media` unpublishes the track.
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
 * @stability stable
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
   * Returns when packets reach the SFU and the other participants know of the track: its connection is connected, and the
   * SFU knows that it is not muted. `publish` returns about 150 ms earlier, because ICE and DTLS follow the announcement;
   * what `media` emits before that is dropped.
   *
   * Waits while the track is muted and while the edge reconnects, so it can be used again before each utterance. Does not
   * wait for a lost socket, or for an ICE restart, as long as media flows. Also returns when the publication has ended:
   * `done` has the reason.
   */
  readonly ready: Effect.Effect<void>
  /** What has become of the packets of `media` so far. The first dropped packet of each reason is also logged. */
  readonly stats: Effect.Effect<PublicationStats>
  /**
   * The quality that the SFU wants, then every change. If no layer is active, no participant receives the
   * track. Only the encoder of `media` can follow the quality. Each session with the SFU begins without layers: then every
   * quality is wanted. Ends with the publication.
   */
  readonly quality: Stream.Stream<PublishQuality>
  /**
   * An element for each request of a receiver that cannot decode the video without a key frame (RFC 4585, section 6.3.1).
   * Requests that came before the subscription are not repeated. Ends with the publication.
   */
  readonly keyFrameRequests: Stream.Stream<void>
  /**
   * Returns when the track is unpublished, because the media has ended or the scope of the publication was closed. Fails
   * with the error of the media, or with the reason why the publication was stopped.
   */
  readonly done: Effect.Effect<void, E | PublicationStoppedError>
}

/**
 * Why a packet was not sent.
 *
 * - `Invalid`: a field is missing, has a wrong type or is out of range.
 * - `TooLarge`: the payload has more than 1,400 bytes, so its datagram would not fit into an Ethernet frame.
 * - `Muted`: the track is muted.
 * - `NotConnected`: the track cannot send now: its first connection, or a reconnection, is being made.
 * - `TooEarly`: the media is more than one second ahead of real time.
 * - `OutOfOrder`: it repeats a packet that was sent, or is older than the first packet of its source.
 * - `Failed`: the network did not take it.
 *
 * The first dropped packet of a reason is logged: at debug level for `Muted` and `NotConnected`, else as a warning.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type DropReason =
  | "Invalid"
  | "TooLarge"
  | "Muted"
  | "NotConnected"
  | "TooEarly"
  | "OutOfOrder"
  | "Failed"

/**
 * What has become of the packets of a publication.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface PublicationStats {
  /** Passed to the network, on all connections together. Whether they have arrived is unknown. */
  readonly sent: number
  readonly dropped: { readonly [reason in DropReason]: number }
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
 * @stability stable
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
 * @stability stable
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
