/**
 * What is so: what a test holds against what a client believes. No client may look at it.
 *
 * @since 0.1.0
 */
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"

/**
 * @category models
 * @since 0.1.0
 */
export interface GroundTruth {
  /** Who is in the call, in the order of their joins, those included whose socket is gone for now. */
  readonly participants: ReadonlyArray<
    Participant & {
      readonly prefix: string
      readonly published: ReadonlyArray<TrackType>
      /** The SFU that has them: of a migration the old one until it is complete. Nothing, if that one is down. */
      readonly node: string | undefined
      readonly connected: boolean
    }
  >
  /** What is live. */
  readonly published: ReadonlyArray<TrackKey>
  /** How many packets of whom have been sent on to whom, by which connection they came from, not by their payload. */
  readonly forwarded: ReadonlyArray<{
    readonly to: Participant
    readonly key: TrackKey
    readonly packets: number
  }>
  /** What each subscriber's m-lines carry, as of the last offer that it answered on the SFU that has it. */
  readonly downTracks: ReadonlyArray<{
    readonly to: Participant
    readonly key: TrackKey
    readonly streamId: string
  }>
}
