/**
 * A participant in the room's state: its publications, its subscriptions and its grants. Pure.
 */
import type { Grants, Participant, ParticipantProfile, TrackKey, TrackType } from "effect-track-resolver"
import type { Activity } from "./Activity.ts"
import * as Wire from "./Wire.ts"

/**
 * `Ready`: negotiated and not announced. `Live`: announced. `Muted`: announced and unpublished; its down-tracks are kept.
 */
export type TrackState = "Ready" | "Live" | "Muted"

export interface Member {
  readonly participant: Participant
  readonly profile: ParticipantProfile
  /** In milliseconds since 1970. */
  readonly joinedAt: number
  readonly activity: Activity
  readonly prefix: string
  readonly tracks: ReadonlyMap<TrackType, TrackState>
  /** Publication ids of UpdateSubscriptions. */
  readonly subscriptions: ReadonlySet<string>
  /** Whether the join request contains a subscriber SDP. Implicit audio is sent only to such a member. */
  readonly receives: boolean
  readonly grants: Grants
  /** The sessions in the call that this one replaces by a REJOIN, and those that they replaced. */
  readonly replaced: ReadonlySet<string>
}

/** A key of maps for the publication of one track type by one session. */
export const publicationId = (sessionId: string, trackType: TrackType): string => `${sessionId} ${trackType}`

export const keyOf = ({ participant }: Member, trackType: TrackType): TrackKey => ({ ...participant, trackType })

export const liveTypes = (member: Member): ReadonlyArray<TrackType> =>
  Array.from(member.tracks).flatMap(([type, state]) => state === "Live" ? [type] : [])

export const describe = (member: Member): Wire.WireParticipant =>
  Wire.participant(member.participant, member.prefix, liveTypes(member), member)

export const withActivity = (member: Member, activity: Partial<Activity>): Member => ({
  ...member,
  activity: { ...member.activity, ...activity }
})

export const withTrack = (member: Member, trackType: TrackType, state: TrackState): Member => ({
  ...member,
  tracks: new Map(member.tracks).set(trackType, state)
})

export const withoutTracks = (member: Member): Member => ({ ...member, tracks: new Map() })
