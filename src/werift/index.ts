/**
 * WebRTC connections by werift.
 *
 * @stability stable
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export * as WeriftPeerConnection from "./WeriftPeerConnection.ts"
export * as WeriftTrack from "./WeriftTrack.ts"
