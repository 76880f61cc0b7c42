/**
 * @stability stable
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A subscriber fell more than `behind` events behind. It received every event up to this error. A new subscription starts
 * with the current state.
 *
 * Waiting for a slow subscriber would delay the call. Skipping events would leave it with a wrong state and no error.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class LaggedError extends Schema.TaggedError<LaggedError>()("LaggedError", {
  behind: Schema.Int
}) {
  override get message(): string {
    return `more than ${this.behind} events behind`
  }
}
