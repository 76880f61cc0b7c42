/**
 * The error of a step of negotiation on a werift connection, and its short description of a cause.
 *
 * A cause may quote the SDP, so its text is that of a peer.
 */
import * as Data from "effect/Data"
import { NegotiationError } from "../../edge/PeerConnection.ts"
import * as PeerText from "../../internal/PeerText.ts"

/**
 * @stability unstable
 * @since 0.1.0
 */
export class PeerError extends Data.TaggedError("PeerError")<{
  readonly step: "Open" | "CreateOffer" | "CreateAnswer" | "SetRemoteDescription" | "SetLocalDescription"
  readonly detail: string
}> {
  static of(step: PeerError["step"], cause: unknown): PeerError {
    return new PeerError({ step, detail: detailOf(cause) })
  }

  toNegotiationError(): NegotiationError {
    return new NegotiationError({ step: this.step, detail: this.detail })
  }
}

/** The message of a cause, quoted: werift's messages can contain a whole SDP. */
export const detailOf = (cause: unknown): string =>
  PeerText.quote(cause instanceof Error ? cause.message : String(cause))
