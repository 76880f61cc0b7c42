/**
 * The wire protocol as the SFU uses it. For a client that is written by hand, and for events that a test sends itself.
 *
 * @stability experimental
 * @since 0.1.0
 */
export * from "./WireCodec.ts"
export * from "./WireEvents.ts"
export * from "./WireTypes.ts"
