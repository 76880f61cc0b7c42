/**
 * What an application believes that follows an edge: who is there, which track is whose, and whose packets came on each.
 * Notes whatever the edge says that cannot be. Knows the edge and the marks in the payloads, and not what is so.
 */
import type { EdgeEvent, Participant, StreamEdge, TrackId, TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** A track, from `TrackAdded` to `TrackRemoved`. */
interface Spell {
  readonly key: TrackKey
  readonly trackId: TrackId
  /** Of its owner. */
  packets: number
  foreign: number
}

export interface Counts {
  /** `TrackAdded`, reconnections included. */
  added: number
  unresolved: number
  packets: number
  foreign: number
  /** Tracks on which anything foreign came. */
  wrongOwners: number
}

export interface Witness {
  /** By session id. */
  readonly people: ReadonlyMap<string, Participant>
  /** By name. */
  readonly tracks: ReadonlyMap<string, Spell>
  /** How often a publication has got a track, by name. */
  readonly addedOf: (name: string) => number
  readonly counts: Readonly<Counts>
  /** What cannot be. */
  readonly wrongs: ReadonlyArray<string>
  readonly hear: (event: EdgeEvent) => Spell | undefined
  readonly read: (spell: Spell, payload: Uint8Array) => void
}

export const make = (): Witness => {
  const people = new Map<string, Participant>()
  const tracks = new Map<string, Spell>()
  const added = new Map<string, number>()
  const wrongs: Array<string> = []
  const counts: Counts = { added: 0, unresolved: 0, packets: 0, foreign: 0, wrongOwners: 0 }

  const hear: Witness["hear"] = (event) => {
    switch (event._tag) {
      case "ParticipantJoined": {
        const { sessionId } = event.participant
        if (people.has(sessionId)) wrongs.push(`${sessionId} joined twice`)
        people.set(sessionId, event.participant)
        return
      }
      case "ParticipantLeft": {
        const { sessionId } = event.participant
        if (!people.delete(sessionId)) wrongs.push(`${sessionId} left, and was not there`)
        for (const { key } of tracks.values()) {
          if (key.sessionId === sessionId) wrongs.push(`${sessionId} left before ${formatTrackKey(key)} was removed`)
        }
        for (const name of added.keys()) if (name.includes(`/${sessionId} `)) added.delete(name)
        return
      }
      case "TrackAdded": {
        const { key, trackId } = event
        const name = formatTrackKey(key)
        const before = tracks.get(name)
        if (before !== undefined) wrongs.push(`${name} got ${trackId}, and had ${before.trackId}`)
        if (!people.has(key.sessionId)) wrongs.push(`${name} got ${trackId}, and its owner was not there`)
        const spell = { key, trackId, packets: 0, foreign: 0 }
        tracks.set(name, spell)
        added.set(name, (added.get(name) ?? 0) + 1)
        counts.added++
        return spell
      }
      case "TrackRemoved": {
        const name = formatTrackKey(event.key)
        const before = tracks.get(name)
        if (before?.trackId !== event.trackId) {
          wrongs.push(`${name} lost ${event.trackId}, and had ${before?.trackId ?? "none"}`)
        }
        tracks.delete(name)
        return
      }
      case "TrackUnresolved": {
        counts.unresolved++
        return
      }
      case "CallEnded": {
        wrongs.push(`the call ended: ${event.reason}`)
        return
      }
    }
  }

  const read: Witness["read"] = (spell, payload) => {
    const mark = Payload.read(payload)
    if (mark !== undefined && formatTrackKey(mark.key) === formatTrackKey(spell.key)) {
      spell.packets++
      counts.packets++
      return
    }
    counts.foreign++
    if (spell.foreign++ === 0) counts.wrongOwners++
    if (spell.foreign === 1) {
      const whose = mark === undefined ? "nobody" : `${formatTrackKey(mark.key)} (its packet ${mark.index})`
      wrongs.push(`${formatTrackKey(spell.key)} got a packet of ${whose} on ${spell.trackId}`)
    }
  }

  return { people, tracks, addedOf: (name) => added.get(name) ?? 0, counts, wrongs, hear, read }
}

/** Follows an edge, and reads every track that it tells of. That the events end is wrong as long as the scope lives. */
export const follow = (edge: StreamEdge["Service"]): Effect.Effect<Witness, never, Scope.Scope> =>
  Effect.gen(function*() {
    const witness = make()
    const wrongs = witness.wrongs as Array<string>
    const hear = (event: EdgeEvent) => {
      const spell = witness.hear(event)
      if (spell === undefined) return Effect.void
      const reading = Stream.runForEach(
        edge.rtp(spell.trackId),
        ({ payload }) => Effect.sync(() => witness.read(spell, payload))
      )
      return Effect.asVoid(Effect.forkScoped(reading, { startImmediately: true }))
    }
    yield* Stream.runForEach(edge.events, hear).pipe(
      Effect.matchCause({
        onFailure: (cause) => wrongs.push(`the events failed: ${String(cause)}`),
        onSuccess: () => wrongs.push("the events ended")
      }),
      Effect.forkScoped({ startImmediately: true })
    )
    return witness
  })
