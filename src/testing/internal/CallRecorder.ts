/**
 * Records what an edge does with a scripted call, in the order in which the edge does it.
 */
import * as Effect from "effect/Effect"
import type { IceCandidate, IceServer } from "../../edge/PeerConnection.ts"
import type { AnnouncedTrack, Reconnection, Subscription } from "../../edge/SfuClient.ts"
import type { TrackType } from "../../Track.ts"

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface MuteState {
  readonly trackType: TrackType
  readonly muted: boolean
}

/**
 * One call of the edge to a port.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type RecordedCall =
  /** `SfuClient.join` returned a session. */
  | { readonly _tag: "Joined"; readonly sessionId: string; readonly reconnection?: Reconnection }
  | { readonly _tag: "Answered"; readonly negotiationId: number }
  | { readonly _tag: "Subscribed"; readonly subscriptions: ReadonlyArray<Subscription> }
  /** A remote ICE candidate was added to the subscriber's connection. */
  | { readonly _tag: "AddedCandidate"; readonly candidate: IceCandidate }
  | { readonly _tag: "RequestedKeyFrame"; readonly mid: string }
  | { readonly _tag: "RequestedIceRestart" }
  /** A subscriber's connection was opened. */
  | { readonly _tag: "OpenedPeerConnection"; readonly iceServers: ReadonlyArray<IceServer> }
  /** The scope of a subscriber's connection was closed. */
  | { readonly _tag: "ClosedPeerConnection" }
  | { readonly _tag: "Detached"; readonly sessionId: string; readonly to: "Resume" | "Migrate" }
  /** The scope of a session that was not detached was closed. */
  | { readonly _tag: "Left" }
  /** A publisher's connection was opened. */
  | { readonly _tag: "OpenedPublisher"; readonly iceServers: ReadonlyArray<IceServer> }
  | { readonly _tag: "SetPublisher"; readonly iceRestart: boolean; readonly tracks: ReadonlyArray<AnnouncedTrack> }
  | { readonly _tag: "UpdatedMuteStates"; readonly states: ReadonlyArray<MuteState> }
  /** A remote ICE candidate was added to the publisher's connection. */
  | { readonly _tag: "AddedPublisherCandidate"; readonly candidate: IceCandidate }
  /** The scope of a publisher's connection was closed. */
  | { readonly _tag: "ClosedPublisher" }

export interface CallRecorder {
  readonly calls: ReadonlyArray<RecordedCall>
  readonly record: (call: RecordedCall) => Effect.Effect<void>
}

export const make = (): CallRecorder => {
  const calls: Array<RecordedCall> = []
  return { calls, record: (call) => Effect.sync(() => void calls.push(call)) }
}
