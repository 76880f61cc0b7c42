/**
 * The rules of a call: a command changes the room and produces events for its members. A pure step: no socket, no
 * connection, no clock.
 */
import type { CallEndedReason, Grants, Participant, TrackKey, TrackKind, TrackType } from "effect-track-resolver"
import type { UnpublishCause } from "effect-track-resolver"
import { kindOf } from "effect-track-resolver"
import * as Member from "./Member.ts"
import type { Settings } from "./Settings.ts"
import * as Wire from "./Wire.ts"

/** Members by session id, in the order of their joins. */
export type Room = ReadonlyMap<string, Member.Member>

export type Command =
  | {
    readonly _tag: "Join"
    readonly participant: Participant
    readonly prefix: string
    readonly receives: boolean
    /** Keeps the session if it is still in the room. */
    readonly reconnection: "Fast" | "Migrate" | undefined
  }
  | { readonly _tag: "Leave"; readonly sessionId: string }
  /** The complete list of the session's published tracks. */
  | { readonly _tag: "SetTracks"; readonly sessionId: string; readonly trackTypes: ReadonlyArray<TrackType> }
  | {
    readonly _tag: "UpdateMuteState"
    readonly sessionId: string
    readonly trackType: TrackType
    readonly muted: boolean
  }
  | { readonly _tag: "ReceiveMedia"; readonly sessionId: string; readonly trackType: TrackType }
  | { readonly _tag: "Subscribe"; readonly sessionId: string; readonly keys: ReadonlyArray<TrackKey> }
  | { readonly _tag: "ChangePrefix"; readonly sessionId: string; readonly prefix: string }
  /** Mutes the track for its publisher too. An unmute by the publisher publishes it again. */
  | {
    readonly _tag: "Unpublish"
    readonly sessionId: string
    readonly trackType: TrackType
    readonly cause: UnpublishCause
  }
  | { readonly _tag: "Grant"; readonly sessionId: string; readonly grants: Grants }
  | { readonly _tag: "End"; readonly reason: CallEndedReason }

/** An event for the session `to`. */
export interface Message {
  readonly to: string
  readonly event: Wire.SfuEvent
}

export type Step = readonly [Room, ReadonlyArray<Message>]

/** A publication that a subscriber has to receive. */
export interface Subscription {
  readonly publicationId: string
  readonly key: TrackKey
  readonly kind: TrackKind
  readonly prefix: string
}

export const empty: Room = new Map()

const unchanged = (room: Room): Step => [room, []]

const toAll = (room: Room, event: Wire.SfuEvent): ReadonlyArray<Message> =>
  Array.from(room.keys(), (to) => ({ to, event }))

const toOthers = (room: Room, sessionId: string, event: Wire.SfuEvent): ReadonlyArray<Message> =>
  toAll(room, event).filter(({ to }) => to !== sessionId)

const withMember = (room: Room, member: Member.Member): Room => new Map(room).set(member.participant.sessionId, member)

const describedIn = ({ participantInTrackEvents }: Settings, member: Member.Member): Wire.WireParticipant | undefined =>
  participantInTrackEvents ? Member.describe(member) : undefined

const publish = (room: Room, before: Member.Member, trackType: TrackType, settings: Settings): Step => {
  const member = Member.withTrack(before, trackType, "Live")
  const event = Wire.trackPublished(Member.keyOf(member, trackType), describedIn(settings, member))
  return [withMember(room, member), toOthers(room, member.participant.sessionId, event)]
}

const unpublish = (room: Room, before: Member.Member, trackType: TrackType, settings: Settings): Step => {
  const member = Member.withTrack(before, trackType, "Muted")
  const event = Wire.trackUnpublished(Member.keyOf(member, trackType), describedIn(settings, member))
  return [withMember(room, member), toOthers(room, member.participant.sessionId, event)]
}

const unpublishByServer = (
  room: Room,
  before: Member.Member,
  { cause, trackType }: Extract<Command, { readonly _tag: "Unpublish" }>,
  settings: Settings
): Step => {
  if (before.tracks.get(trackType) !== "Live") return unchanged(room)
  const member = Member.withTrack(before, trackType, "Muted")
  const event = Wire.trackUnpublished(Member.keyOf(member, trackType), describedIn(settings, member), cause)
  return [withMember(room, member), toAll(room, event)]
}

const setTracks = (
  room: Room,
  member: Member.Member,
  trackTypes: ReadonlyArray<TrackType>,
  settings: Settings
): Step => {
  const { sessionId } = member.participant
  const removed = Member.liveTypes(member).filter((type) => !trackTypes.includes(type))
  let next = room
  const messages: Array<Message> = []
  for (const type of removed) {
    const [after, more] = unpublish(next, next.get(sessionId) ?? member, type, settings)
    next = after
    messages.push(...more)
  }
  const tracks = new Map(trackTypes.map((type) => [type, member.tracks.get(type) ?? "Ready"] as const))
  return [withMember(next, { ...member, tracks }), messages]
}

