/**
 * WebRTC connections by werift.
 *
 * @since 0.1.0
 */
export * from "./WeriftPeerConnection.ts"
