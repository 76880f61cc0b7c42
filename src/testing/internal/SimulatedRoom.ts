/**
 * The sessions and the media sections of a simulated call, as they are now. Has no time and sends no message.
 */
import type { ConnectionQuality, ParticipantProfile } from "../../edge/SfuClient.ts"
import type { Participant, TrackKey, TrackKind } from "../../Track.ts"
import { kindOf, TrackType } from "../../Track.ts"
import type { GroundTruth, TrueParticipant } from "./GroundTruth.ts"
import type { ScriptedMediaSection } from "./ScriptedSubscriber.ts"

/** One stay of a participant in the call, from a join to the next leave. */
export interface Session extends Participant {
  /** A time that is later than that of every earlier join. */
  readonly joinedAt: number
  streamIdPrefix: string
  /** Messages contain the prefix. False while a late prefix is not sent yet, and as long as the prefix is withheld. */
  namesPrefix: boolean
  /** The prefix is never sent. */
  isPrefixWithheld: boolean
  /** The session was in the call before, and left. */
  readonly isReturning: boolean
  /** No message reports the join. */
  readonly isUnannounced: boolean
  profile: ParticipantProfile
  connectionQuality: ConnectionQuality | undefined
  isSpeaking: boolean
  audioLevel: number
  readonly muted: Set<TrackType>
  readonly paused: Set<TrackType>
  /** A message has contained the participant. */
  isKnown: boolean
  /** No message has contained the participant, and no message reports the join. */
  isUnreported: boolean
  /** No message has contained the prefix. */
  isPrefixUnreported: boolean
  /** Publications whose track event was dropped, and that no message has listed. */
  readonly unreportedTypes: Set<TrackType>
  /** The media section of each publication. */
  readonly published: Map<TrackType, Section>
  /** The track types that a track event names. */
  readonly typesInEvents: Set<TrackType>
}

/** A media section while it carries one publication. */
export interface Section {
  readonly mid: string
  readonly key: TrackKey
  readonly streamId: string | undefined
  /** Sends after its publication has ended. */
  keepsSending: boolean
  sentPackets: number
  /** The sequence number of a packet that is sent after the next packet. */
  heldPacket: number | undefined
}

export interface SimulatedRoom {
  readonly sessions: Map<string, Session>
  /** Sessions that have left: a session that returns has the same prefix. */
  readonly formerSessions: Map<string, Session>
  /** By mid. Undefined: no media section sends there. */
  readonly sections: Array<Section | undefined>
  /** By mid. WebRTC does not change the kind of an m-line. */
  readonly kinds: Array<TrackKind>
  /** The session id of the dominant speaker. */
  dominant: string | undefined
  joins: number
  migrations: number
}

export const make = (): SimulatedRoom => ({
  sessions: new Map(),
  formerSessions: new Map(),
  sections: [],
  kinds: [],
  dominant: undefined,
  joins: 0,
  migrations: 0
})

export const addSession = (
  room: SimulatedRoom,
  { sessionId, userId }: Participant,
  isUnannounced: boolean,
  profile: ParticipantProfile = {}
): Session => {
  const session: Session = {
    userId,
    sessionId,
    joinedAt: ++room.joins,
    streamIdPrefix: room.formerSessions.get(sessionId)?.streamIdPrefix ?? `prefix-${sessionId}`,
    namesPrefix: true,
    isPrefixWithheld: false,
    isReturning: room.formerSessions.has(sessionId),
    isUnannounced,
    profile,
    connectionQuality: undefined,
    isSpeaking: false,
    audioLevel: 0,
    muted: new Set(),
    paused: new Set(),
    isKnown: false,
    isUnreported: isUnannounced,
    isPrefixUnreported: isUnannounced,
    unreportedTypes: new Set(),
    published: new Map(),
    typesInEvents: new Set()
  }
  room.sessions.set(sessionId, session)
  return session
}

export const removeSession = (room: SimulatedRoom, session: Session): void => {
  room.sessions.delete(session.sessionId)
  if (room.dominant === session.sessionId) room.dominant = undefined
  room.formerSessions.set(session.sessionId, session)
}

export const findSection = (room: SimulatedRoom, sessionId: string, trackType: TrackType): Section | undefined =>
  room.sections.find((section) => section?.key.sessionId === sessionId && section.key.trackType === trackType)

