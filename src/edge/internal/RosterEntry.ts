/**
 * One session in the roster: its user, its stream id prefix and its publications, as far as reported.
 */
import type { Participant, TrackKey, TrackType } from "../../Track.ts"

export class RosterEntry {
  readonly sessionId: string
  /** Whether this is a session of our own. */
  readonly isOwn: boolean
  /** Whether a participant message has named this session. */
  isNamed = false
  /** From a participant message; before the first one, from an event. */
  userId: string | undefined
  /** From the newest participant message that contains a prefix. */
  prefix: string | undefined
  /** Whether each type is published; absent as long as no message has reported it. */
  readonly published = new Map<TrackType, boolean>()

  constructor(sessionId: string, isOwn: boolean) {
    this.sessionId = sessionId
    this.isOwn = isOwn
  }

  /** Absent until the user id is known. */
  get participant(): Participant | undefined {
    const { sessionId, userId } = this
    return userId === undefined ? undefined : { userId, sessionId }
  }

  key(trackType: TrackType): TrackKey | undefined {
    return this.participant && { ...this.participant, trackType }
  }

  publishes(trackType: TrackType): boolean {
    return this.published.get(trackType) === true
  }
}
