/**
 * Who is in the call, what they publish and what they want, and what everybody is told of it. A pure step: no socket, no
 * connection, no clock.
 */
import type { CallEndedReason, Grants, UnpublishCause } from "effect-track-resolver"
import { kindOf } from "effect-track-resolver"
import type { Participant, TrackKey, TrackKind, TrackType } from "effect-track-resolver"
import type { Settings } from "./Settings.ts"
import * as Wire from "./Wire.ts"

/** Sent to the SFU but not yet announced; announced; announced and taken back, its down-tracks kept. */
export type TrackState = "Ready" | "Live" | "Muted"

export interface Member {
  readonly participant: Participant
  readonly prefix: string
  readonly tracks: ReadonlyMap<TrackType, TrackState>
  /** What it asked for, as `nameOf` names it. */
  readonly wants: ReadonlySet<string>
  /** Someone who said in the join that they can receive gets audio without asking, where the settings say so. */
  readonly receives: boolean
  /** What it may publish. */
  readonly grants: Grants
}

/** By session id, in the order of their joins. */
export type Room = ReadonlyMap<string, Member>

export type Command =
  | {
    readonly _tag: "Join"
    readonly participant: Participant
    readonly prefix: string
    readonly receives: boolean
    /** With these a session goes on, if it is still there: on another socket, or on another SFU. */
    readonly reconnection: "Fast" | "Migrate" | undefined
  }
  | { readonly _tag: "Leave"; readonly sessionId: string }
  /** The tracks that the publisher's connection carries: all of them, every time. */
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
  /** Somebody else takes the track back. It is live again once its publisher says so. */
  | {
    readonly _tag: "Moderate"
    readonly sessionId: string
    readonly trackType: TrackType
    readonly cause: UnpublishCause
  }
  | { readonly _tag: "Grant"; readonly sessionId: string; readonly grants: Grants }
  | { readonly _tag: "End"; readonly reason: CallEndedReason }

/** Somebody is told something. */
export interface Told {
  readonly to: string
  readonly event: Wire.SfuEvent
}

/** A publication that a subscriber is to receive. */
export interface Wanted {
  readonly name: string
  readonly key: TrackKey
  readonly kind: TrackKind
  readonly prefix: string
}

export const empty: Room = new Map()

export const nameOf = (sessionId: string, trackType: TrackType): string => `${sessionId} ${trackType}`

export const publishedBy = (member: Member): ReadonlyArray<TrackType> =>
  Array.from(member.tracks).flatMap(([type, state]) => state === "Live" ? [type] : [])

export const describe = (member: Member): Wire.WireParticipant =>
  Wire.participant(member.participant, member.prefix, publishedBy(member))

const keyOf = ({ participant }: Member, trackType: TrackType): TrackKey => ({ ...participant, trackType })

const tellOthers = (room: Room, about: string, event: Wire.SfuEvent): ReadonlyArray<Told> =>
  Array.from(room.keys()).filter((to) => to !== about).map((to) => ({ to, event }))

const withMember = (room: Room, member: Member): Room => new Map(room).set(member.participant.sessionId, member)

const withTrack = (member: Member, trackType: TrackType, state: TrackState): Member => ({
  ...member,
  tracks: new Map(member.tracks).set(trackType, state)
})

const announcing = (
  { participantInTrackEvents }: Settings,
  member: Member,
  event: typeof Wire.trackPublished,
  trackType: TrackType
): Wire.SfuEvent => event(keyOf(member, trackType), participantInTrackEvents ? describe(member) : undefined)

const publish = (room: Room, before: Member, trackType: TrackType, settings: Settings) => {
  const member = withTrack(before, trackType, "Live")
  const told = tellOthers(
    room,
    member.participant.sessionId,
    announcing(settings, member, Wire.trackPublished, trackType)
  )
  return [withMember(room, member), told] as const
}

const unpublish = (room: Room, before: Member, trackType: TrackType, settings: Settings) => {
  const member = withTrack(before, trackType, "Muted")
  const told = tellOthers(
    room,
    member.participant.sessionId,
    announcing(settings, member, Wire.trackUnpublished, trackType)
  )
  return [withMember(room, member), told] as const
}

const leave = (room: Room, member: Member, settings: Settings): readonly [Room, ReadonlyArray<Told>] => {
  const { sessionId } = member.participant
  const rest = new Map(room)
  rest.delete(sessionId)
  const gone: Member = { ...member, tracks: new Map() }
  const unpublished = settings.unpublishOnLeave
    ? publishedBy(member).flatMap((type) =>
      tellOthers(rest, sessionId, announcing(settings, gone, Wire.trackUnpublished, type))
    )
    : []
  return [
    rest,
    [...unpublished, ...tellOthers(rest, sessionId, { participantLeft: { participant: describe(gone) } })]
  ]
}

