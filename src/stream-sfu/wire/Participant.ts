/**
 * Participants and publications as the SFU's events contain them (SFU protocol, section 5.3).
 */
import type { SfuParticipant, SfuPublication } from "../../edge/SfuClient.ts"
import type { TrackType } from "../../Track.ts"
import type { stream } from "../generated/sfu.js"
import * as Activity from "./Activity.ts"
import * as EnumName from "./EnumName.ts"
import * as Profile from "./Profile.ts"

/** The ids of the event around a participant. They replace ids that the participant lacks. */
interface EventIds {
  readonly userId: string | undefined
  readonly sessionId: string
}

/** `undefined` if the user id or the session id is missing or empty. */
export const participant = (
  message: stream.video.sfu.models.Participant.$Properties | null | undefined,
  eventIds?: EventIds
): SfuParticipant | undefined => {
  if (message === null || message === undefined) return undefined
  const userId = message.userId || eventIds?.userId
  const sessionId = message.sessionId || eventIds?.sessionId
  if (!userId || !sessionId) return undefined
  const publishedTracks = new Set<TrackType>()
  for (const number of message.publishedTracks ?? []) {
    const trackType = EnumName.trackType(number)
    if (trackType !== undefined) publishedTracks.add(trackType)
  }
  const prefix = message.trackLookupPrefix
  const joinedAt = milliseconds(message.joinedAt)
  return {
    userId,
    sessionId,
    publishedTracks: Array.from(publishedTracks),
    // The prefix of a stream id ends at the first colon, so a prefix that contains a colon matches no stream id.
    ...(prefix && !prefix.includes(":") ? { streamIdPrefix: prefix } : {}),
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...Profile.profile(message),
    ...Activity.activity(message)
  }
}

/** A time since 1970. `undefined` if it is missing, and for 1970 itself, which an unset field contains. */
const milliseconds = (
  timestamp: stream.video.sfu.models.Participant.$Properties["joinedAt"]
): number | undefined => {
  const time = (timestamp?.seconds ?? 0) * 1_000 + (timestamp?.nanos ?? 0) / 1_000_000
  return time > 0 ? time : undefined
}

/**
 * `undefined` if the session id is missing or the track type is unknown. The snapshot of another session's participant is
 * left out; the publication is still valid.
 */
export const publication = (
  message: stream.video.sfu.event.TrackPublished.$Properties | stream.video.sfu.event.TrackUnpublished.$Properties
): SfuPublication | undefined => {
  const trackType = EnumName.trackType(message.type)
  const sessionId = message.sessionId || message.participant?.sessionId
  if (trackType === undefined || !sessionId) return undefined
  const userId = message.userId || message.participant?.userId || undefined
  const snapshot = participant(message.participant, { userId, sessionId })
  return {
    sessionId,
    trackType,
    ...(userId === undefined ? {} : { userId }),
    ...(snapshot?.sessionId === sessionId ? { participant: snapshot } : {})
  }
}
