/**
 * An `SfuClient` for the SFU of Stream (GetStream), and the moderation of its calls. Not affiliated with or endorsed by the vendor.
 *
 * @stability stable
 * @since 0.1.0
 */
import "../internal/SupportedNode.ts"

export * from "./Moderation.ts"
export * as StreamCall from "./StreamCall.ts"
export * as StreamSfuClient from "./StreamSfuClient.ts"
