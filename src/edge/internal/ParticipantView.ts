/**
 * What an application sees of a session in the roster. Pure.
 */
import * as Equal from "effect/Equal"
import type { TrackId, TrackKey } from "../../Track.ts"
import type { ParticipantField } from "../EdgeEvent.ts"
import type { Codec } from "../PeerConnection.ts"
import type { RemoteParticipant, RemotePublication } from "../RemoteParticipant.ts"
import type { Subscription } from "../SfuClient.ts"
import type { Roster } from "./Roster.ts"
import { trackTypes } from "./Roster.ts"
import type { RosterEntry } from "./RosterEntry.ts"

/** The current track of a publication. */
export interface TrackOfPublication {
  readonly trackId: TrackId
  readonly codec: Codec | undefined
}

export interface Sources {
  readonly roster: Roster
  readonly subscriptionOf: (key: TrackKey) => Subscription | undefined
  readonly trackOf: (key: TrackKey) => TrackOfPublication | undefined
}

/** `undefined` as long as the user of the session is unknown. */
export const make = (sources: Sources, entry: RosterEntry): RemoteParticipant | undefined => {
  const { participant } = entry
  if (participant === undefined) return undefined
  const { activity, joinedAt, profile } = entry
  return {
    ...participant,
    ...profile,
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...(activity.connectionQuality === undefined ? {} : { connectionQuality: activity.connectionQuality }),
    isOwnUser: sources.roster.isOfOwnUser(entry),
    isSpeaking: activity.isSpeaking ?? false,
    isDominantSpeaker: sources.roster.isDominantSpeaker(entry),
    audioLevel: activity.audioLevel ?? 0,
    publications: trackTypes.flatMap((trackType): ReadonlyArray<RemotePublication> => {
      const state = entry.publications.get(trackType)
      if (state === undefined || state === "Ended") return []
      const key = { ...participant, trackType }
      const subscription = sources.subscriptionOf(key)
      const track = sources.trackOf(key)
      return [{
        trackType,
        isMuted: state === "Muted",
        isPaused: entry.paused.has(trackType),
        isSubscribed: subscription !== undefined,
        ...(track === undefined ? {} : { trackId: track.trackId }),
        ...(track?.codec === undefined ? {} : { codec: track.codec }),
        ...(subscription?.dimension === undefined ? {} : { requestedSize: subscription.dimension })
      }]
    })
  }
}

/** Not the audio level, which changes all the time and has a stream of its own. */
const fields: ReadonlyArray<ParticipantField> = [
  "name",
  "image",
  "roles",
  "custom",
  "isOwnUser",
  "joinedAt",
  "connectionQuality",
  "isSpeaking",
  "isDominantSpeaker",
  "publications"
]

/** The fields of which an application is told. */
export const changedFields = (
  before: RemoteParticipant,
  after: RemoteParticipant
): ReadonlyArray<ParticipantField> => fields.filter((field) => !Equal.equals(before[field], after[field]))
