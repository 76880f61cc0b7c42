/**
 * The true state of a call, and its comparison with the state that an agent reports.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Participant, TrackKey } from "../../Track.ts"
import { formatParticipant, formatTrackKey } from "../../Track.ts"

/**
 * The state of the call now, including what no message has reported yet.
 *
 * @category ground truth
 * @since 0.1.0
 */
export interface GroundTruth {
  /** The participants in the call. */
  readonly participants: ReadonlyArray<Participant>
  /** Published, not muted, and identified by a msid and a prefix: an edge resolves these once everything is delivered. */
  readonly tracks: ReadonlyArray<TrackKey>
  /** Published and not muted, but no message identifies the media section. An edge must not guess. */
  readonly unidentified: ReadonlyArray<TrackKey>
  /** The publication that each sending media section carries. */
  readonly mediaSections: ReadonlyArray<{ readonly mid: string; readonly key: TrackKey }>
}

/**
 * The state of the call that an agent reports.
 *
 * @category ground truth
 * @since 0.1.0
 */
export interface Observed {
  readonly participants: Iterable<Participant>
  readonly tracks: Iterable<TrackKey>
}

/**
 * One line for each difference: `missing`, `left over` or `twice`, and a participant or a track. Empty: no difference.
 *
 * @category ground truth
 * @since 0.1.0
 */
export const differences = (
  groundTruth: Pick<GroundTruth, "participants" | "tracks">,
  observed: Observed
): ReadonlyArray<string> => [
  ...compare(groundTruth.participants, observed.participants, participantId, formatParticipant),
  ...compare(groundTruth.tracks, observed.tracks, trackKeyId, formatTrackKey)
]

const participantId = ({ sessionId, userId }: Participant): string => JSON.stringify([userId, sessionId])

const trackKeyId = (key: TrackKey): string => JSON.stringify([key.userId, key.sessionId, key.trackType])

/** Compares by `id`, because `format` shortens long ids. */
const compare = <A>(
  expected: ReadonlyArray<A>,
  observed: Iterable<A>,
  id: (element: A) => string,
  format: (element: A) => string
): ReadonlyArray<string> => {
  const expectedIds = new Set(expected.map(id))
  const all = Array.from(observed)
  const observedIds = all.map(id)
  return [
    ...expected.filter((one) => !observedIds.includes(id(one))).map((one) => `missing: ${format(one)}`),
    ...all.filter((one) => !expectedIds.has(id(one))).map((one) => `left over: ${format(one)}`),
    ...all.filter((one, index) => observedIds.indexOf(id(one)) !== index).map((one) => `twice: ${format(one)}`)
  ]
}

/**
 * An agent reports a state that differs from the ground truth.
 *
 * @category errors
 * @since 0.1.0
 */
export class MismatchError extends Data.TaggedError("MismatchError")<{
  readonly differences: ReadonlyArray<string>
}> {
  override get message(): string {
    return this.differences.join("\n")
  }
}

/**
 * Fails if the agent reports a state that differs from the ground truth.
 *
 * @category ground truth
 * @since 0.1.0
 */
export const assertMatches = (
  groundTruth: Pick<GroundTruth, "participants" | "tracks">,
  observed: Observed
): Effect.Effect<void, MismatchError> =>
  Effect.suspend(() => {
    const found = differences(groundTruth, observed)
    return found.length === 0 ? Effect.void : Effect.fail(new MismatchError({ differences: found }))
  })
