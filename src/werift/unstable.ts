/**
 * The parts of the werift adapter that a test SFU also uses: a scoped werift connection, its transports, the repair of a
 * remote SDP, and the key frame requests in RTCP. They may change in any version.
 *
 * @stability unstable
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export * as KeyFrameFeedback from "./internal/KeyFrameFeedback.ts"
export * as Peer from "./internal/Peer.ts"
export * as PerTransport from "./internal/PerTransport.ts"
export * as SdpRepair from "./internal/SdpRepair.ts"