/** Uses the section that the publication still has, or the first free one of the kind, or a new one. */
export const openSection = (
  room: SimulatedRoom,
  { sessionId, streamIdPrefix, userId }: Session,
  trackType: TrackType,
  hasMsid: boolean
): Section => {
  const kept = findSection(room, sessionId, trackType)
  if (kept !== undefined) return kept
  const kind = kindOf(trackType)
  const free = room.kinds.findIndex((other, index) => other === kind && isFree(room, room.sections[index]))
  const index = free < 0 ? room.kinds.push(kind) - 1 : free
  const section: Section = {
    mid: String(index),
    key: { userId, sessionId, trackType },
    streamId: hasMsid ? `${streamIdPrefix}:${trackType}` : undefined,
    keepsSending: false,
    sentPackets: 0,
    heldPacket: undefined
  }
  room.sections[index] = section
  return section
}

/** A section of a session that left is free, even while it still sends. */
const isFree = (room: SimulatedRoom, section: Section | undefined): boolean =>
  section === undefined || !room.sessions.has(section.key.sessionId)

export const closeSection = (room: SimulatedRoom, { mid }: Section): void => {
  room.sections[Number(mid)] = undefined
}

export const closeSectionsOf = (room: SimulatedRoom, { sessionId }: Session): void => {
  for (const section of room.sections) if (section?.key.sessionId === sessionId) closeSection(room, section)
}

/** Gives a session another prefix, and its media sections the stream ids that follow from the prefix. */
export const changePrefix = (room: SimulatedRoom, session: Session): void => {
  session.streamIdPrefix = `prefix-${session.sessionId}-${++room.migrations}`
  for (const [index, section] of room.sections.entries()) {
    if (section?.key.sessionId !== session.sessionId) continue
    const { trackType } = section.key
    const streamId = section.streamId && `${session.streamIdPrefix}:${trackType}`
    const renamed: Section = { ...section, streamId, heldPacket: undefined }
    room.sections[index] = renamed
    if (session.published.has(trackType)) session.published.set(trackType, renamed)
  }
}

export const clear = (room: SimulatedRoom): void => {
  room.sessions.clear()
  room.sections.fill(undefined)
}

export const isSending = (room: SimulatedRoom, section: Section): boolean =>
  section.keepsSending || isPublished(room, section)

export const isPublished = (room: SimulatedRoom, section: Section): boolean =>
  room.sessions.get(section.key.sessionId)?.published.get(section.key.trackType) === section

export const offeredSections = (room: SimulatedRoom): ReadonlyArray<ScriptedMediaSection> =>
  room.sections.flatMap((section) =>
    section === undefined
      ? []
      : [{ mid: section.mid, kind: kindOf(section.key.trackType), streamId: section.streamId }]
  )

const trueParticipant = ({ dominant }: SimulatedRoom, session: Session): TrueParticipant => {
  const { audioLevel, connectionQuality, isSpeaking, joinedAt, muted, paused, profile, published, sessionId, userId } =
    session
  return {
    userId,
    sessionId,
    ...profile,
    joinedAt,
    connectionQuality,
    isSpeaking,
    audioLevel,
    isDominantSpeaker: sessionId === dominant,
    publications: TrackType.literals.flatMap((trackType) => {
      const isReported = published.has(trackType) && !session.unreportedTypes.has(trackType)
      const isMuted = muted.has(trackType)
      return isReported || isMuted ? [{ trackType, isMuted, isPaused: paused.has(trackType) }] : []
    })
  }
}

export const groundTruth = (room: SimulatedRoom): GroundTruth => {
  const sessions = Array.from(room.sessions.values())
  const publications = sessions.flatMap((session) =>
    Array.from(session.published.values(), ({ key, streamId }) => ({
      key,
      isIdentified: streamId !== undefined && !session.isPrefixWithheld && !session.isPrefixUnreported
        && !session.isUnreported && !session.unreportedTypes.has(key.trackType)
    }))
  )
  const participantsWhere = (isUnreported: boolean) =>
    sessions.filter((session) => session.isUnreported === isUnreported)
      .map(({ sessionId, userId }) => ({ userId, sessionId }))
  return {
    participants: participantsWhere(false),
    roster: sessions.filter(({ isUnreported }) => !isUnreported).map((session) => trueParticipant(room, session)),
    unreported: participantsWhere(true),
    tracks: publications.filter(({ isIdentified }) => isIdentified).map(({ key }) => key),
    unidentified: publications.filter(({ isIdentified }) => !isIdentified).map(({ key }) => key),
    mediaSections: room.sections.flatMap((section) =>
      section !== undefined && isPublished(room, section) ? [{ mid: section.mid, key: section.key }] : []
    )
  }
}