const joinResponse = (room: Room, sessionId: string, settings: Settings, reconnected: boolean): Wire.SfuEvent => {
  let left = settings.joinListLimit
  const listed = Array.from(room.values()).filter(({ participant }) =>
    participant.sessionId === sessionId || left-- > 0
  )
  return {
    joinResponse: {
      callState: { participants: listed.map(describe), participantCount: { total: room.size } },
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
): readonly [Room, ReadonlyArray<Told>] => {
  const { participant, prefix, receives, reconnection } = command
  const { sessionId } = participant
  const known = room.get(sessionId)
  if (known !== undefined && reconnection !== undefined) {
    // On another SFU there is nothing that a connection could go on with.
    return [room, [{ to: sessionId, event: joinResponse(room, sessionId, settings, reconnection === "Fast") }]]
  }
  const [others, left] = known === undefined ? [room, []] : leave(room, known, settings)
  const member: Member = { participant, prefix, tracks: new Map(), wants: new Set(), receives, grants: settings.grants }
  const joined = withMember(others, member)
  return [joined, [
    ...left,
    { to: sessionId, event: joinResponse(joined, sessionId, settings, false) },
    ...tellOthers(joined, sessionId, { participantJoined: { participant: describe(member) } })
  ]]
}

/** What a command changes, and who is told what of it, in order. A command of a session that is not there is nothing. */
export const step = (room: Room, command: Command, settings: Settings): readonly [Room, ReadonlyArray<Told>] => {
  if (command._tag === "Join") return join(room, command, settings)
  if (command._tag === "End") {
    const event = Wire.callEnded(command.reason)
    return [empty, Array.from(room.keys(), (to) => ({ to, event }))]
  }
  const member = room.get(command.sessionId)
  if (member === undefined) return [room, []]
  switch (command._tag) {
    case "Leave":
      return leave(room, member, settings)
    case "SetTracks": {
      const gone = publishedBy(member).filter((type) => !command.trackTypes.includes(type))
      let next = room
      const told: Array<Told> = []
      for (const type of gone) {
        const [after, more] = unpublish(next, next.get(command.sessionId) ?? member, type, settings)
        next = after
        told.push(...more)
      }
      const tracks = new Map(command.trackTypes.map((type) => [type, member.tracks.get(type) ?? "Ready"]))
      return [withMember(next, { ...member, tracks }), told]
    }
    case "UpdateMuteState": {
      const state = member.tracks.get(command.trackType)
      if (command.muted) return state === "Live" ? unpublish(room, member, command.trackType, settings) : [room, []]
      // An unmuted track that is live already is announced again: redundant, and what the protocol says.
      const announced = state === "Live" || state === "Muted" || settings.announce === "updateMuteStates"
      return state !== undefined && announced ? publish(room, member, command.trackType, settings) : [room, []]
    }
    case "ReceiveMedia":
      return settings.announce === "firstMedia" && member.tracks.get(command.trackType) === "Ready"
        ? publish(room, member, command.trackType, settings)
        : [room, []]
    case "Subscribe":
      return [
        withMember(room, {
          ...member,
          wants: new Set(command.keys.map((key) => nameOf(key.sessionId, key.trackType)))
        }),
        []
      ]
    case "Moderate": {
      if (member.tracks.get(command.trackType) !== "Live") return [room, []]
      const muted = withTrack(member, command.trackType, "Muted")
      const described = settings.participantInTrackEvents ? describe(muted) : undefined
      const event = Wire.trackUnpublished(keyOf(muted, command.trackType), described, command.cause)
      return [withMember(room, muted), Array.from(room.keys(), (to) => ({ to, event }))]
    }
    case "Grant":
      return [
        withMember(room, { ...member, grants: command.grants }),
        [{ to: command.sessionId, event: Wire.callGrantsUpdated(command.grants) }]
      ]
    case "ChangePrefix": {
      const renamed = { ...member, prefix: command.prefix }
      const event: Wire.SfuEvent = { participantUpdated: { participant: describe(renamed) } }
      return [withMember(room, renamed), Array.from(room.keys(), (to) => ({ to, event }))]
    }
  }
}

/**
 * The down-tracks that a subscriber is to have. A muted track keeps its own: the protocol's m-lines stay as they are, and
 * an unmute brings no new offer.
 */
export const wanted = (room: Room, subscriber: string, { implicitAudio }: Settings): ReadonlyArray<Wanted> => {
  const self = room.get(subscriber)
  if (self === undefined) return []
  return Array.from(room.values()).filter((member) => member !== self).flatMap((member) =>
    Array.from(member.tracks).flatMap(([trackType, state]) => {
      const name = nameOf(member.participant.sessionId, trackType)
      const implicit = implicitAudio && self.receives && trackType === "Audio"
      return state !== "Ready" && (implicit || self.wants.has(name))
        ? [{ name, key: keyOf(member, trackType), kind: kindOf(trackType), prefix: member.prefix }]
        : []
    })
  )
}
