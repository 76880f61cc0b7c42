/**
 * The error of a simulated participant.
 *
 * @stability experimental
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * An operation of a simulated participant failed: `step` names the request or the negotiation step.
 *
 * @stability experimental
 * @category errors
 * @since 0.1.0
 */
export class SimulationError extends Schema.TaggedError<SimulationError>()("SimulationError", {
  userId: Schema.String,
  step: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.userId}'s ${this.step} failed: ${this.detail}`
  }
}

/** Makes the errors of one user. */
export const of = (userId: string) => (step: string) => (detail: string): SimulationError =>
  new SimulationError({ userId, step, detail })
