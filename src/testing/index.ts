/**
 * Doubles of the two ports, for deterministic tests of programs that are in a call.
 *
 * @since 0.1.0
 */
export * as ScriptedCall from "./ScriptedCall.ts"
export * as SimulatedCall from "./SimulatedCall.ts"
