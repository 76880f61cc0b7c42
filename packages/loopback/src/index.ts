/**
 * A real SFU on 127.0.0.1 as a test double.
 *
 * @since 0.1.0
 */
export type { Control } from "./Control.ts"
export type { GroundTruth } from "./GroundTruth.ts"
export * from "./LoopbackSfu.ts"
export type { OutboundEvent, OutboundPacket } from "./Outbound.ts"
export * as Payload from "./Payload.ts"
export type { Failure, Method, Request, TwirpCode } from "./Requests.ts"
export { LoopbackSfuError } from "./Server.ts"
export type { PublishOption, SettingsOptions } from "./Settings.ts"
export type { SfuAddress } from "./SfuNode.ts"
export type { SimulatedParticipant } from "./SimulatedParticipant.ts"
export { SimulationError } from "./SimulationError.ts"
export type { Faults, HeldItems, Match, Pattern, RuleOptions } from "./Traffic.ts"
export * as Wire from "./Wire.ts"
