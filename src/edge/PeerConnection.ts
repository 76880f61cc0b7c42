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
 * @stability stable
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as PeerText from "../internal/PeerText.ts"
import type { TrackKind } from "../Track.ts"

/**
 * A STUN or TURN server: WebRTC's `RTCIceServer`. URLs follow RFC 7064 and RFC 7065.
 *
 * @stability stable
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
 * @stability stable
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
 * The level of the sound in a packet (RFC 6464), as the sender measured it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RtpAudioLevel {
  /** In dBov, from -127 (silence) to 0 (the loudest sound that the codec can carry). */
  readonly level: number
  /** The sender's voice activity detection. False if the sender detects nothing. */
  readonly hasVoice: boolean
}

/**
 * How to show the pictures of a video (3GPP TS 26.114, section 7.4.5): the sender has encoded them as its camera gave them.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RtpVideoOrientation {
  /** By how many degrees to turn a decoded picture, clockwise. */
  readonly rotation: 0 | 90 | 180 | 270
  /** The picture is mirrored: left is right. */
  readonly isFlipped: boolean
  /** The camera looks away from the user. False as well if the sender does not know. */
  readonly isBackCamera: boolean
}

/**
 * When the first frame of a packet was captured (http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time). It lets
 * streams of several senders be aligned.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface RtpCaptureTime {
  /** In milliseconds since 1970, by the clock of the system that captured the frame. */
  readonly capturedAt: number
  /**
   * In milliseconds: that clock minus the clock of the sender of the packet, as the sender estimates it. The sender's is the
   * one of its RTCP sender reports. Absent: unknown.
   */
  readonly clockOffset: number | undefined
}

/**
 * An RTP packet (RFC 3550, section 5.1), decrypted and without padding.
 *
 * Header extensions (RFC 8285) are fields of their own. One is `undefined` if the packet does not have it, if it is malformed,
 * or if it was not negotiated.
 *
 * @stability stable
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
  /**
   * When its datagram arrived, in milliseconds of Effect's `Clock`: not when the consumer took it. A lost packet that was sent
   * again has the time of the retransmission.
   */
  readonly receivedAt: number
  /**
   * How many packets directly before this one this consumer has lost because it was slow: `RemoteMediaSection.rtp` dropped
   * them. 0 if none. So of a gap in the sequence numbers, these are not the network's.
   */
  readonly droppedBefore: number
  /** Of audio. Usually in every packet. */
  readonly audioLevel?: RtpAudioLevel | undefined
  /** Of video. Usually in the last packet of a key frame and of a frame with another orientation: it holds until the next one. */
  readonly videoOrientation?: RtpVideoOrientation | undefined
  /** Usually in one packet of a second. The RTP timestamp gives that of the packets in between. */
  readonly captureTime?: RtpCaptureTime | undefined
}

/**
 * One of our two peer connections with an SFU.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type PeerType = "Publisher" | "Subscriber"

/**
 * A codec without a payload type, which each connection assigns.
 *
 * @stability stable
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
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Codec extends RtpCodec {
  readonly payloadType: number
  /**
   * SDP's `a=fmtp` (RFC 8866, section 6.15): values by name, e.g. `{ minptime: "10", useinbandfec: "1" }` of Opus (RFC 7587,
   * section 7). Names are in lower case. A parameter without `=` has an empty value. At most 64; the texts are the SFU's.
   */
  readonly parameters: { readonly [name: string]: string }
}

