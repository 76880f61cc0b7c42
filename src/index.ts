/**
 * Whose track is this?
 *
 * @since 0.1.0
 */
export * as Correlation from "./Correlation.ts"
export * from "./EdgeEvent.ts"
export * from "./EdgeState.ts"
export * from "./LaggedError.ts"
export * from "./LocalPublication.ts"
export * from "./PeerConnection.ts"
export * from "./ResolveError.ts"
export * from "./SfuClient.ts"
export * from "./StreamEdge.ts"
export * as Trace from "./Trace.ts"
export * from "./Track.ts"
export * from "./TrackResolver.ts"
