/**
 * Tests of programs that are in a call, without a network.
 *
 * @since 0.1.0
 */
export * as ScriptedCall from "./ScriptedCall.ts"
