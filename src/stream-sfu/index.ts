/**
 * Stream's SFU, as a `SfuClient`. Not affiliated with its vendor, and not endorsed by them.
 *
 * @since 0.1.0
 */
export * as StreamCall from "./StreamCall.ts"
export * as StreamSfuClient from "./StreamSfuClient.ts"
