/**
 * What the werift adapter shares with a test SFU: a scoped werift connection, and the repair of a remote SDP. May
 * change in any version.
 *
 * @since 0.1.0
 */
export * as Peer from "./internal/Peer.ts"
export * as SdpRepair from "./internal/SdpRepair.ts"
