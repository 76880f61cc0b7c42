/**
 * Performs the actions of a simulated call: changes the room, and schedules the messages and offers that follow.
 */
import type { UnpublishCause } from "../../edge/SfuClient.ts"
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
      return unpublish(target, at, session, action.trackType, faults, action.cause ?? "Unspecified")
    case "Mute":
      return unpublish(target, at, session, action.trackType, faults, "UserMuted")
    default:
      return performActivity(target, session, action, at, faults)
  }
}

type Activity = Exclude<
  ScriptedAction["action"],
  { readonly _tag: "Join" | "Leave" | "Migrate" | "Publish" | "Unpublish" | "Mute" }
>

/** Before the agent joined, it changes what the join response contains, and a pause is a no-op. */
const performActivity = (
  { room, signalling }: ActionTarget,
  session: Session,
  action: Activity,
  at: number,
  faults: ActionFaults
): void => {
  const now = Math.max(0, at)
  switch (action._tag) {
    case "Update":
      session.profile = { ...session.profile, ...action.profile }
      return Signalling.sendUpdated(signalling, now, session, faults)
    case "Speak":
    case "FallSilent":
      session.isSpeaking = action._tag === "Speak"
      session.audioLevel = action._tag === "Speak" ? action.level : 0
      return Signalling.sendLevel(signalling, now, session, faults)
    case "Dominate":
      room.dominant = session.sessionId
      return Signalling.sendDominant(signalling, now, faults)
    case "ChangeQuality":
      session.connectionQuality = action.quality
      return Signalling.sendQuality(signalling, now, session, faults)
    case "Pause":
    case "Resume":
      if (action._tag === "Resume") session.paused.delete(action.trackType)
      else if (at >= 0 && session.published.has(action.trackType)) session.paused.add(action.trackType)
      return Signalling.sendPause(signalling, now, session, action.trackType, faults)
  }
}

/** Before the agent joined, only the join response reports a session. */
const join = ({ room, signalling }: ActionTarget, scripted: ScriptedAction): void => {
  const { at, faults = {}, sessionId } = scripted
  if (room.sessions.has(sessionId)) return
  const session = Room.addSession(
    room,
    scripted,
    faults.isUnannounced === true,
    scripted.action._tag === "Join" ? scripted.action.profile : undefined
  )
  if (session.isReturning) Signalling.beginStay(signalling, at, session)
  if (at >= 0 && !session.isUnannounced) Signalling.sendJoined(signalling, at, session, faults)
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
  for (const section of session.published.values()) section.keepsSending = faults.keepsSending === true
  session.published.clear()
  session.muted.clear()
  session.paused.clear()
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

/** A track event is dropped only as long as no track event of its type was sent: then a list can still report the track. */
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
  const section = Room.openSection(room, session, trackType, !faults.hasNoMsid)
  section.keepsSending = false
  session.published.set(trackType, section)
  session.muted.delete(trackType)
  if (!faults.isDropped || session.typesInEvents.has(trackType)) {
    session.unreportedTypes.delete(trackType)
    Signalling.sendPublished(signalling, now, session, trackType, faults)
  } else session.unreportedTypes.add(trackType)
  if (isNewSection) scheduleOffer(now, faults)
}

const unpublish = (
  { room, scheduleOffer, signalling }: ActionTarget,
  at: number,
  session: Session,
  trackType: TrackType,
  faults: ActionFaults,
  cause: UnpublishCause
): void => {
  const section = session.published.get(trackType)
  if (section === undefined) return
  const isMute = cause === "UserMuted"
  session.published.delete(trackType)
  session.paused.delete(trackType)
  if (isMute) session.muted.add(trackType)
  section.keepsSending = faults.keepsSending === true
  Signalling.sendUnpublished(signalling, at, session, trackType, faults, cause)
  if (isMute || faults.keepsMediaSection) return
  Room.closeSection(room, section)
  scheduleOffer(at, faults)
}
