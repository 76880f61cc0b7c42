/**
 * Names of the protocol's enum values (SFU protocol, section 2.2). The index of a name is the number of the value, and an
 * absent field has the number 0.
 */
import type { PeerType } from "../../edge/PeerConnection.ts"
import type {
  CallEndedReason,
  ConnectionQuality,
  PublishQuality,
  ReconnectStrategy,
  UnpublishCause
} from "../../edge/SfuClient.ts"
import type { TrackType } from "../../Track.ts"

type EnumNumber = number | null | undefined

const trackTypes: ReadonlyArray<TrackType | undefined> = [
  undefined,
  "Audio",
  "Video",
  "ScreenShare",
  "ScreenShareAudio"
]

/** An absent peer type is the publisher's (SFU protocol, section 2.4). */
const peerTypes: ReadonlyArray<PeerType> = ["Publisher", "Subscriber"]

const unpublishCauses: ReadonlyArray<UnpublishCause> = ["Unspecified", "UserMuted", "PermissionRevoked", "Moderation"]

const reconnectStrategies: ReadonlyArray<ReconnectStrategy> = ["Unspecified", "Disconnect", "Fast", "Rejoin", "Migrate"]

const goAwayReasons = ["Unspecified", "ShuttingDown", "Rebalance"] as const

const callEndedReasons: ReadonlyArray<CallEndedReason> = [
  "Unspecified",
  "Ended",
  "LiveEnded",
  "Kicked",
  "SessionEnded"
]

const connectionQualities: ReadonlyArray<ConnectionQuality | undefined> = [undefined, "Poor", "Good", "Excellent"]

/** Without the protocol's last value, to reduce neither: WebRTC has no such preference. */
const degradationPreferences: ReadonlyArray<PublishQuality["degradationPreference"]> = [
  undefined,
  "Balanced",
  "MaintainFramerate",
  "MaintainResolution"
]

/** proto3 enums are open: a number that a later version of the protocol adds is `Unspecified`. */
const orUnspecified = <A extends string>(names: ReadonlyArray<A>) => (number: EnumNumber): A | "Unspecified" =>
  names[number ?? 0] ?? "Unspecified"

/** `undefined` for the unspecified type and for an unknown number. */
export const trackType = (number: EnumNumber): TrackType | undefined => trackTypes[number ?? 0]

export const trackTypeNumber = (trackType: TrackType): number => trackTypes.indexOf(trackType)

/** `undefined` for an unknown number. */
export const peerType = (number: EnumNumber): PeerType | undefined => peerTypes[number ?? 0]

export const peerTypeNumber = (peerType: PeerType): number => peerTypes.indexOf(peerType)

export const unpublishCause = orUnspecified(unpublishCauses)

export const reconnectStrategy = orUnspecified(reconnectStrategies)

export const reconnectStrategyNumber = (strategy: ReconnectStrategy): number => reconnectStrategies.indexOf(strategy)

export const goAwayReason = orUnspecified(goAwayReasons)

export const callEndedReason = orUnspecified(callEndedReasons)

/** `undefined` for the unspecified quality and for an unknown number. */
export const connectionQuality = (number: EnumNumber): ConnectionQuality | undefined => connectionQualities[number ?? 0]

/** `undefined` for the unspecified preference and for one that WebRTC has no name for. */
export const degradationPreference = (number: EnumNumber): PublishQuality["degradationPreference"] =>
  degradationPreferences[number ?? 0]
