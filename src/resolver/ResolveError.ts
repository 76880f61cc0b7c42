/**
 * The reasons why a resolve ends without a track. Each error contains its evidence. Its message and its JSON are safe and
 * short enough to log; its fields have the ids as the peers chose them.
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as PeerText from "../internal/PeerText.ts"
import { formatParticipant, formatTrackId, formatTrackKey, Participant, RejectedTrack, TrackKey } from "../Track.ts"

/** Of an id in the JSON of an error, in characters. As in `formatId`. */
const longestId = 64

/**
 * The deadline passed. `candidates` are the tracks that came near the key, best first and at most eight, each with the reason
 * why it was not bound. `omitted` counts the other tracks that came near.
 *
 * @stability stable
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
    const tracks = this.candidates.map(({ trackId, why }) => `${formatTrackId(trackId)} ${why}`)
    const more = this.omitted > 0 ? [`${this.omitted} more`] : []
    const near = tracks.length === 0 ? "no track came near" : `rejected: ${[...tracks, ...more].join(", ")}`
    return `${formatTrackKey(this.key)}: no track within ${Duration.format(this.timeout)}; ${near}`
  }

  override toJSON(): unknown {
    return PeerText.quoteAll({ ...this }, longestId)
  }
}

/**
 * The SFU unpublished the track while the resolve was in flight.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class TrackUnpublishedError
  extends Schema.TaggedError<TrackUnpublishedError>()("TrackUnpublishedError", { key: TrackKey })
{
  override get message(): string {
    return `${formatTrackKey(this.key)}: unpublished`
  }

  override toJSON(): unknown {
    return PeerText.quoteAll({ ...this }, longestId)
  }
}

/**
 * The participant left while the resolve was in flight.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class ParticipantLeftError
  extends Schema.TaggedError<ParticipantLeftError>()("ParticipantLeftError", { participant: Participant })
{
  override get message(): string {
    return `${formatParticipant(this.participant)} left`
  }

  override toJSON(): unknown {
    return PeerText.quoteAll({ ...this }, longestId)
  }
}

/**
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export type ResolveError = TrackTimeoutError | TrackUnpublishedError | ParticipantLeftError
