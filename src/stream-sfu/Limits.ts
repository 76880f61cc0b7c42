/**
 * How much a peer may send at once, and how far behind whoever listens may be.
 */
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

const atLeastOne = (name: string, input: number): number => {
  if (input >= 1) return input
  throw new RangeError(`stream-sfu: ${name} has to be a number of one or more, not ${input}`)
}

export const make = (options: LimitOptions): Limits => ({
  bytes: atLeastOne("maxFrameBytes", options.maxFrameBytes ?? 1024 * 1024),
  events: atLeastOne("maxEventsBehind", options.maxEventsBehind ?? 4_096)
})
