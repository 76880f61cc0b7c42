/**
 * How much a peer may send at once, and how far behind whoever listens may be.
 */
import type { Arguments } from "../internal/Arguments.ts"

export interface LimitOptions {
  /** A frame longer than this is passed over, and so is an HTTP answer. Default 1 MiB. */
  readonly maxFrameBytes?: number | undefined
  /** A consumer of `events` that is further behind than this loses the session. Default 4,096. */
  readonly maxEventsBehind?: number | undefined
}

export interface Limits {
  /** Of a frame, and of the body of an HTTP answer. */
  readonly bytes: number
  /** Events that were told and not yet heard. */
  readonly events: number
}

export const make = (args: Arguments, options: LimitOptions): Limits => ({
  bytes: args.count("maxFrameBytes", options.maxFrameBytes ?? 1024 * 1024, 1),
  events: args.count("maxEventsBehind", options.maxEventsBehind ?? 4_096, 1)
})
