/**
 * An `SfuClient` for the SFU of Stream (GetStream). Not affiliated with or endorsed by the vendor.
 *
 * @since 0.1.0
 */
export * as StreamCall from "./StreamCall.ts"
export * as StreamSfuClient from "./StreamSfuClient.ts"
