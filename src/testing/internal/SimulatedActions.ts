/**
 * Performs the actions of a simulated call: changes the room, and schedules the messages and offers that follow.
 */
import type { TrackType } from "../../Track.ts"
import type { ActionFaults, ScriptedAction } from "./ScriptedAction.ts"
import type { Session, SimulatedRoom } from "./SimulatedRoom.ts"
import * as Room from "./SimulatedRoom.ts"
import type { SimulatedSignalling } from "./SimulatedSignalling.ts"
import * as Signalling from "./SimulatedSignalling.ts"

export interface ActionTarget {
  readonly room: SimulatedRoom
  readonly signalling: SimulatedSignalling
  readonly scheduleOffer: (now: number, faults: ActionFaults) => void
}

export const perform = (target: ActionTarget, scripted: ScriptedAction): void => {
  const { action, at, faults = {}, sessionId } = scripted
  if (action._tag === "Join") return join(target, scripted)
  const session = target.room.sessions.get(sessionId)
  if (session === undefined) return
  switch (action._tag) {
    case "Leave":
      return leave(target, at, session, faults)
    case "Migrate":
      return migrate(target, at, session, faults)
    case "Publish":
      return publish(target, at, session, action.trackType, faults)
    case "Unpublish":
    case "Mute":
      return unpublish(target, at, session, action.trackType, faults, action._tag === "Mute")
  }
}

/** Before the agent joined, only the join response reports a session. */
const join = ({ room, signalling }: ActionTarget, scripted: ScriptedAction): void => {
  const { at, faults = {}, sessionId } = scripted
  if (room.sessions.has(sessionId)) return
  const isReturning = room.formerSessions.has(sessionId)
  const session = Room.addSession(room, scripted, at < 0)
  if (at >= 0) Signalling.sendJoined(signalling, at, session, faults, isReturning)
  Signalling.announcePrefix(signalling, at, session, faults)
}

const leave = (
  { room, scheduleOffer, signalling }: ActionTarget,
  at: number,
  session: Session,
  faults: ActionFaults
): void => {
  Room.removeSession(room, session)
  if (!faults.isDropped) {
    for (const trackType of session.published.keys()) {
      Signalling.sendUnpublished(signalling, at, session, trackType, faults, "Unspecified")
    }
  }
  session.published.clear()
  Signalling.sendLeft(signalling, at, session, faults)
  if (faults.keepsMediaSection) return
  Room.closeSectionsOf(room, session)
  scheduleOffer(at, faults)
}

const migrate = (
  { room, scheduleOffer, signalling }: ActionTarget,
  at: number,
  session: Session,
  faults: ActionFaults
): void => {
  Room.changePrefix(room, session)
  Signalling.announcePrefix(signalling, at, session, faults)
  Signalling.sendMigrated(signalling, at, session, faults)
  scheduleOffer(at, faults)
}

/** A track event is dropped only if the join response, or a `ParticipantJoined` that is not sent yet, contains the track. */
const publish = (
  { room, scheduleOffer, signalling }: ActionTarget,
  at: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults
): void => {
  if (session.published.has(trackType)) return
  const now = Math.max(0, at)
  const isNewSection = Room.findSection(room, session.sessionId, trackType) === undefined
  session.published.set(trackType, Room.openSection(room, session, trackType, !faults.hasNoMsid))
  const isInParticipant = at < 0 || !session.isReported
  if (!faults.isDropped || !isInParticipant || session.typesInEvents.has(trackType)) {
    Signalling.sendPublished(signalling, now, session, trackType, faults)
  }
  if (isNewSection) scheduleOffer(now, faults)
}

const unpublish = (
  { room, scheduleOffer, signalling }: ActionTarget,
  at: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults,
  isMute: boolean
): void => {
  const section = session.published.get(trackType)
  if (section === undefined) return
  session.published.delete(trackType)
  Signalling.sendUnpublished(signalling, at, session, trackType, faults, isMute ? "UserMuted" : "Unspecified")
  if (isMute || faults.keepsMediaSection) return
  Room.closeSection(room, section)
  scheduleOffer(at, faults)
}
