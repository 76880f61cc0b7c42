/**
 * Forwards a publisher's packets to its subscribers.
 */
import type { Participant, TrackKey, TrackType } from "effect-track-resolver"
import type { Call } from "./Call.ts"
import * as Dispatch from "./Dispatch.ts"
import { publicationId } from "./Member.ts"
import type { NodeConnection } from "./NodeConnection.ts"
import type { MediaPacket } from "./Publisher.ts"
import type { Session } from "./Session.ts"
import * as Wire from "./Wire.ts"

const stateOf = ({ room }: Call, sessionId: string, trackType: TrackType) => room.get(sessionId)?.tracks.get(trackType)

/** Takes a track's packets from one connection. While two send it, a newer connection replaces an older one. */
const isMediaSource = (session: Session, trackType: TrackType, connection: NodeConnection): boolean => {
  const source = session.mediaSources.get(trackType)
  const age = (one: NodeConnection): number => session.connections.indexOf(one)
  if (source !== undefined && age(source) > age(connection)) return false
  session.mediaSources.set(trackType, connection)
  return true
}

export const forward = (
  call: Call,
  { sessionId, userId }: Participant,
  connection: NodeConnection,
  trackType: TrackType,
  packet: MediaPacket
): void => {
  const isFirst = call.settings.announce === "firstMedia" && stateOf(call, sessionId, trackType) === "Ready"
  if (isFirst) Dispatch.run(call, { _tag: "ReceiveMedia", sessionId, trackType })
  const publisher = call.sessions.get(sessionId)
  if (publisher === undefined || stateOf(call, sessionId, trackType) !== "Live") return
  if (!isMediaSource(publisher, trackType, connection)) return
  if (trackType === "Audio" && packet.audioLevel !== undefined) {
    publisher.loudest = Math.min(publisher.loudest ?? Infinity, packet.audioLevel.level)
  }
  const id = publicationId(sessionId, trackType)
  for (const { connections, participant } of call.sessions.values()) {
    if (!connections.some(({ subscriber }) => subscriber.carries(id))) continue
    call.packets.pass({
      to: participant.sessionId,
      toUser: participant.userId,
      from: sessionId,
      fromUser: userId,
      trackType,
      media: packet
    })
  }
}

/**
 * Pauses a live video of a client or resumes it, and tells the client. False, if the client does not know pauses, or if the
 * video is not live: a pause is one of a publication, and ends with it.
 */
export const pauseVideo = (call: Call, to: string, key: TrackKey, paused: boolean): boolean => {
  const session = call.sessions.get(to)
  if (session === undefined || !session.canPauseVideo) return false
  if (stateOf(call, key.sessionId, key.trackType) !== "Live") return false
  const id = publicationId(key.sessionId, key.trackType)
  if (paused) session.paused.set(id, key)
  else session.paused.delete(id)
  Dispatch.send(call, to, Wire.inboundStateNotification(key, paused))
  if (!paused) requestKeyFrame(call, key)
  return true
}

/** A client that joins again has another bandwidth. It drops its pauses with the join response, and is not told of their end. */
export const endPauses = (call: Call, { paused }: Session): void => {
  const keys = Array.from(paused.values())
  paused.clear()
  for (const key of keys) requestKeyFrame(call, key)
}

export const requestKeyFrame = ({ sessions }: Call, key: TrackKey): void => {
  for (const { publisher } of sessions.get(key.sessionId)?.connections ?? []) publisher.requestKeyFrame(key.trackType)
}
