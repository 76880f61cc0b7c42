/**
 * The participants of the call and what they publish, by session: one user may have several.
 */
import { type TrackType, trackTypeOf, type WireParticipant } from "./protocol.ts"

export interface Participant {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly streamIdPrefix: string
  readonly published: Set<TrackType>
  /** As the SFU measures it. */
  isSpeaking: boolean
}

const typesOf = (published: ReadonlyArray<number> | null | undefined): Set<TrackType> =>
  new Set((published ?? []).flatMap((wireType) => trackTypeOf(wireType) ?? []))

export const makeRoster = () => {
  const participants = new Map<string, Participant>()
  /** Publications of sessions that no participant message has named yet. */
  const early = new Map<string, Set<TrackType>>()

  /** A snapshot may be stale or incomplete: a field that it leaves out keeps its value. */
  const upsert = (snapshot: WireParticipant | null | undefined): void => {
    const sessionId = snapshot?.sessionId
    if (!snapshot || !sessionId) return
    const known = participants.get(sessionId)
    const userId = snapshot.userId || known?.userId || ""
    participants.set(sessionId, {
      userId,
      sessionId,
      name: snapshot.name || known?.name || userId,
      streamIdPrefix: snapshot.trackLookupPrefix || known?.streamIdPrefix || "",
      isSpeaking: known?.isSpeaking ?? snapshot.isSpeaking ?? false,
      published: known?.published ?? typesOf(snapshot.publishedTracks).union(early.get(sessionId) ?? new Set())
    })
    early.delete(sessionId)
  }

  return {
    participants: participants as ReadonlyMap<string, Participant>,
    upsert,
    /** A join response: a participant that it does not list has left. */
    replace: (snapshots: ReadonlyArray<WireParticipant>): void => {
      participants.clear()
      early.clear()
      snapshots.forEach(upsert)
    },
    remove: (sessionId: string): void => {
      participants.delete(sessionId)
      early.delete(sessionId)
    },
    /** False, if that is no change. */
    setSpeaking: (sessionId: string, isSpeaking: boolean): boolean => {
      const participant = participants.get(sessionId)
      if (!participant || participant.isSpeaking === isSpeaking) return false
      participant.isSpeaking = isSpeaking
      return true
    },
    /** The type that the event names wins over the event's snapshot. */
    publish: (sessionId: string, type: TrackType): void => {
      const published = participants.get(sessionId)?.published ?? early.get(sessionId) ?? new Set()
      if (!participants.has(sessionId)) early.set(sessionId, published)
      published.add(type)
    },
    unpublish: (sessionId: string, type: TrackType): void => {
      participants.get(sessionId)?.published.delete(type)
      early.get(sessionId)?.delete(type)
    }
  }
}
