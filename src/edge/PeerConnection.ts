/**
 * Port: the connections that media goes over. On the subscriber's an SFU sends to us: its offers and candidates go in; an
 * answer, candidates, the m-lines that send and their packets come out. On the publisher's we send: the offers are ours.
 *
 * Says what is asked of a WebRTC stack and nothing of any one stack. Whose an m-line is, is not known here: it carries
 * what its msid says, and `StreamEdge` makes sense of it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { TrackKind } from "../Track.ts"

/**
 * A STUN or TURN server, as WebRTC's `RTCIceServer`.
 *
 * @category models
 * @since 0.1.0
 */
export interface IceServer {
  readonly urls: ReadonlyArray<string>
  readonly username?: string | undefined
  readonly credential?: Redacted.Redacted | undefined
}

/**
 * WebRTC's `RTCIceCandidateInit`.
 *
 * @category models
 * @since 0.1.0
 */
export interface IceCandidate {
  readonly candidate: string
  readonly sdpMid?: string | undefined
  readonly sdpMLineIndex?: number | undefined
  /** Tells the candidates of an ICE generation from those of one that an ICE restart has replaced. */
  readonly usernameFragment?: string | undefined
}

/**
 * One RTP packet (RFC 3550, section 5.1), decrypted and without its padding.
 *
 * @category models
 * @since 0.1.0
 */
export interface RtpPacket {
  readonly ssrc: number
  readonly payloadType: number
  /** 16 bits; wraps. */
  readonly sequenceNumber: number
  /** 32 bits, in units of the codec's clock rate; wraps. */
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/**
 * Which of our two connections with an SFU.
 *
 * @category models
 * @since 0.1.0
 */
export type PeerType = "Publisher" | "Subscriber"

/**
 * A codec, without the payload type that a connection gives it: `opus`, `VP8`, `VP9`.
 *
 * @category models
 * @since 0.1.0
 */
export interface RtpCodec {
  /** As in the SDP; compared without regard to case. */
  readonly name: string
  /** In hertz. */
  readonly clockRate: number
  readonly channels?: number | undefined
}

/**
 * What a payload type of an m-line means: SDP's `a=rtpmap` (RFC 8866, section 6.6).
 *
 * @category models
 * @since 0.1.0
 */
export interface Codec extends RtpCodec {
  readonly payloadType: number
}

/**
 * An m-line of the last applied offer that sends: its port is not 0 and its direction `sendonly` or `sendrecv`.
 *
 * The same object as long as its kind and its stream id stay the same; another as soon as either changes, and none once
 * it stops sending. So two tables are compared by reference.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemoteMediaSection {
  readonly mid: string
  readonly kind: TrackKind
  /** The first part of the m-line's `a=msid` (RFC 8830), if it has one that is not `-`. */
  readonly streamId: string | undefined
  readonly codecs: ReadonlyArray<Codec>
  /**
   * What comes in on it from now on. Ends when this object is replaced or its connection closes, and delivers nothing
   * that came in after the offer which replaced it. A consumer that is too slow loses the oldest packets.
   */
  readonly rtp: Stream.Stream<RtpPacket>
  /**
   * Asks its sender for a key frame (RFC 4585, section 6.3.1); later, if the connection is not up yet. Nothing, if it has
   * stopped.
   */
  readonly requestKeyFrame: Effect.Effect<void>
}

/**
 * What became of an offer.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegotiationResult {
  /** The answer. */
  readonly sdp: string
  /** Every m-line that sends, from now on. */
  readonly media: ReadonlyArray<RemoteMediaSection>
}

/**
 * WebRTC's `RTCPeerConnectionState`.
 *
 * @category models
 * @since 0.1.0
 */
export type PeerConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed"

/**
 * An offer could not be applied or answered. The connection is as it was before it.
 *
 * @category errors
 * @since 0.1.0
 */
