/**
 * Why media of a track cannot be decoded or encoded.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as PeerText from "../internal/PeerText.ts"

/**
 * No codec of this name, clock rate and number of channels, or its package cannot be loaded. `detail` says which.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class UnsupportedCodecError extends Schema.TaggedError<UnsupportedCodecError>()("UnsupportedCodecError", {
  /** The encoding name in SDP. */
  codec: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the codec ${PeerText.quote(this.codec)} cannot be used: ${this.detail}`
  }
}

/**
 * A payload that is malformed, or longer than its codec allows. The decoder has not changed its state, unless the library
 * found the fault: go on with the next payload.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class DecodeError extends Schema.TaggedError<DecodeError>()("DecodeError", {
  /** The encoding name in SDP. */
  codec: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `a payload of ${PeerText.quote(this.codec)} cannot be decoded: ${this.detail}`
  }
}
