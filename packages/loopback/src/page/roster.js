/**
 * Who is in the call and what they publish, by session: one user may be here twice. Pure of everything but its own maps.
 */
import { trackTypeOf } from "./wire.js"

/**
 * @typedef {import("./wire.js").TrackType} TrackType
 * @typedef {import("./wire.js").WireParticipant} WireParticipant
 * @typedef {{ userId: string, sessionId: string, name: string, prefix: string, published: Set<TrackType> }} Person
 */

/** @type {(published: ReadonlyArray<number> | null | undefined) => Set<TrackType>} */
const typesOf = (published) => new Set((published ?? []).flatMap((wireType) => trackTypeOf(wireType) ?? []))

export const makeRoster = () => {
  /** @type {Map<string, Person>} */
  const people = new Map()
  /** Published by sessions that nobody has named so far. @type {Map<string, Set<TrackType>>} */
  const early = new Map()

  /** A snapshot may be stale and may be cut short: what it leaves out stays. @param {WireParticipant | null | undefined} wire */
  const upsert = (wire) => {
    const sessionId = wire?.sessionId
    if (!wire || !sessionId) return
    const known = people.get(sessionId)
    const userId = wire.userId || known?.userId || ""
    people.set(sessionId, {
      userId,
      sessionId,
      name: wire.name || known?.name || userId,
      prefix: wire.trackLookupPrefix || known?.prefix || "",
      published: known?.published ?? typesOf(wire.publishedTracks).union(early.get(sessionId) ?? new Set())
    })
    early.delete(sessionId)
  }

  return {
    people,
    upsert,
    /** Whoever is missing in a join response is gone. @param {ReadonlyArray<WireParticipant>} participants */
    replace: (participants) => {
      people.clear()
      early.clear()
      participants.forEach(upsert)
    },
    /** @param {string} sessionId */
    remove: (sessionId) => {
      people.delete(sessionId)
      early.delete(sessionId)
    },
    /** The event's own type wins over its snapshot. @param {string} sessionId @param {TrackType} type */
    publish: (sessionId, type) => {
      const published = people.get(sessionId)?.published ?? early.get(sessionId) ?? new Set()
      if (!people.has(sessionId)) early.set(sessionId, published)
      published.add(type)
    },
    /** @param {string} sessionId @param {TrackType} type */
    unpublish: (sessionId, type) => {
      people.get(sessionId)?.published.delete(type)
      early.get(sessionId)?.delete(type)
    }
  }
}
