/**
 * How we stand with a call, and why we gave it up.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { NegotiationError, PeerConnectionError } from "./PeerConnection.ts"
import { SfuConnectionError, SfuJoinError, SfuRequestError } from "./SfuClient.ts"

/**
 * - `Connecting`: the first join has not been answered. The edge's layer waits for it, so who has the edge is past it.
 * - `Joined`: under this session id, which a rejoin changes.
 * - `Reconnecting`: in this way, for the so many-eth time since we were last joined. Until then nothing is told that
 *   happens in the call; what a `Fast` reconnection or a migration leaves standing goes on.
 * - `Left`: for good.
 *
 * @category models
 * @since 0.1.0
 */
export type EdgeState =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Joined"; readonly sessionId: string }
  | { readonly _tag: "Reconnecting"; readonly strategy: "Fast" | "Rejoin" | "Migrate"; readonly attempt: number }
  | { readonly _tag: "Left" }

/**
 * Reconnecting was given up: it was refused for good, no media came twice in a row, or it had to be done too often.
 * `error` is why it was tried or failed the last time.
 *
 * @category errors
 * @since 0.1.0
 */
export class ReconnectionError extends Schema.TaggedError<ReconnectionError>()("ReconnectionError", {
  reason: Schema.Literals(["Refused", "NeverConnected", "TooManyAttempts"]),
  /** Since we were last joined. */
  attempts: Schema.Int,
  error: Schema.Union([SfuJoinError, SfuConnectionError, SfuRequestError, NegotiationError, PeerConnectionError])
}) {
  override get message(): string {
    return `reconnecting given up (${this.reason}, ${this.attempts} attempts): ${this.error.message}`
  }
}
