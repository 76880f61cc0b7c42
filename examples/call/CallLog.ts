/**
 * Records and prints what the edge reports about a call: participants, tracks with their evidence, and the packets of each
 * track by the owner that their payload names. Imports only the edge.
 */
import type {
  EdgeError,
  EdgeEvent,
  EdgeState,
  LaggedError,
  Participant,
  StreamEdge,
  TrackAdded,
  TrackId,
  TrackKey
} from "effect-track-resolver"
import { formatParticipant, formatTrackKey } from "effect-track-resolver"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Log } from "../log.ts"

/** A track, from `TrackAdded` to `TrackRemoved`. Times are in milliseconds. */
export interface TrackLifetime {
  readonly key: TrackKey
  readonly trackId: TrackId
  /** From the first of both, the publication and the track, to the match. */
  readonly resolveTime: number
  /** The number of packets received on this track, by the owner that their payload names. */
  readonly packets: Map<string, number>
  readonly addedAt: number
  /** Absent while the track is live. */
  removedAt: number | undefined
}

export interface CallLog {
  readonly tracks: ReadonlyArray<TrackLifetime>
  /** The participants in the call, by session id. */
  readonly participants: ReadonlyMap<string, Participant>
  /** The publications without a track at the deadline. */
  readonly unresolved: ReadonlyArray<TrackKey>
  /** How often the edge rejoined or migrated. Each time, every track is replaced by a new one. */
  readonly rejoins: () => number
  /** Waits for the end of the call. */
  readonly end: Effect.Effect<void, EdgeError | LaggedError>
}

interface Recording {
  readonly edge: StreamEdge["Service"]
  readonly log: Log
  readonly ownerOf: (payload: Uint8Array) => string
  readonly tracks: Array<TrackLifetime>
  readonly participants: Map<string, Participant>
  readonly unresolved: Array<TrackKey>
  rejoins: number
}

/** `ownerOf` reads the owner of a packet from its payload. */
export const record = (
  edge: StreamEdge["Service"],
  log: Log,
  ownerOf: (payload: Uint8Array) => string
): Effect.Effect<CallLog, never, Scope.Scope> =>
  Effect.gen(function*() {
    const recording: Recording = {
      edge,
      log: (line) => log(`  edge: ${line}`),
      ownerOf,
      tracks: [],
      participants: new Map(),
      unresolved: [],
      rejoins: 0
    }
    const states = Stream.runForEach(edge.states, (state) => onState(recording, state))
    yield* Effect.forkScoped(states, { startImmediately: true })
    const events = Stream.runForEach(edge.events, (event) => onEvent(recording, event))
    const end = Fiber.join(yield* Effect.forkScoped(events, { startImmediately: true }))
    const { participants, tracks, unresolved } = recording
    return { tracks, participants, unresolved, rejoins: () => recording.rejoins, end }
  })

const onState = (recording: Recording, state: EdgeState): Effect.Effect<void> => {
  switch (state._tag) {
    case "Reconnecting":
      if (state.strategy !== "Fast") recording.rejoins++
      return recording.log(`reconnecting with strategy ${state.strategy}`)
    case "Joined":
      return recording.log(`joined with session ${state.sessionId}`)
    case "Degraded":
      return recording.log(`degraded: ${state.error.message}`)
    case "Connecting":
    case "Left":
      return Effect.void
  }
}

const onEvent = (recording: Recording, event: EdgeEvent): Effect.Effect<void, never, Scope.Scope> => {
  const { log, participants, unresolved } = recording
  switch (event._tag) {
    case "ParticipantJoined":
      participants.set(event.participant.sessionId, event.participant)
      return log(`participant joined: ${formatParticipant(event.participant)}`)
    case "ParticipantChanged":
      participants.set(event.participant.sessionId, event.participant)
      return Effect.void
    case "ParticipantLeft":
      participants.delete(event.participant.sessionId)
      return log(`participant left: ${formatParticipant(event.participant)}`)
    case "TrackAdded":
      return onTrackAdded(recording, event)
    case "TrackRemoved":
      return onTrackRemoved(recording, event.key, event.trackId)
    case "TrackUnresolved":
      unresolved.push(event.key)
      return log(`track unresolved: ${formatTrackKey(event.key)}: ${event.error.message}`)
    case "CallEnded":
      return log(`call ended: ${event.reason}`)
  }
}

const onTrackAdded = (recording: Recording, event: TrackAdded) =>
  Effect.gen(function*() {
    const { edge, log, ownerOf, tracks } = recording
    const { evidence, key, trackId } = event
    const { matchedAfter, order, total } = timesOf(event)
    const addedAt = yield* Clock.currentTimeMillis
    const packets = new Map<string, number>()
    tracks.push({ key, trackId, resolveTime: total, packets, addedAt, removedAt: undefined })
    yield* log(
      `track added: ${
        formatTrackKey(key)
      }, id ${trackId} (evidence ${evidence}; ${order}; matched in ${matchedAfter} ms)`
    )
    const countPackets = Stream.runForEach(edge.rtp(trackId), ({ payload }) =>
      Effect.sync(() => {
        const owner = ownerOf(payload)
        packets.set(owner, (packets.get(owner) ?? 0) + 1)
      }))
    yield* Effect.forkScoped(countPackets, { startImmediately: true })
  })

/** In milliseconds. */
const timesOf = ({ registeredAt, requestedAt, resolvedAt }: TrackAdded) => ({
  order: registeredAt < requestedAt
    ? `track ${requestedAt - registeredAt} ms before signalling`
    : `signalling ${registeredAt - requestedAt} ms before track`,
  /** From the moment at which the edge had both. */
  matchedAfter: resolvedAt - Math.max(requestedAt, registeredAt),
  total: resolvedAt - Math.min(requestedAt, registeredAt)
})

const onTrackRemoved = ({ log, tracks }: Recording, key: TrackKey, trackId: TrackId) =>
  Effect.gen(function*() {
    const track = tracks.findLast((one) => one.trackId === trackId)
    if (track !== undefined) track.removedAt = yield* Clock.currentTimeMillis
    const packets = track?.packets.get(formatTrackKey(key)) ?? 0
    yield* log(`track removed: ${formatTrackKey(key)}, id ${trackId}, after ${packets} packets`)
  })
