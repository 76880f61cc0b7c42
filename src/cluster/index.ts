/**
 * One agent for each call, on many machines. Unstable, as Effect's cluster is.
 *
 * @stability unstable
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export * as CallAgent from "./CallAgent.ts"
export * as CallAgentProtocol from "./CallAgentProtocol.ts"
export * as CallName from "./CallName.ts"
export * as CallTerms from "./CallTerms.ts"
