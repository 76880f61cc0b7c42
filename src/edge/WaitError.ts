/**
 * Why waiting for a participant, a track or a packet ended without a result.
 *
 * @stability stable
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

const names = { Participant: "participant", Track: "track", Packet: "packet", KeyFrame: "key frame" } as const

/**
 * Nothing came that the caller waited for.
 *
 * - `TimedOut`: not before the deadline. `timeout` is in milliseconds.
 * - `CallEnded`: the call ended first, or had ended before.
 * - `TrackRemoved`: the track of the packet was removed first, or had been removed before.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class WaitError extends Schema.TaggedError<WaitError>()("WaitError", {
  subject: Schema.Literals(["Participant", "Track", "Packet", "KeyFrame"]),
  reason: Schema.Literals(["TimedOut", "CallEnded", "TrackRemoved"]),
  timeout: Schema.Number
}) {
  override get message(): string {
    switch (this.reason) {
      case "TimedOut":
        return `no such ${names[this.subject]} within ${this.timeout} ms`
      case "CallEnded":
        return `the call ended before such a ${names[this.subject]} came`
      case "TrackRemoved":
        return `the track was removed before a ${names[this.subject]} came`
    }
  }
}

/**
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface WaitOptions {
  /** Default: without a deadline. */
  readonly timeout?: Duration.Input | undefined
}
