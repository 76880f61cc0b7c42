/**
 * The sessions and the media sections of a simulated call, as they are now. Has no time and sends no message.
 */
import type { Participant, TrackKey, TrackKind, TrackType } from "../../Track.ts"
import { kindOf } from "../../Track.ts"
import type { GroundTruth } from "./GroundTruth.ts"
import type { ScriptedMediaSection } from "./ScriptedSubscriber.ts"

/** One stay of a participant in the call, from a join to the next leave. */
export interface Session extends Participant {
  streamIdPrefix: string
  /** Messages contain the prefix. False while a late prefix is not sent yet, and as long as the prefix is withheld. */
  namesPrefix: boolean
  /** The prefix is never sent. */
  isPrefixWithheld: boolean
  /** A message, or the join response, has reported the session. */
  isReported: boolean
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
  migrations: number
}

export const make = (): SimulatedRoom => ({
  sessions: new Map(),
  formerSessions: new Map(),
  sections: [],
  kinds: [],
  migrations: 0
})

export const addSession = (room: SimulatedRoom, { sessionId, userId }: Participant, isReported: boolean): Session => {
  const session: Session = {
    userId,
    sessionId,
    streamIdPrefix: room.formerSessions.get(sessionId)?.streamIdPrefix ?? `prefix-${sessionId}`,
    namesPrefix: true,
    isPrefixWithheld: false,
    isReported,
    published: new Map(),
    typesInEvents: new Set()
  }
  room.sessions.set(sessionId, session)
  return session
}

export const removeSession = (room: SimulatedRoom, session: Session): void => {
  room.sessions.delete(session.sessionId)
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

export const isPublished = (room: SimulatedRoom, section: Section): boolean =>
  room.sessions.get(section.key.sessionId)?.published.get(section.key.trackType) === section

export const offeredSections = (room: SimulatedRoom): ReadonlyArray<ScriptedMediaSection> =>
  room.sections.flatMap((section) =>
    section === undefined
      ? []
      : [{ mid: section.mid, kind: kindOf(section.key.trackType), streamId: section.streamId }]
  )

export const groundTruth = (room: SimulatedRoom): GroundTruth => {
  const sessions = Array.from(room.sessions.values())
  const publications = sessions.flatMap(({ isPrefixWithheld, published }) =>
    Array.from(published.values(), ({ key, streamId }) => ({
      key,
      isIdentified: streamId !== undefined && !isPrefixWithheld
    }))
  )
  return {
    participants: sessions.map(({ sessionId, userId }) => ({ userId, sessionId })),
    tracks: publications.filter(({ isIdentified }) => isIdentified).map(({ key }) => key),
    unidentified: publications.filter(({ isIdentified }) => !isIdentified).map(({ key }) => key),
    mediaSections: room.sections.flatMap((section) =>
      section !== undefined && isPublished(room, section) ? [{ mid: section.mid, key: section.key }] : []
    )
  }
}
