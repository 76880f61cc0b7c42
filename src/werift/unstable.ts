/**
 * What the werift adapter and a test SFU share: a werift connection that lives as long as its scope, and the repair of an
 * SDP. May change in any version.
 *
 * @since 0.1.0
 */
export * as Offer from "./internal/Offer.ts"
export * as Peer from "./internal/Peer.ts"
