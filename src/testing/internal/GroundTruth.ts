/**
 * The true state of a call, and its comparison with the state that an agent reports.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type { ConnectionQuality, ParticipantProfile } from "../../edge/SfuClient.ts"
import type { Participant, TrackKey, TrackType } from "../../Track.ts"
import { formatParticipant, formatTrackKey } from "../../Track.ts"

/**
 * A participant as an edge reports it when everything is delivered, but for what depends on the edge.
 *
 * @stability stable
 * @category ground truth
 * @since 0.1.0
 */
export interface TrueParticipant extends Participant, ParticipantProfile {
  /** In milliseconds, by the SFU's clock. */
  readonly joinedAt?: number | undefined
  readonly connectionQuality?: ConnectionQuality | undefined
  readonly isSpeaking: boolean
  readonly isDominantSpeaker: boolean
  /** From 0, silence, to 1, the loudest. */
  readonly audioLevel: number
  readonly publications: ReadonlyArray<{
    readonly trackType: TrackType
    readonly isMuted: boolean
    /** The SFU does not send the publication, because of the agent's bandwidth. */
    readonly isPaused: boolean
  }>
}

/**
 * The state of the call now, including what a message will report that is still on its way.
 *
 * @stability stable
 * @category ground truth
 * @since 0.1.0
 */
export interface GroundTruth {
  /** The participants in the call. */
  readonly participants: ReadonlyArray<Participant>
  /** The same participants, with profile, activity and publications: compare it with `StreamEdge.participants`. */
  readonly roster: ReadonlyArray<TrueParticipant>
  /** Participants in the call whom no message contains: an agent cannot know them. */
  readonly unreported: ReadonlyArray<Participant>
  /** Published, not muted, and identified by a msid and a prefix: an edge resolves these once everything is delivered. */
  readonly tracks: ReadonlyArray<TrackKey>
  /**
   * Published and not muted, but no message reports the publication or identifies the media section. An edge must not
   * guess.
   */
  readonly unidentified: ReadonlyArray<TrackKey>
  /** The publication that each sending media section carries. */
  readonly mediaSections: ReadonlyArray<{ readonly mid: string; readonly key: TrackKey }>
}

/**
 * The state of the call that an agent reports.
 *
 * @stability stable
 * @category ground truth
 * @since 0.1.0
 */
export interface Observed {
  readonly participants: Iterable<Participant>
  readonly tracks: Iterable<TrackKey>
  /** `StreamEdge.participants`. Absent: not compared. */
  readonly roster?: Iterable<TrueParticipant> | undefined
}

type Expected = Pick<GroundTruth, "participants" | "tracks"> & Partial<Pick<GroundTruth, "roster">>

/**
 * One line for each difference: `missing`, `left over` or `twice`, and a participant or a track; or a field of a participant, as
 * observed and as expected. Empty: no difference.
 *
 * @stability stable
 * @category ground truth
 * @since 0.1.0
 */
export const differences = (
  groundTruth: Expected,
  observed: Observed
): ReadonlyArray<string> => [
  ...compare(groundTruth.participants, observed.participants, participantId, formatParticipant),
  ...compare(groundTruth.tracks, observed.tracks, trackKeyId, formatTrackKey),
  ...(groundTruth.roster === undefined || observed.roster === undefined
    ? []
    : compareRoster(groundTruth.roster, Array.from(observed.roster)))
]

const fields: ReadonlyArray<Exclude<keyof TrueParticipant, "userId" | "sessionId" | "publications">> = [
  "name",
  "image",
  "roles",
  "custom",
  "joinedAt",
  "connectionQuality",
  "isSpeaking",
  "isDominantSpeaker",
  "audioLevel"
]

const compareRoster = (
  expected: ReadonlyArray<TrueParticipant>,
  observed: ReadonlyArray<TrueParticipant>
): ReadonlyArray<string> => [
  ...compare(expected, observed, participantId, formatParticipant),
  ...expected.flatMap((truth) => {
    const found = observed.find((participant) => participantId(participant) === participantId(truth))
    return found === undefined ? [] : [
      ...fields.map((field) => differenceOf(truth, field, found[field], truth[field])),
      differenceOf(
        truth,
        "publications",
        found.publications.map(({ isMuted, isPaused, trackType }) => ({ trackType, isMuted, isPaused })),
        truth.publications
      )
    ].filter((difference) => difference !== undefined)
  })
]

const differenceOf = (
  participant: Participant,
  field: string,
  observed: unknown,
  expected: unknown
): string | undefined =>
  Equal.equals(observed, expected)
    ? undefined
    : `${formatParticipant(participant)} has ${field} ${JSON.stringify(observed)}, expected ${JSON.stringify(expected)}`

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
 * @stability stable
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
 * @stability stable
 * @category ground truth
 * @since 0.1.0
 */
export const assertMatches = (
  groundTruth: Expected,
  observed: Observed
): Effect.Effect<void, MismatchError> =>
  Effect.suspend(() => {
    const found = differences(groundTruth, observed)
    return found.length === 0 ? Effect.void : Effect.fail(new MismatchError({ differences: found }))
  })
