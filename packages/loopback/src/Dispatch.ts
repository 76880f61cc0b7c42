/**
 * Runs commands on the call's room, and sends the events that they produce.
 */
import * as Call from "./Call.ts"
import * as Member from "./Member.ts"
import type { NodeConnection } from "./NodeConnection.ts"
import * as Room from "./Room.ts"
import * as Session from "./Session.ts"
import * as Settings from "./Settings.ts"
import * as SettingsCheck from "./SettingsCheck.ts"
import * as Wire from "./Wire.ts"

/** Sends on every socket of the session, or only on the socket of one connection. */
export const send = (call: Call.Call, to: string, event: Wire.SfuEvent, only?: NodeConnection): void => {
  const session = call.sessions.get(to)
  for (const { node } of only === undefined ? session?.connections ?? [] : [only]) {
    call.events.pass({
      to,
      toUser: session?.participant.userId ?? "",
      node: node.name,
      type: Wire.eventTypeOf(event),
      subject: Wire.subjectOf(event),
      trackType: Wire.trackTypeOf((event.trackPublished ?? event.trackUnpublished)?.type),
      event
    })
  }
}

export const sendToAll = (call: Call.Call, event: Wire.SfuEvent): void => {
  for (const { participant } of Call.members(call)) send(call, participant.sessionId, event)
}

/** Every subscriber connection makes an offer if its media sections differ from its subscriptions. */
const renegotiate = ({ sessions }: Call.Call): void => {
  for (const { connections } of sessions.values()) connections.forEach(({ subscriber }) => subscriber.renegotiate())
}

/** A client drops the pause of a publication that ends: by an unpublish, by a mute, or with its session. So does the SFU. */
const endPauses = ({ room, sessions }: Call.Call): void => {
  for (const { paused } of sessions.values()) {
    for (const [id, { sessionId, trackType }] of paused) {
      if (room.get(sessionId)?.tracks.get(trackType) !== "Live") paused.delete(id)
    }
  }
}

/** Every event of the command is sent before this returns. */
export const run = (call: Call.Call, command: Room.Command): void => {
  const [room, messages] = Room.step(call.room, command, call.settings)
  call.room = room
  endPauses(call)
  for (const { event, to } of messages) {
    // A join response is for the socket that joined, which is the newest.
    const only = event.joinResponse ? Session.newestConnection(call.sessions.get(to)) : undefined
    send(call, to, event, only)
  }
  renegotiate(call)
  call.groundTruth.notify()
}

/** Runs a command that changes neither a media section nor the ground truth. */
export const report = (call: Call.Call, command: Extract<Room.Command, { readonly _tag: "MeasureAudio" }>): void => {
  const [room, messages] = Room.step(call.room, command, call.settings)
  call.room = room
  for (const { event, to } of messages) send(call, to, event)
}

export const configure = (call: Call.Call, options: Settings.SettingsOptions): void => {
  SettingsCheck.check(options)
  call.settings = Settings.change(call.settings, options)
  renegotiate(call)
}

/** Sends participants as `participant_joined`; `stale`: as they were before they published anything. */
export const resendParticipants = (call: Call.Call, to: string, stale: boolean): void => {
  for (const member of Call.members(call)) {
    const participant = Member.describe(stale ? Member.withoutTracks(member) : member)
    send(call, to, { participantJoined: { participant } })
  }
}

/** Updates the session's published tracks to the union of the tracks of its connections. */
export const updateTracks = (call: Call.Call, session: Session.Session): void =>
  run(call, {
    _tag: "SetTracks",
    sessionId: session.participant.sessionId,
    trackTypes: Session.publishedTypes(session)
  })
