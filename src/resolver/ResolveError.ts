/**
 * Why a resolve ended without a track. Each error carries its evidence and is short enough to log.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { formatParticipant, formatTrackId, formatTrackKey, Participant, RejectedTrack, TrackKey } from "../Track.ts"

/**
 * The deadline passed. `candidates` are the tracks that came near, best first and at most eight, each with the reason
 * why it was refused; `omitted` says how many more there were.
 *
 * @category errors
 * @since 0.1.0
 */
export class TrackTimeoutError extends Schema.TaggedError<TrackTimeoutError>()("TrackTimeoutError", {
  key: TrackKey,
  timeout: Schema.Duration,
  candidates: Schema.Array(RejectedTrack),
  omitted: Schema.Int
}) {
  override get message(): string {
    const refused = this.candidates.map(({ trackId, why }) => `${formatTrackId(trackId)} ${why}`)
    const more = this.omitted > 0 ? [`${this.omitted} more`] : []
    const near = refused.length === 0 ? "no track came near" : `refused: ${[...refused, ...more].join(", ")}`
    return `${formatTrackKey(this.key)}: no track within ${Duration.format(this.timeout)}; ${near}`
  }
}

/**
 * The SFU took the publication back while it was being resolved.
 *
 * @category errors
 * @since 0.1.0
 */
export class TrackUnpublishedError
  extends Schema.TaggedError<TrackUnpublishedError>()("TrackUnpublishedError", { key: TrackKey })
{
  override get message(): string {
    return `${formatTrackKey(this.key)}: unpublished`
  }
}

/**
 * The participant left while a track of theirs was being resolved.
 *
 * @category errors
 * @since 0.1.0
 */
export class ParticipantLeftError
  extends Schema.TaggedError<ParticipantLeftError>()("ParticipantLeftError", { participant: Participant })
{
  override get message(): string {
    return `${formatParticipant(this.participant)} left`
  }
}

/**
 * @category errors
 * @since 0.1.0
 */
export type ResolveError = TrackTimeoutError | TrackUnpublishedError | ParticipantLeftError
