/**
 * Follows an edge as an application does: which participants and tracks it reports, and whose packets arrive on each track.
 * Records every report that is impossible. Knows the marks in the payloads, and not the ground truth.
 */
import type { EdgeEvent, Participant, RtpPacket, StreamEdge, TrackId, TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import { Payload } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as ReceivedPackets from "./ReceivedPackets.ts"

/** A track from `TrackAdded` to `TrackRemoved`. */
export interface TrackLifetime {
  readonly key: TrackKey
  readonly trackId: TrackId
  /** Packets of the track's owner. */
  packets: number
  /** Packets of another participant. */
  foreign: number
}

export interface Counts {
  /** `TrackAdded`, including those after reconnections. */
  added: number
  unresolved: number
  packets: number
  foreign: number
  /** Tracks with at least one foreign packet. */
  wrongOwners: number
}

export interface Observer {
  /** By session id. */
  readonly participants: ReadonlyMap<string, Participant>
  /** By formatted key. */
  readonly tracks: ReadonlyMap<string, TrackLifetime>
  /** How often a publication has had a track. */
  readonly addedCount: (formattedKey: string) => number
  readonly counts: Readonly<Counts>
  /** Reports that are impossible. */
  readonly violations: ReadonlyArray<string>
  /** Returns the track that the event added. */
  readonly onEvent: (event: EdgeEvent) => TrackLifetime | undefined
  readonly onPacket: (track: TrackLifetime, packet: Packet) => void
}

type Packet = Pick<RtpPacket, "ssrc" | "sequenceNumber" | "payload">

interface State {
  readonly participants: Map<string, Participant>
  readonly tracks: Map<string, TrackLifetime>
  readonly added: Map<string, number>
  readonly violations: Array<string>
  readonly counts: Counts
  readonly received: ReceivedPackets.ReceivedPackets
}

const onParticipantLeft = ({ added, participants, tracks, violations }: State, sessionId: string): void => {
  if (!participants.delete(sessionId)) violations.push(`${sessionId} left without having joined`)
  for (const { key } of tracks.values()) {
    if (key.sessionId === sessionId) violations.push(`${sessionId} left before ${formatTrackKey(key)} was removed`)
  }
  for (const name of added.keys()) if (name.includes(`/${sessionId} `)) added.delete(name)
}

const onTrackAdded = (state: State, key: TrackKey, trackId: TrackId): TrackLifetime => {
  const { added, counts, participants, tracks, violations } = state
  const name = formatTrackKey(key)
  const former = tracks.get(name)
  if (former !== undefined) violations.push(`${name} has ${trackId} added, and still has ${former.trackId}`)
  if (!participants.has(key.sessionId)) violations.push(`${name} has ${trackId} added before its owner joined`)
  const track: TrackLifetime = { key, trackId, packets: 0, foreign: 0 }
  tracks.set(name, track)
  added.set(name, (added.get(name) ?? 0) + 1)
  counts.added++
  return track
}

const onEvent = (state: State, event: EdgeEvent): TrackLifetime | undefined => {
  const { counts, participants, tracks, violations } = state
  switch (event._tag) {
    case "ParticipantJoined": {
      const { sessionId } = event.participant
      if (participants.has(sessionId)) violations.push(`${sessionId} joined twice`)
      participants.set(sessionId, event.participant)
      return undefined
    }
    case "ParticipantChanged": {
      const { sessionId } = event.participant
      if (!participants.has(sessionId)) violations.push(`${sessionId} changed without having joined`)
      return undefined
    }
    case "ParticipantLeft": {
      onParticipantLeft(state, event.participant.sessionId)
      return undefined
    }
    case "TrackAdded":
      return onTrackAdded(state, event.key, event.trackId)
    case "TrackRemoved": {
      const name = formatTrackKey(event.key)
      const former = tracks.get(name)
      if (former?.trackId !== event.trackId) {
        violations.push(`${name} has ${event.trackId} removed, and had ${former?.trackId ?? "none"}`)
      }
      tracks.delete(name)
      return undefined
    }
    case "TrackUnresolved": {
      counts.unresolved++
      return undefined
    }
    case "CallEnded": {
      violations.push(`the call ended: ${event.reason}`)
      return undefined
    }
  }
}

const onPacket = ({ counts, received, violations }: State, track: TrackLifetime, packet: Packet): void => {
  const { payload, sequenceNumber, ssrc } = packet
  if (!received.add(ssrc, sequenceNumber)) {
    violations.push(`${formatTrackKey(track.key)} received packet ${sequenceNumber} of SSRC ${ssrc} twice`)
  }
  const mark = Payload.read(payload)
  if (mark !== undefined && formatTrackKey(mark.key) === formatTrackKey(track.key)) {
    track.packets++
    counts.packets++
    return
  }
  counts.foreign++
  track.foreign++
  if (track.foreign > 1) return
  counts.wrongOwners++
  const sender = mark === undefined ? "an unknown sender" : `${formatTrackKey(mark.key)} (its packet ${mark.index})`
  violations.push(`${formatTrackKey(track.key)} received a packet of ${sender} on ${track.trackId}`)
}

export const make = (): Observer => {
  const state: State = {
    participants: new Map(),
    tracks: new Map(),
    added: new Map(),
    violations: [],
    received: ReceivedPackets.make(),
    counts: { added: 0, unresolved: 0, packets: 0, foreign: 0, wrongOwners: 0 }
  }
  return {
    ...state,
    addedCount: (name) => state.added.get(name) ?? 0,
    onEvent: (event) => onEvent(state, event),
    onPacket: (track, packet) => onPacket(state, track, packet)
  }
}

/** Observes an edge and reads each track that it adds. The end of the events is a violation while the scope is open. */
export const follow = (edge: StreamEdge["Service"]): Effect.Effect<Observer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const observer = make()
    const violations = observer.violations as Array<string>
    const onEvent = (event: EdgeEvent) => {
      const track = observer.onEvent(event)
      if (track === undefined) return Effect.void
      const reading = Stream.runForEach(
        edge.rtp(track.trackId),
        (packet) => Effect.sync(() => observer.onPacket(track, packet))
      )
      return Effect.asVoid(Effect.forkScoped(reading, { startImmediately: true }))
    }
    yield* Stream.runForEach(edge.events, onEvent).pipe(
      Effect.matchCause({
        onFailure: (cause) => violations.push(`the events failed: ${String(cause)}`),
        onSuccess: () => violations.push("the events ended")
      }),
      Effect.forkScoped({ startImmediately: true })
    )
    return observer
  })
