/**
 * A real SFU on 127.0.0.1, as a test double.
 *
 * @since 0.1.0
 */
export type { OutboundEvent, OutboundPacket } from "./Call.ts"
export type { Control } from "./Control.ts"
export type { GroundTruth } from "./GroundTruth.ts"
export * from "./LoopbackSfu.ts"
export * as Payload from "./Payload.ts"
export type { Failure, Method, Request, TwirpCode } from "./Requests.ts"
export type { PublishOption, SettingsOptions } from "./Settings.ts"
export { SimulationError } from "./SimulatedParticipant.ts"
export type { SimulatedParticipant } from "./SimulatedParticipant.ts"
export type { Faults, HeldItems, Match, Pattern, RuleOptions } from "./Traffic.ts"
export * as Wire from "./Wire.ts"
