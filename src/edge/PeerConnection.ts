/**
 * Port: the two peer connections of a call. To use the edge with another WebRTC stack, implement
 * `PeerConnectionFactory` and provide it as a layer.
 *
 * - The subscriber connection (`PeerConnection`) receives: it answers the SFU's offers and returns the m-lines that
 *   send.
 * - The publisher connection (`PublisherConnection`) sends: it makes our offers and applies the SFU's answers.
 *
 * An implementation does not handle participants: it reports the stream id of an m-line, and the edge decodes that id.
 *
 * Negotiation follows RFC 8829 (JSEP), SDP is RFC 8866.
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
 * A STUN or TURN server: WebRTC's `RTCIceServer`. URLs follow RFC 7064 and RFC 7065.
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
 * An ICE candidate: WebRTC's `RTCIceCandidateInit`.
 *
 * @category models
 * @since 0.1.0
 */
export interface IceCandidate {
  /** The value of `a=candidate` (RFC 8839, section 5.1), with the prefix `candidate:`. */
  readonly candidate: string
  readonly sdpMid?: string | undefined
  readonly sdpMLineIndex?: number | undefined
  /** Identifies the ICE generation: candidates from before an ICE restart are dropped. */
  readonly usernameFragment?: string | undefined
}

/**
 * An RTP packet (RFC 3550, section 5.1), decrypted and without padding.
 *
 * @category models
 * @since 0.1.0
 */
export interface RtpPacket {
  readonly ssrc: number
  readonly payloadType: number
  /** 16 bits; wraps to 0. */
  readonly sequenceNumber: number
  /** 32 bits, in units of the codec's clock rate; wraps to 0. */
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/**
 * One of our two peer connections with an SFU.
 *
 * @category models
 * @since 0.1.0
 */
export type PeerType = "Publisher" | "Subscriber"

/**
 * A codec without a payload type, which each connection assigns.
 *
 * @category models
 * @since 0.1.0
 */
export interface RtpCodec {
  /** The encoding name in SDP, e.g. `opus`, `VP8`. Case-insensitive. */
  readonly name: string
  /** In hertz. */
  readonly clockRate: number
  readonly channels?: number | undefined
}

/**
 * A codec of an m-line with its payload type: SDP's `a=rtpmap` (RFC 8866, section 6.6).
 *
 * @category models
 * @since 0.1.0
 */
export interface Codec extends RtpCodec {
  readonly payloadType: number
}

/**
 * An m-line of the last applied offer that sends: its port is not 0, and its direction is `sendonly` or `sendrecv`.
 *
 * Identity matters: an implementation returns the same object for every offer as long as the m-line sends and its mid, kind
 * and stream id stay the same. Otherwise it returns another object. The edge compares offers by reference.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemoteMediaSection {
  /** SDP's `a=mid` (RFC 5888). */
  readonly mid: string
  readonly kind: TrackKind
  /** The first part of the m-line's `a=msid` (RFC 8830), if it has one that is not `-`. */
  readonly streamId: string | undefined
  readonly codecs: ReadonlyArray<Codec>
  /**
   * The packets from the subscription on; any number of consumers. Ends when another object replaces this one, when the
   * m-line stops sending, or when the connection closes. Contains no packet that arrived after the offer that ended it.
   * A slow consumer loses the oldest packets.
   */
  readonly rtp: Stream.Stream<RtpPacket>
  /**
   * Requests a key frame from the sender (PLI, RFC 4585, section 6.3.1). If the connection is not connected yet, the
   * request is sent when it connects. A no-op after `rtp` has ended.
   */
  readonly requestKeyFrame: Effect.Effect<void>
}

/**
 * The answer to an applied offer.
 *
 * @category models
 * @since 0.1.0
 */