/**
 * An m-line of the last applied offer that sends: its port is not 0, and its direction is `sendonly` or `sendrecv`.
 *
 * Identity matters: an implementation returns the same object for every offer as long as the m-line sends and its mid, kind
 * and stream id stay the same. Otherwise it returns another object. The edge compares offers by reference.
 *
 * @stability stable
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
   *
   * Every implementation promises to each consumer, whatever the others do:
   *
   * - **Order of arrival**, which is not always that of the sequence numbers: the network changes the order, and a packet that
   *   was lost and sent again comes later than its successors.
   * - **No duplicates.** A packet that arrives twice, as a copy or as a repeated retransmission, is delivered once.
   * - **A bounded delay.** What the consumer has not taken waits: at most 1,024 packets, and none that arrived more than five
   *   seconds before the consumer takes it. The oldest are dropped first.
   * - **Counted drops.** The next packet that the consumer takes has the number of the dropped ones in `droppedBefore`, and
   *   the metric `rtp_packets_dropped` counts them, with the reason `TooMany` or `TooOld`.
   *
   * So consumers take packets one at a time, and an operator that takes them ahead (`Stream.buffer`) has to bound what it holds.
   *
   * An implementation may give the first consumer the packets of up to a second before its subscription.
   */
  readonly rtp: Stream.Stream<RtpPacket>
  /**
   * As `rtp`, without packets from before the subscription. For observers: they do not count as the first consumer of `rtp`.
   */
  readonly arrivals: Stream.Stream<RtpPacket>
  /** Since the beginning, or since `restartReception`. Absent before the first packet. */
  readonly reception: () => Reception | undefined
  /** Forgets `reception`. The edge calls it when the m-line gets a track again, after a mute for example. */
  readonly restartReception: () => void
  /**
   * Requests a key frame from the sender (PLI, RFC 4585, section 6.3.1). If the connection is not connected yet, the
   * request is sent when it connects. A no-op after `rtp` has ended.
   */
  readonly requestKeyFrame: Effect.Effect<void>
}

/**
 * When the packets of an m-line arrived, in milliseconds of the `Clock`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Reception {
  readonly firstPacketAt: number
  readonly lastPacketAt: number
}

/**
 * The answer to an applied offer.
 *
 * @stability stable
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
 * - `failed`: an ICE restart may connect it again.
 * - `closed`: for good. Its scope has closed, or DTLS has ended: the remote side has sent a close_notify or a fatal alert,
 *   or the handshake has failed. Only another connection can follow.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type PeerConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed"

/** In the message of an error, in characters. It may quote the SFU's SDP. */
const longestDetail = 1_000

/**
 * A step of a negotiation failed. The connection is again in the state that it had before that negotiation. In the
 * steps `GenericSdps` and `Open` there is no connection yet.
 *
 * @stability stable
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
    return `${this.step}: ${PeerText.quote(this.detail, longestDetail)}`
  }
}

/**
 * The media of a call is lost: the peer connection failed without ever being connected, or an ICE restart did not
 * recover it.
 *
 * @stability stable
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
 * @stability stable
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
   * `failed`. One whose path is silent for some seconds becomes `disconnected`: it can connect again by itself, and the
   * edge requests an ICE restart at once. A path without media is not silent, because consent checks use it (RFC 7675).
   * During an ICE restart the connection is `connected` as long as media flows on the former path (RFC 8445, section 9).
   * After `closed` the edge opens another connection (`Rejoin`). Ends after `closed`.
   */
  readonly states: Stream.Stream<PeerConnectionState>
}

/**
 * A track of ours on the publisher connection. It sends only after it was negotiated and before `stop`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface LocalTrack {
  /** WebRTC's `MediaStreamTrack.id`. */
  readonly id: string
  readonly codec: RtpCodec
  /**
   * Sends a packet, or drops it if the track cannot send now. The connection sets SSRC and payload type. Sequence
   * number and timestamp on the wire advance by the same differences as those of the given packets, until those start
   * again. No sequence number is sent twice.
   *
   * Returns what became of the packet. A packet that may be a duplicate can be held until the next one: then the result
   * is empty, and that of the next packet contains both.
   */
  readonly send: (packet: OutgoingPacket) => Effect.Effect<ReadonlyArray<PacketResult>>
  /** An element for each key frame request of a receiver (RFC 4585, section 6.3.1). */
  readonly keyFrameRequests: Stream.Stream<void>
  /** Stops sending. The next negotiation makes its m-line inactive; a later track may reuse that m-line. */
  readonly stop: Effect.Effect<void>
}

/**
 * What became of a packet.
 *
 * - `Sent`: it was passed to the network. Whether it arrives is unknown.
 * - `NotConnected`: the track is not negotiated yet, or is stopped, or its transport is not connected.
 * - `OutOfOrder`: it repeats a packet that was sent, or is older than the first packet of its source.
 * - `Failed`: the network did not take it.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type PacketResult = "Sent" | "NotConnected" | "OutOfOrder" | "Failed"

/**
 * The fields of an RTP packet that the application chooses.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type OutgoingPacket = Pick<RtpPacket, "sequenceNumber" | "timestamp" | "marker" | "payload">

/**
 * An offer of the publisher connection, after it was set as the local description.
 *
 * @stability stable
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
 * @stability stable
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
 * @stability stable
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
 * @stability stable
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
