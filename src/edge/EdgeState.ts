/**
 * The state of the connection with a call, and why reconnecting ended.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { NegotiationError, PeerConnectionError } from "./PeerConnection.ts"
import { SfuConnectionError, SfuJoinError, SfuRequestError } from "./SfuClient.ts"

/**
 * - `Connecting`: the first join has no response yet. The layer of the edge waits for that response, so an application
 *   that has an edge never receives this state.
 * - `Joined`: in the call under this session id. A rejoin changes the session id. If `endToEndEncrypted`, the payloads
 *   of all tracks are encrypted with keys that the edge does not have: to a decoder they are noise.
 * - `Degraded`: in the call, but something fails with `error`: a request, the answer to an offer, or a media path. Tracks
 *   that flow continue; changes may be missed. Either `Joined` follows, or a reconnection.
 * - `Reconnecting`: the `attempt`-th attempt since the call was last joined, with this strategy. The call was lost at
 *   `since`, in milliseconds of the `Clock`; `error` is the most recent error. Until `Joined`, changes in the call are
 *   not reported. Tracks continue during a `Fast` reconnection and a migration.
 * - `Left`: for good. The last state.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type EdgeState =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Joined"; readonly sessionId: string; readonly endToEndEncrypted: boolean }
  | {
    readonly _tag: "Degraded"
    readonly sessionId: string
    readonly endToEndEncrypted: boolean
    readonly error: SfuRequestError | NegotiationError | PeerConnectionError
  }
  | {
    readonly _tag: "Reconnecting"
    readonly strategy: "Fast" | "Rejoin" | "Migrate"
    readonly attempt: number
    readonly since: number
    readonly error: ReconnectionError["error"]
  }
  | { readonly _tag: "Left" }

/**
 * Reconnecting ended without success.
 *
 * - `Refused`: the SFU has refused a rejoin for good.
 * - `NeverConnected`: two peer connections in a row were never connected.
 * - `TooManyAttempts`: more than `maxReconnects` rejoins and migrations within two minutes.
 * - `Outage`: for `maxOutage`, no attempt to join has succeeded, or no request has reached the SFU.
 * - `RequestsFailed`: on two connections in a row the SFU did not accept the same kind of request, or the token.
 *
 * `error` is the most recent error: of an attempt, or of a lost connection.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class ReconnectionError extends Schema.TaggedError<ReconnectionError>()("ReconnectionError", {
  reason: Schema.Literals(["Refused", "NeverConnected", "TooManyAttempts", "Outage", "RequestsFailed"]),
  /** Failed attempts since the call was last joined. */
  attempts: Schema.Int,
  error: Schema.Union([SfuJoinError, SfuConnectionError, SfuRequestError, NegotiationError, PeerConnectionError])
}) {
  override get message(): string {
    return `reconnecting failed (${this.reason}, ${this.attempts} attempts): ${this.error.message}`
  }
}
