/**
 * Applies each event of the SFU.
 */
import type { Connector } from "./connector.ts"
import { addRemoteCandidate, type Epoch } from "./epoch.ts"
import type { makeLocalTracks } from "./localTracks.ts"
import {
  CallEndedReason,
  PeerType,
  type SfuEvent,
  Strategy,
  type TrackType,
  trackTypeOf,
  TrackUnpublishReason
} from "./protocol.ts"
import type { makeRoster } from "./roster.ts"

type Roster = ReturnType<typeof makeRoster>
type LocalTracks = ReturnType<typeof makeLocalTracks>

/** Offers and candidates. */
export const applyNegotiation = (event: SfuEvent, epoch: Epoch | undefined, connector: Connector): void => {
  if (epoch && event.subscriberOffer) epoch.subscriber.take(event.subscriberOffer)
  if (epoch && event.iceTrickle) {
    addRemoteCandidate(epoch, event.iceTrickle.peerType, event.iceTrickle.iceCandidate ?? "")
  }
  if (event.iceRestart && event.iceRestart.peerType !== PeerType.PEER_TYPE_SUBSCRIBER) connector.restartPublisher()
}

/** Levels come ten times a second. True, if somebody begins or ends to speak. */
export const applyLevels = (
  { audioLevels }: NonNullable<SfuEvent["audioLevelChanged"]>,
  roster: Roster
): boolean =>
  (audioLevels ?? [])
    .map(({ isSpeaking, sessionId }) => roster.setSpeaking(sessionId ?? "", isSpeaking ?? false))
    .includes(true)

export const applyToRoster = (event: SfuEvent, roster: Roster): void => {
  roster.upsert((event.participantJoined ?? event.participantUpdated)?.participant)
  if (event.participantLeft) roster.remove(event.participantLeft.participant?.sessionId ?? "")
  const track = event.trackPublished ?? event.trackUnpublished
  const type = trackTypeOf(track?.type)
  if (!track?.sessionId || !type) return
  roster.upsert(track.participant)
  if (event.trackPublished) roster.publish(track.sessionId, type)
  else roster.unpublish(track.sessionId, type)
}

const stopReasons: ReadonlyMap<number | null | undefined, string> = new Map([
  [TrackUnpublishReason.TRACK_UNPUBLISH_REASON_MODERATION, "A moderator stopped it."],
  [TrackUnpublishReason.TRACK_UNPUBLISH_REASON_PERMISSION_REVOKED, "It is no longer allowed."]
])

/** Moderation and grants of the local tracks. */
export const applyPermissions = (
  { callGrantsUpdated, trackUnpublished }: SfuEvent,
  ownSessionId: string | undefined,
  local: LocalTracks
): void => {
  const type = trackTypeOf(trackUnpublished?.type)
  const reason = stopReasons.get(trackUnpublished?.cause)
  if (type && reason && trackUnpublished?.sessionId === ownSessionId) local.stop(type, reason)
  if (!callGrantsUpdated) return
  const { canPublishAudio, canPublishVideo, canScreenshare } = callGrantsUpdated.currentGrants ?? {}
  const grants: Record<TrackType, boolean | null | undefined> = {
    Audio: canPublishAudio,
    Video: canPublishVideo,
    ScreenShare: canScreenshare,
    ScreenShareAudio: canScreenshare
  }
  for (const type of local.types()) if (!grants[type]) local.stop(type, "It is no longer allowed.")
}

/** The end of the call, or the SFU's request to reconnect. */
export const applyConnectionEvents = ({ callEnded, error, goAway }: SfuEvent, connector: Connector): void => {
  if (callEnded) {
    const isKicked = callEnded.reason === CallEndedReason.CALL_ENDED_REASON_KICKED
    connector.end(isKicked ? "You were removed from the call." : "The call has ended.")
  }
  if (goAway) connector.moveToAnotherSfu("go away")
  const strategy = error?.reconnectStrategy
  if (strategy === Strategy.disconnect) connector.end(error?.error?.message ?? "The SFU ended the call.")
  else if (strategy === Strategy.migrate) connector.moveToAnotherSfu("error")
  else if (strategy) connector.reconnect(strategy, "error")
}
