/**
 * The port `PeerConnectionFactory`, implemented by werift: WebRTC in TypeScript, for Node, without native code.
 *
 * werift has faults that leak sockets, hang, or end the process. Each module in `internal` repairs the faults of one
 * part and names them, as H1 to H19.
 *
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
   * How long a connection may take to connect, from the answer that begins or restarts ICE. After this time the state
   * is `failed`; another ICE restart can still connect the connection. werift itself never stops trying. `Infinity`: no
   * limit. A negative duration or `NaN` is a defect when the layer is built. Default: 15 seconds.
   */
  readonly connectTimeout?: Duration.Input | undefined
}

/**
 * Provides connections by werift.
 *
 * - Subscriber: receives Opus, VP8, VP9, H264 and AV1. An m-line without any of these is rejected in the answer, and is
 *   absent from `media`. The layers of simulcast arrive in one stream; their SSRCs distinguish them. The answer
 *   contains all local candidates, so `iceCandidates` is empty.
 * - Publisher: sends Opus, VP8 and VP9 (profile 0), without simulcast.
 * - ICE: werift uses the first STUN and the first TURN server of `iceServers`, if there is one. Remote candidates whose
 *   address is a host name are dropped.
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
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: WeriftOptions): Layer.Layer<PeerConnectionFactory> =>
  Layer.sync(PeerConnectionFactory, () => {
    const loopbackOnly = options?.loopbackOnly ?? false
    const connectTimeout = args.duration("connectTimeout", options?.connectTimeout ?? "15 seconds")
    return PeerConnectionFactory.of({
      genericSdps: GenericSdps.make(loopbackOnly),
      open: ({ iceServers }) =>
        Effect.mapError(
          Subscriber.open({ iceServers, loopbackOnly, connectTimeout }),
          (error) => error.toNegotiationError()
        ),
      openPublisher: ({ iceServers }) =>
        Effect.mapError(
          Publisher.open({ iceServers, loopbackOnly, connectTimeout }),
          (error) => error.toNegotiationError()
        )
    })
  })
