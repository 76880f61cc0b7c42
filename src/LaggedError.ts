/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A subscriber fell more than `behind` events behind. It has heard everything up to here and will hear no more; to
 * subscribe again is to begin with the current state.
 *
 * A slow subscriber is neither waited for, which would hold up the call, nor skipped, which would give it a wrong
 * picture without a word.
 *
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