export class NegotiationError extends Schema.TaggedError<NegotiationError>()("NegotiationError", {
  step: Schema.Literals([
    "Open",
    "GenericSdps",
    "SetRemoteDescription",
    "CreateOffer",
    "CreateAnswer",
    "SetLocalDescription"
  ]),
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.step}: ${this.detail}`
  }
}

/**
 * No media can come any more: the connection never connected, or it was lost.
 *
 * @category errors
 * @since 0.1.0
 */
export class PeerConnectionError extends Schema.TaggedError<PeerConnectionError>()("PeerConnectionError", {
  reason: Schema.Literals(["NeverConnected", "Lost"])
}) {
  override get message(): string {
    return this.reason === "NeverConnected" ? "the peer connection never connected" : "the peer connection was lost"
  }
}

/**
 * A connection that lives as long as the scope it was opened in.
 *
 * @category models
 * @since 0.1.0
 */
export interface PeerConnection {
  /** Applies an offer and answers it. One at a time, in the order of the calls. */
  readonly answer: (offer: string) => Effect.Effect<NegotiationResult, NegotiationError>
  /**
   * A candidate of the other side. It may come before the offer that it belongs to; one of a replaced ICE generation, or
   * one that nothing can be made of, is dropped.
   */
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** Candidates that were found after the answer they belong to, if any. */
  readonly iceCandidates: Stream.Stream<IceCandidate>
  /**
   * The state now, and every one that follows. A connection that does not connect in time is `failed`. Ends after
   * `closed`.
   */
  readonly states: Stream.Stream<PeerConnectionState>
}

/**
 * A track of ours on the publisher's connection. Sends nothing before it was negotiated, and nothing after it was stopped.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalTrack {
  /** WebRTC's `MediaStreamTrack.id`. */
  readonly id: string
  readonly codec: RtpCodec
  /**
   * Sends a packet, if it can be sent now; otherwise it is dropped. SSRC and payload type are the connection's own;
   * sequence number and timestamp go on from the last packet's by as much as the given ones do.
   */
  readonly send: (packet: OutgoingPacket) => Effect.Effect<void>
  /** Somebody who receives it asks for a key frame (RFC 4585, section 6.3.1). */
  readonly keyFrameRequests: Stream.Stream<void>
  /** It is to send no more: the next negotiation says so. Another track may get its m-line. */
  readonly stop: Effect.Effect<void>
}

/**
 * What of an RTP packet its sender chooses.
 *
 * @category models
 * @since 0.1.0
 */
export type OutgoingPacket = Pick<RtpPacket, "sequenceNumber" | "timestamp" | "marker" | "payload">

/**
 * Our own offer on the publisher's connection, whose local description has been set.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublisherOffer {
  readonly sdp: string
  /** The mid of each track that has not been stopped, in the order in which they were added. */
  readonly tracks: ReadonlyArray<{ readonly track: LocalTrack; readonly mid: string }>
}

/**
 * The connection on which we send, as long as the scope that it was opened in.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublisherConnection {
  /** A track that the next negotiation offers, with this codec and no other. */
  readonly addTrack: (options: {
    readonly kind: TrackKind
    readonly codec: RtpCodec
  }) => Effect.Effect<LocalTrack, NegotiationError>
  /**
   * Offers what there is, has it answered by `exchange`, and applies the answer. One at a time, in the order of the calls;
   * if any of it fails, the connection is as it was before.
   */
  readonly negotiate: <E, R>(options: {
    readonly iceRestart?: boolean | undefined
    readonly exchange: (offer: PublisherOffer) => Effect.Effect<string, E, R>
  }) => Effect.Effect<void, NegotiationError | E, R>
  /** As `PeerConnection` has it. */
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** As `PeerConnection` has it. `new` until there is something to send. */
  readonly states: Stream.Stream<PeerConnectionState>
}

/**
 * What this side can receive and send, as two offers that are used for nothing else.
 *
 * @category models
 * @since 0.1.0
 */
export interface GenericSdps {
  readonly subscriberSdp: string
  readonly publisherSdp: string
}

/**
 * Opens connections. One connection is one epoch: after a rejoin or a migration another is opened, and nothing of the
 * old one is true any more.
 *
 * @category services
 * @since 0.1.0
 */
export class PeerConnectionFactory extends Context.Service<PeerConnectionFactory, {
  readonly genericSdps: Effect.Effect<GenericSdps, NegotiationError>
  /** The subscriber's. */
  open(options: {
    readonly iceServers: ReadonlyArray<IceServer>
  }): Effect.Effect<PeerConnection, NegotiationError, Scope.Scope>
  openPublisher(options: {
    readonly iceServers: ReadonlyArray<IceServer>
  }): Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope>
}>()("effect-track-resolver/PeerConnection/PeerConnectionFactory") {}
