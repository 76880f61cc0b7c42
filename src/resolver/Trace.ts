/**
 * Records the commands of a resolver, and replays them.
 *
 * `Correlation` is pure, so its commands and their times determine every decision of a call. A trace of the commands is
 * small, can be recorded in production, and can be pasted into a test. A trace contains no decisions: a replay makes
 * them again, so it also shows what a later version of the library would have decided.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Correlation from "./Correlation.ts"
import type { Entry, Trace } from "./TraceFormat.ts"
import { textOf } from "./TraceFormat.ts"

export { Command, Entry, Header, parse, print, type Trace, TraceLineError, TraceVersionError } from "./TraceFormat.ts"
export { layer, Recorder, type RecorderOptions } from "./TraceRecorder.ts"

/**
 * A command, its reply and its outcomes.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Decision extends Entry {
  readonly reply: Correlation.Replies[Correlation.Command["_tag"]]
  readonly outcomes: ReadonlyArray<Correlation.Outcome>
}

/**
 * The decision of each command, and the state at the end.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface Replay {
  readonly decisions: ReadonlyArray<Decision>
  readonly snapshot: Correlation.Snapshot
}

/**
 * Applies the commands of a trace again. The decisions equal those of the recorded call, unless the library has changed
 * a rule.
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const replay = ({ entries, header }: Pick<Trace, "entries" | "header">): Replay => {
  let state = Correlation.empty(header.policy)
  const decisions = entries.map(({ at, command }): Decision => {
    const { outcomes, reply, state: after } = Correlation.step(state, command, at)
    state = after
    return { at, command, reply, outcomes }
  })
  return { decisions, snapshot: Correlation.snapshot(state) }
}

/**
 * A replay as text: one line for each decision, and a last line for the snapshot. Two replays can be compared byte for
 * byte.
 *
 * @stability stable
 * @category encoding
 * @since 0.1.0
 */
export const render = ({ decisions, snapshot }: Replay): string =>
  textOf([...decisions, snapshot].map((value) => JSON.stringify(value)))
