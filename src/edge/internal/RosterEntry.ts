/**
 * One session in the roster: its user, profile, activity, stream id prefix and publications, as far as reported.
 */
import type { Participant, TrackKey, TrackType } from "../../Track.ts"
import type { ParticipantActivity, ParticipantProfile } from "../SfuClient.ts"

/** `Ended`: an event or a join response has reported that the type is not published, and not that it is muted. */
export type PublicationState = "Live" | "Muted" | "Ended"

export class RosterEntry {
  readonly sessionId: string
  /** Whether this is a session of our own. */
  readonly isOwn: boolean
  /** Whether the session is announced: a participant message, or an event that publishes a track, has named its user. */
  isNamed = false
  /** The latest of all participant messages. */
  joinedAt: number | undefined
  /** From a participant message; before the first one, from an event. */
  userId: string | undefined
  /** From the newest participant message that contains a prefix. */
  prefix: string | undefined
  /** Absent as long as no message has reported the type. */
  readonly publications = new Map<TrackType, PublicationState>()
  /** The video that the SFU does not send to us, because of our bandwidth. */
  readonly paused = new Set<TrackType>()
  /** Each field from the newest participant message that contains it. */
  profile: ParticipantProfile = {}
  /** From the newest event; a participant message fills in what no event has reported. */
  activity: Omit<ParticipantActivity, "isDominantSpeaker"> = {}

  constructor(sessionId: string, isOwn: boolean) {
    this.sessionId = sessionId
    this.isOwn = isOwn
  }

  /** Absent until the user id is known. */
  get participant(): Participant | undefined {
    const { sessionId, userId } = this
    return userId === undefined ? undefined : { userId, sessionId }
  }

  /** Absent if the session is not announced to the application, or is one of our own. */
  get announced(): Participant | undefined {
    return this.isNamed && !this.isOwn ? this.participant : undefined
  }

  key(trackType: TrackType): TrackKey | undefined {
    return this.participant && { ...this.participant, trackType }
  }

  publishes(trackType: TrackType): boolean {
    return this.publications.get(trackType) === "Live"
  }
}
