/**
 * How much a peer may send, and how many events a consumer may be behind.
 */
import type { Arguments } from "../../internal/Arguments.ts"

/** Options that the public clients share. */
export interface LimitOptions {
  /** In bytes. A longer frame is ignored; a longer HTTP response fails its request. Default 1,048,576 (1 MiB). */
  readonly maxFrameBytes?: number | undefined
  /** Number of events. A consumer of `events` that is further behind loses the session. Default 4,096. */
  readonly maxEventsBehind?: number | undefined
}

export interface Limits {
  /** Of a frame, and of the body of an HTTP response. */
  readonly maxBytes: number
  readonly maxEventsBehind: number
}

export const make = (args: Arguments, options: LimitOptions): Limits => ({
  maxBytes: args.count("maxFrameBytes", options.maxFrameBytes ?? 1024 * 1024, 1),
  maxEventsBehind: args.count("maxEventsBehind", options.maxEventsBehind ?? 4_096, 1)
})