export interface NegotiationResult {
  /** The SDP of the answer. */
  readonly sdp: string
  /** All m-lines of the offer that send. */
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
 * A step of a negotiation failed. The connection is again in the state that it had before that negotiation. In the
 * steps `GenericSdps` and `Open` there is no connection yet.
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
 * The media of a call is lost: the peer connection failed without ever being connected, or an ICE restart did not
 * recover it.
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
 * The subscriber connection. It lives as long as the scope that it was opened in.
 *
 * @category models
 * @since 0.1.0
 */
export interface PeerConnection {
  /** Applies an offer and creates the answer. Concurrent calls run one after the other, in their order. */
  readonly answer: (offer: string) => Effect.Effect<NegotiationResult, NegotiationError>
  /**
   * Adds a remote candidate. A candidate that arrives before its offer waits for that offer. Invalid candidates, and
   * candidates from before an ICE restart, are dropped.
   */
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** Local candidates that are not in an answer (trickle ICE, RFC 8838). Empty if answers contain all candidates. */
  readonly iceCandidates: Stream.Stream<IceCandidate>
  /**
   * The current state, then every change; any number of consumers. A connection that does not connect in time becomes
   * `failed`. Ends after `closed`.
   */
  readonly states: Stream.Stream<PeerConnectionState>
}

/**
 * A track of ours on the publisher connection. It sends only after it was negotiated and before `stop`.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalTrack {
  /** WebRTC's `MediaStreamTrack.id`. */
  readonly id: string
  readonly codec: RtpCodec
  /**
   * Sends a packet, or drops it if the track cannot send now. The connection sets SSRC and payload type. Sequence
   * number and timestamp on the wire advance by the same differences as those of the given packets.
   */
  readonly send: (packet: OutgoingPacket) => Effect.Effect<void>
  /** An element for each key frame request of a receiver (RFC 4585, section 6.3.1). */
  readonly keyFrameRequests: Stream.Stream<void>
  /** Stops sending. The next negotiation makes its m-line inactive; a later track may reuse that m-line. */
  readonly stop: Effect.Effect<void>
}

/**
 * The fields of an RTP packet that the application chooses.
 *
 * @category models
 * @since 0.1.0
 */
export type OutgoingPacket = Pick<RtpPacket, "sequenceNumber" | "timestamp" | "marker" | "payload">

/**
 * An offer of the publisher connection, after it was set as the local description.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublisherOffer {
  readonly sdp: string
  /** Every track that was not stopped, with its mid, in the order of `addTrack`. */
  readonly tracks: ReadonlyArray<{ readonly track: LocalTrack; readonly mid: string }>
}

/**
 * The publisher connection. It lives as long as the scope that it was opened in.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublisherConnection {
  /** Adds a track. The next negotiation offers it with this codec only. */
  readonly addTrack: (options: {
    readonly kind: TrackKind
    readonly codec: RtpCodec
  }) => Effect.Effect<LocalTrack, NegotiationError>
  /**
   * Creates an offer, passes it to `exchange`, and applies the SDP of the answer that `exchange` returns. Concurrent
   * calls run one after the other, in their order. If any step fails, the connection returns to the state before the
   * call.
   */
  readonly negotiate: <E, R>(options: {
    readonly iceRestart?: boolean | undefined
    readonly exchange: (offer: PublisherOffer) => Effect.Effect<string, E, R>
  }) => Effect.Effect<void, NegotiationError | E, R>
  /** As in `PeerConnection`. */
  readonly addIceCandidate: (candidate: IceCandidate) => Effect.Effect<void>
  /** As in `PeerConnection`. `new` until the first negotiation. */
  readonly states: Stream.Stream<PeerConnectionState>
}

/**
 * The codecs and header extensions that this side can receive and send, as the SDP of two offers. The offers are sent
 * with a join and never negotiated.
 *
 * @category models
 * @since 0.1.0
 */
export interface GenericSdps {
  readonly subscriberSdp: string
  readonly publisherSdp: string
}

/**
 * Opens the peer connections. After a rejoin or a migration the edge opens new ones. If opening fails or is
 * interrupted, nothing stays open.
 *
 * @category services
 * @since 0.1.0
 */
export class PeerConnectionFactory extends Context.Service<PeerConnectionFactory, {
  /** Created once for each edge. */
  readonly genericSdps: Effect.Effect<GenericSdps, NegotiationError>
  /** Opens a subscriber connection. */
  open(options: {
    readonly iceServers: ReadonlyArray<IceServer>
  }): Effect.Effect<PeerConnection, NegotiationError, Scope.Scope>
  /** Opens a publisher connection. */
  openPublisher(options: {
    readonly iceServers: ReadonlyArray<IceServer>
  }): Effect.Effect<PublisherConnection, NegotiationError, Scope.Scope>
}>()("effect-track-resolver/PeerConnection/PeerConnectionFactory") {}
