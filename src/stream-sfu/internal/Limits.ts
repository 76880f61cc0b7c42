/**
 * How much a peer may send, and how many events a consumer may be behind.
 *
 * The rule: a limit protects memory from a faulty peer, and no honest call reaches it. The largest call that we allow
 * for has 1,000 people with microphone and camera. The error of a limit has the limit's name, its value and the size.
 */
import type { Arguments } from "../../internal/Arguments.ts"

/** Options that the public clients share. */
export interface LimitOptions {
  /**
   * In bytes, of a frame and of the body of an HTTP response. Default 16,777,216 (16 MiB).
   *
   * - A longer join response, or any longer frame before it, fails the join with `TooLarge`.
   * - A longer frame with a message that we need, such as an offer, fails the events with `TooLarge`. The edge rejoins.
   * - A longer frame with another message is dropped, with a warning in the log.
   * - A longer HTTP response fails the join with `TooLarge`, or the request with the code `too_large`.
   *
   * The default is for 1,000 people with microphone and camera, more than four times over. An offer with every codec and
   * its retransmission has 1.5 to 1.8 kB for each of the 2,000 m-lines: 3.1 to 3.6 MB. A join response has 0.8 kB for a
   * participant with a name, the URL of an image, and custom data: 0.8 MB.
   *
   * The WebSocket has a limit of its own: 128 MiB in Node, 100 MiB in `ws`. It closes the socket, and the edge
   * reconnects.
   */
  readonly maxFrameBytes?: number | undefined
  /**
   * Number of events that wait for the consumer of `events`. Then the next frames wait: a burst is no lag, however many
   * frames arrive in one read. The session is lost if nobody consumes, or if the consumer takes no event for 10 seconds.
   * Default 16,384: 1,000 people who join at once and publish two tracks each cause 3,000 events.
   *
   * The frames that wait are in memory, so the network is read no further: by `ws` at 64 KiB, and for the WebSocket of Node
   * at 4,096 frames. A WebSocket that cannot stop, such as that of a browser, is disconnected at 262,144 frames, or at 64 MiB
   * or four times `maxFrameBytes`.
   */
  readonly maxEventsBehind?: number | undefined
}

export interface Limits {
  /** Of a frame, and of the body of an HTTP response. */
  readonly maxBytes: number
  readonly maxEventsBehind: number
}

export const make = (args: Arguments, options: LimitOptions): Limits => ({
  maxBytes: args.count("maxFrameBytes", options.maxFrameBytes ?? 16 * 1024 * 1024, 1),
  maxEventsBehind: args.count("maxEventsBehind", options.maxEventsBehind ?? 16_384, 1)
})
