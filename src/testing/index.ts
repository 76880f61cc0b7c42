/**
 * Deterministic tests: of concurrent Effect programs, this library's or any other, and of programs that are in a call,
 * without a network.
 *
 * @since 0.1.0
 */
export * as Explore from "./Explore.ts"
export * as ScriptedCall from "./ScriptedCall.ts"
export * as SimulatedCall from "./SimulatedCall.ts"