const updateMuteState = (
  room: Room,
  member: Member.Member,
  { muted, trackType }: Extract<Command, { readonly _tag: "UpdateMuteState" }>,
  settings: Settings
): Step => {
  const state = member.tracks.get(trackType)
  if (muted) return state === "Live" ? unpublish(room, member, trackType, settings) : unchanged(room)
  // The protocol announces an unmuted track again, even if it is live already.
  const isAnnounced = state === "Live" || state === "Muted" || settings.announce === "updateMuteStates"
  return state !== undefined && isAnnounced ? publish(room, member, trackType, settings) : unchanged(room)
}

const leave = (room: Room, member: Member.Member, settings: Settings): Step => {
  const { sessionId } = member.participant
  const rest = new Map(room)
  rest.delete(sessionId)
  const left = Member.withoutTracks(member)
  const unpublished = settings.unpublishOnLeave
    ? Member.liveTypes(member).flatMap((type) =>
      toAll(rest, Wire.trackUnpublished(Member.keyOf(left, type), describedIn(settings, left)))
    )
    : []
  return [rest, [...unpublished, ...toAll(rest, { participantLeft: { participant: Member.describe(left) } })]]
}

const joinResponse = (room: Room, sessionId: string, settings: Settings, reconnected: boolean): Wire.SfuEvent => {
  let left = settings.joinListLimit
  const listed = Array.from(room.values()).filter(({ participant }) =>
    participant.sessionId === sessionId || left-- > 0
  )
  return {
    joinResponse: {
      callState: { participants: listed.map(Member.describe), participantCount: { total: room.size } },
      reconnected,
      fastReconnectDeadlineSeconds: Math.ceil(settings.reconnectDeadline / 1_000),
      publishOptions: Wire.publishOptionsOf(settings.publishOptions)
    }
  }
}

const join = (
  room: Room,
  command: Extract<Command, { readonly _tag: "Join" }>,
  settings: Settings
): Step => {
  const { participant, prefix, receives, reconnection } = command
  const { sessionId } = participant
  const known = room.get(sessionId)
  if (known !== undefined && reconnection !== undefined) {
    // `reconnected` means that the peer connections continue, which they cannot do on another SFU.
    return [room, [{ to: sessionId, event: joinResponse(room, sessionId, settings, reconnection === "Fast") }]]
  }
  const [others, leaveMessages] = known === undefined ? unchanged(room) : leave(room, known, settings)
  const member: Member.Member = {
    participant,
    prefix,
    tracks: new Map(),
    subscriptions: new Set(),
    receives,
    grants: settings.grants
  }
  const joined = withMember(others, member)
  return [joined, [
    ...leaveMessages,
    { to: sessionId, event: joinResponse(joined, sessionId, settings, false) },
    ...toOthers(joined, sessionId, { participantJoined: { participant: Member.describe(member) } })
  ]]
}

/** The room after the command, and its events in order. A command of an unknown session changes nothing. */
export const step = (room: Room, command: Command, settings: Settings): Step => {
  if (command._tag === "Join") return join(room, command, settings)
  if (command._tag === "End") return [empty, toAll(room, Wire.callEnded(command.reason))]
  const member = room.get(command.sessionId)
  if (member === undefined) return unchanged(room)
  switch (command._tag) {
    case "Leave":
      return leave(room, member, settings)
    case "SetTracks":
      return setTracks(room, member, command.trackTypes, settings)
    case "UpdateMuteState":
      return updateMuteState(room, member, command, settings)
    case "ReceiveMedia":
      return settings.announce === "firstMedia" && member.tracks.get(command.trackType) === "Ready"
        ? publish(room, member, command.trackType, settings)
        : unchanged(room)
    case "Subscribe": {
      const ids = command.keys.map((key) => Member.publicationId(key.sessionId, key.trackType))
      return [withMember(room, { ...member, subscriptions: new Set(ids) }), []]
    }
    case "Unpublish":
      return unpublishByServer(room, member, command, settings)
    case "Grant":
      return [
        withMember(room, { ...member, grants: command.grants }),
        [{ to: command.sessionId, event: Wire.callGrantsUpdated(command.grants) }]
      ]
    case "ChangePrefix": {
      const renamed = { ...member, prefix: command.prefix }
      return [
        withMember(room, renamed),
        toAll(room, { participantUpdated: { participant: Member.describe(renamed) } })
      ]
    }
  }
}

/**
 * The publications that a subscriber has to receive. They include muted tracks: the protocol keeps the media section of
 * a muted track, and an unmute needs no new offer.
 */
export const subscriptionsOf = (
  room: Room,
  subscriber: string,
  { implicitAudio }: Settings
): ReadonlyArray<Subscription> => {
  const self = room.get(subscriber)
  if (self === undefined) return []
  return Array.from(room.values()).filter((member) => member !== self).flatMap((member) =>
    Array.from(member.tracks).flatMap(([trackType, state]) => {
      const id = Member.publicationId(member.participant.sessionId, trackType)
      const isImplicit = implicitAudio && self.receives && trackType === "Audio"
      return state !== "Ready" && (isImplicit || self.subscriptions.has(id))
        ? [{ publicationId: id, key: Member.keyOf(member, trackType), kind: kindOf(trackType), prefix: member.prefix }]
        : []
    })
  )
}
