/**
 * The parts of the werift adapter that a test SFU also uses: a scoped werift connection, and the repair of a remote
 * SDP. They may change in any version.
 *
 * @since 0.1.0
 */
export * as Peer from "./internal/Peer.ts"
export * as SdpRepair from "./internal/SdpRepair.ts"
