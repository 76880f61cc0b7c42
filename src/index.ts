/**
 * Pairs the remote tracks of WebRTC with the publications that an SFU reports: the resolver, and the edge of a call built on
 * it.
 *
 * @stability stable
 * @since 0.1.0
 */
import "./internal/SupportedNode.ts"

export * from "./edge/EdgeEvent.ts"
export * from "./edge/EdgeState.ts"
export * from "./edge/LocalPublication.ts"
export * from "./edge/PeerConnection.ts"
export * from "./edge/RemoteParticipant.ts"
export * from "./edge/RemoteTrack.ts"
export * from "./edge/SfuClient.ts"
export * from "./edge/StreamEdge.ts"
export * from "./edge/SubscriptionPolicy.ts"
export * from "./edge/WaitError.ts"
export * from "./LaggedError.ts"
export * as Correlation from "./resolver/Correlation.ts"
export * from "./resolver/ResolveError.ts"
export * as Trace from "./resolver/Trace.ts"
export * from "./resolver/TrackResolver.ts"
export * from "./Track.ts"
