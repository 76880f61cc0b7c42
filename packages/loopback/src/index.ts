/**
 * A real SFU on 127.0.0.1 as a test double.
 *
 * @stability experimental
 * @since 0.1.0
 */
// First, because it ends the import in a Node that is too old.
import "effect-track-resolver/stream-sfu/protocol"

export type { Control } from "./Control.ts"
export type { DatagramKind, Mended } from "./DatagramPath.ts"
export type { GroundTruth } from "./GroundTruth.ts"
export * from "./LoopbackSfu.ts"
export type { OutboundDatagram, OutboundEvent, OutboundPacket } from "./Outbound.ts"
export * as Payload from "./Payload.ts"
export { randomSettings } from "./RandomSettings.ts"
export type { CoordinatorMethod, Failure, Method, ModerationMethod, Request, TwirpCode } from "./Requests.ts"
export { LoopbackSfuError } from "./Server.ts"
export type { ModerationCapability, PublishOption, SettingsOptions } from "./Settings.ts"
export type { SfuAddress } from "./SfuNode.ts"
export type { SimulatedParticipant } from "./SimulatedParticipant.ts"
export { SimulationError } from "./SimulationError.ts"
export type { Speech } from "./Speech.ts"
export type { Faults, HeldItems, Match, Pattern, RuleOptions } from "./Traffic.ts"
export * as Wire from "./Wire.ts"
