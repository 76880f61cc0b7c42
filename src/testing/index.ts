/**
 * Doubles of the ports `SfuClient` and `PeerConnectionFactory`, for deterministic tests.
 *
 * @stability stable
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export * as ScriptedCall from "./ScriptedCall.ts"
export * as SimulatedCall from "./SimulatedCall.ts"
