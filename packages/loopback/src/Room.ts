/**
 * The rules of a call: a command changes the room and produces events for its members. A pure step: no socket, no
 * connection, no clock.
 */
import type {
  CallEndedReason,
  ConnectionQuality,
  Grants,
  Participant,
  ParticipantProfile,
  TrackKey,
  TrackKind,
  TrackType,
  UnpublishCause
} from "effect-track-resolver"
import { isGranted, kindOf } from "effect-track-resolver"
import * as Activity from "./Activity.ts"
import * as Member from "./Member.ts"
import type { Settings } from "./Settings.ts"
import * as Wire from "./Wire.ts"

/** Members by session id, in the order of their joins. */
export type Room = ReadonlyMap<string, Member.Member>

export type Command =
  | {
    readonly _tag: "Join"
    readonly participant: Participant
    readonly profile: ParticipantProfile
    /** In milliseconds since 1970. */
    readonly now: number
    readonly prefix: string
    readonly receives: boolean
    readonly grants: Grants
    /** Keeps the session if it is still in the room. */
    readonly reconnection: "Fast" | "Migrate" | undefined
    readonly replaced: ReadonlySet<string>
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
  | { readonly _tag: "UpdateProfile"; readonly sessionId: string; readonly profile: ParticipantProfile }
  | { readonly _tag: "SetQuality"; readonly sessionId: string; readonly quality: ConnectionQuality }
  /** The microphones since the last measurement, by session id: from 0, silence, to 1, the loudest. */
  | { readonly _tag: "MeasureAudio"; readonly levels: ReadonlyMap<string, number> }
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
  const { grants, now, participant, prefix, profile, receives, reconnection, replaced } = command
  const { sessionId } = participant
  const known = room.get(sessionId)
  if (known !== undefined && reconnection !== undefined) {
    // `reconnected` means that the peer connections continue, which they cannot do on another SFU.
    return [room, [{ to: sessionId, event: joinResponse(room, sessionId, settings, reconnection === "Fast") }]]
  }
  const [others, leaveMessages] = known === undefined ? unchanged(room) : leave(room, known, settings)
  const member: Member.Member = {
    participant,
    profile,
    joinedAt: now,
    activity: Activity.initial,
    prefix,
    tracks: new Map(),
    subscriptions: new Set(),
    receives,
    grants,
    replaced: new Set(Array.from(replaced).filter((id) => others.has(id)))
  }
  const joined = withMember(others, member)
  return [joined, [
    ...leaveMessages,
    { to: sessionId, event: joinResponse(joined, sessionId, settings, false) },
    ...(settings.joinedEvents
      ? toOthers(joined, sessionId, { participantJoined: { participant: Member.describe(member) } })
      : [])
  ]]
}

const updated = (room: Room, member: Member.Member): Step => [
  withMember(room, member),
  toAll(room, { participantUpdated: { participant: Member.describe(member) } })
]

const roomOf = (members: ReadonlyArray<Member.Member>): Room =>
  new Map(members.map((member) => [member.participant.sessionId, member]))

/** A speaker stays dominant while it speaks. Then it is the loudest of those who speak. */
const dominantOf = (members: ReadonlyArray<Member.Member>): Member.Member | undefined => {
  const speaking = members.filter(({ activity }) => activity.isSpeaking)
  const [loudest] = speaking.toSorted((one, other) => other.activity.audioLevel - one.activity.audioLevel)
  return speaking.find(({ activity }) => activity.isDominantSpeaker) ?? loudest
}

const levelOf = ({ activity: { audioLevel, isSpeaking }, participant }: Member.Member) => ({
  ...participant,
  level: audioLevel,
  isSpeaking
})

/** Sends the levels of all live microphones while one is not silent, and of those that have become silent. */
const measureAudio = (room: Room, levels: ReadonlyMap<string, number>): Step => {
  const measured = Array.from(room.values(), (member) => {
    const isLive = member.tracks.get("Audio") === "Live"
    const level = isLive ? levels.get(member.participant.sessionId) ?? 0 : 0
    const before = member.activity
    const activity = Activity.measure(before, level)
    const isSilent = level === 0 && before.audioLevel === 0 && activity.isSpeaking === before.isSpeaking
    return { member: { ...member, activity }, isLive, isSilent }
  })
  const members = measured.map(({ member }) => member)
  const heard = measured.filter(({ isLive, isSilent }) => isLive || !isSilent)
  if (heard.every(({ isSilent }) => isSilent)) return [roomOf(members), []]
  const dominant = dominantOf(members)
  const isNew = dominant !== undefined && !dominant.activity.isDominantSpeaker
  const next = isNew
    ? members.map((member) => Member.withActivity(member, { isDominantSpeaker: member === dominant }))
    : members
  const receivers: Room = new Map(Array.from(room).filter(([, { receives }]) => receives))
  return [roomOf(next), [
    ...toAll(receivers, Wire.audioLevelChanged(heard.map(({ member }) => levelOf(member)))),
    ...(isNew ? toAll(receivers, Wire.dominantSpeakerChanged(dominant.participant)) : [])
  ]]
}

/** The room after the command, and its events in order. A command of an unknown session changes nothing. */
export const step = (room: Room, command: Command, settings: Settings): Step => {
  if (command._tag === "Join") return join(room, command, settings)
  if (command._tag === "MeasureAudio") return measureAudio(room, command.levels)
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
          && isGranted(member.grants, command.trackType)
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
    case "ChangePrefix":
      return updated(room, { ...member, prefix: command.prefix })
    case "UpdateProfile":
      return updated(room, { ...member, profile: command.profile })
    case "SetQuality":
      return [
        withMember(room, Member.withActivity(member, { connectionQuality: command.quality })),
        toAll(room, Wire.connectionQualityChanged(member.participant, command.quality))
      ]
  }
}

/**
 * The publications that a subscriber has to receive. They include muted tracks: the protocol keeps the media section of
 * a muted track, and an unmute needs no new offer. They do not include, unasked, the microphones of the sessions that the
 * subscriber has replaced: the official web client stops its own microphone when it receives one.
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
        && !self.replaced.has(member.participant.sessionId)
      return state !== "Ready" && (isImplicit || self.subscriptions.has(id))
        ? [{ publicationId: id, key: Member.keyOf(member, trackType), kind: kindOf(trackType), prefix: member.prefix }]
        : []
    })
  )
}
