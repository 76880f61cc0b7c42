/**
 * The port `PeerConnectionFactory`, implemented by werift: WebRTC in TypeScript, for Node, without native code.
 *
 * werift has faults that leak sockets, hang, or end the process. Each module in `internal` repairs the faults of one
 * part and names them, H1 to H22, as the tests in `test/werift/` do.
 *
 * @stability stable
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { PeerConnectionFactory } from "../edge/PeerConnection.ts"
import * as Arguments from "../internal/Arguments.ts"
import * as GenericSdps from "./internal/GenericSdps.ts"
import * as Publisher from "./internal/Publisher.ts"
import * as Subscriber from "./internal/Subscriber.ts"

const args = Arguments.forService("WeriftPeerConnection")

/**
 * Options of `layer`. They apply to every connection that the factory opens.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface WeriftOptions {
  /**
   * For tests. Binds sockets to 127.0.0.1 only and offers no other candidate. Drops remote candidates and STUN messages
   * of other addresses, and drops STUN and TURN servers that are not on the loopback. Default: `false`.
   */
  readonly loopbackOnly?: boolean | undefined
  /**
   * Offers no candidate but those of TURN servers, so all media passes through one (`iceTransportPolicy: "relay"` of
   * WebRTC). For a network that allows nothing else, and for tests of TURN. Default: `false`.
   */
  readonly relayOnly?: boolean | undefined
  /**
   * How long a connection may take to connect, from the answer that begins or restarts ICE. After this time the state
   * is `failed`; another ICE restart can still connect the connection. werift itself never stops trying. `Infinity`: no
   * limit. A negative duration or `NaN` is a defect when the layer is built. Default: 15 seconds.
   */
  readonly connectTimeout?: Duration.Input | undefined
}

/**
 * Provides connections by werift.
 *
 * - Subscriber: receives Opus, VP8, VP9, H264 and AV1. An m-line that has none of these, or cannot be used for another
 *   reason, is rejected, and the others are accepted: it has port 0 in the answer, is absent from `media`, and a warning
 *   has the reason. A later offer can use it again. The layers of simulcast arrive in one stream; their SSRCs distinguish
 *   them. The answer contains all local candidates, so `iceCandidates` is empty.
 * - The m-line of a packet: the mid in the packet decides (RFC 8843, section 9.2), then the `a=ssrc` lines of the offer,
 *   then earlier packets of the SSRC, then a payload type that only one m-line maps. A packet that fits no m-line, or
 *   several, is dropped. Packets with a mid that no offer has had yet, and packets before the first subscription to
 *   `rtp`, are kept for one second (512 packets and 512 KiB at most). The latter only in the ten seconds after the first one.
 * - Loss: lost packets of video are requested (generic NACK, RFC 4585) if the offer says `a=rtcp-fb: nack`, up to five
 *   times, and arrive late in the stream: by RTX (RFC 4588), with the SSRC and the numbers of the original, or as a copy.
 * - Replays: each SRTP and SRTCP packet is received once (RFC 3711, section 3.3.2), and none that is more than 1,024
 *   packets late.
 * - Datagrams without a key change nothing: DTLS and SRTP are read from addresses that an authenticated STUN message has
 *   proven, alerts count only when they decrypt, and every length in a header is checked before it is used. The dropped ones
 *   are counted by reason, in the metric `werift_datagrams_dropped` and in one debug line in ten seconds.
 * - Publisher: sends Opus, VP8 and VP9 (profile 0), without simulcast.
 * - RTCP feedback: the answer promises `nack`, `nack pli` and `transport-cc`, and sends them. Transport-wide feedback goes
 *   out every 100 ms while packets arrive. `goog-remb` and `ccm fir` are not promised and not sent.
 * - ICE: uses every server of `iceServers`, at the same time. `stun:` over UDP (RFC 7064). `turn:` over UDP,
 *   `turn:...?transport=tcp` over TCP, `turns:` over TLS with the certificates that Node trusts (RFC 7065); `turn:`
 *   without a transport over UDP, and over TCP if UDP has not answered within a second. The relayed traffic itself is
 *   UDP. A server that fails, or a URL that cannot be used (`stuns:`, TURN over DTLS, TURN without credentials), is
 *   logged as a warning with its host and the reason. A dead server delays an answer by 0.5 seconds if another one of
 *   its kind answers, and by 6 seconds if none does.
 * - Remote candidates whose address is a host name, those of ICE over TCP (RFC 6544), malformed ones, and those beyond 100
 *   of a transport are dropped. The last three are logged once for each connection.
 * - Size: an offer or answer of more than 1,024 m-lines, 200,000 lines or 8,388,608 characters fails, and the error has the
 *   limit and the size. An m-line of an offer with more than 1,024 lines, 8,192 characters in a line, 64 SSRCs, 16 rids or
 *   128 payload types is rejected, and so is each one outside of a BUNDLE group beyond eight transports.
 * - DTLS roles (RFC 8842): `setup:actpass` and `passive` are answered `active`, and `active` is answered `passive`. An
 *   offer without one of these, or that exchanges the roles of a connected transport, fails.
 * - Consent (RFC 7675): a connection is `disconnected` eight seconds after the last answer to a consent check, and
 *   `connected` when answers arrive again.
 * - DTLS: the remote side has to sign the handshake with the private key of the certificate whose fingerprint is in the
 *   description (RFC 8422, section 5.4; RFC 5246, section 7.4.8), by SHA-256 with ECDSA or RSA, as server and as client. Of
 *   several fingerprints those of the strongest hash count (RFC 8122, section 5.1). A message that proves nothing is dropped
 *   and logged as a warning once, and the connection fails at `connectTimeout`.
 * - Closing: sends a DTLS close_notify (RFC 5246, section 7.2.1) once, without an acknowledgement. Also report the end
 *   of the call to the SFU by its signalling.
 *
 * @example
 * ```ts
 * import { PeerConnectionFactory } from "effect-track-resolver"
 * import { WeriftPeerConnection } from "effect-track-resolver/werift"
 * import * as Effect from "effect/Effect"
 *
 * const program = PeerConnectionFactory.use((factory) => factory.genericSdps).pipe(
 *   Effect.provide(WeriftPeerConnection.layer({ connectTimeout: "10 seconds" }))
 * )
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: WeriftOptions): Layer.Layer<PeerConnectionFactory> =>
  Layer.sync(PeerConnectionFactory, () => {
    Arguments.optional(args.object)("options", options)
    const loopbackOnly = args.flag("loopbackOnly", options?.loopbackOnly ?? false)
    const relayOnly = args.flag("relayOnly", options?.relayOnly ?? false)
    const connectTimeout = args.duration("connectTimeout", options?.connectTimeout ?? "15 seconds")
    return PeerConnectionFactory.of({
      genericSdps: GenericSdps.make(loopbackOnly),
      open: ({ iceServers }) =>
        Effect.mapError(
          Subscriber.open({ iceServers, loopbackOnly, relayOnly, connectTimeout }),
          (error) => error.toNegotiationError()
        ),
      openPublisher: ({ iceServers }) =>
        Effect.mapError(
          Publisher.open({ iceServers, loopbackOnly, relayOnly, connectTimeout }),
          (error) => error.toNegotiationError()
        )
    })
  })
