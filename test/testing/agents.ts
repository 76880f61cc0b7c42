/**
 * Agents for simulated calls: each keeps a state from the events of the edge, and is compared with the ground truth.
 */
import type {
  EdgeError,
  EdgeEvent,
  Participant,
  PeerConnectionFactory,
  SfuClient,
  TrackId,
  TrackKey
} from "effect-track-resolver"
import { formatTrackKey, StreamEdge } from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

/** The state that an agent keeps. */
export interface AgentState {
  readonly participants: Map<string, Participant>
  readonly tracks: Map<string, { readonly key: TrackKey; readonly trackId: TrackId }>
}

/** Changes the state of an agent. */
export type EventHandler = (state: AgentState, event: EdgeEvent) => void

/** Keeps one track for each name. */
export const keepingTracksBy = (name: (key: TrackKey) => string): EventHandler => ({ participants, tracks }, event) => {
  switch (event._tag) {
    case "ParticipantJoined":
      participants.set(event.participant.sessionId, event.participant)
      break
    case "ParticipantLeft":
      participants.delete(event.participant.sessionId)
      break
    case "TrackAdded":
      tracks.set(name(event.key), event)
      break
    case "TrackRemoved":
      tracks.delete(name(event.key))
      break
    case "TrackUnresolved":
    case "CallEnded":
      break
  }
}

export const correct: EventHandler = keepingTracksBy(formatTrackKey)

/**
 * Checks law 13 on a sequence of events: `TrackAdded` and `TrackRemoved` of a key alternate with equal ids, a participant
 * joins before its tracks and leaves after them, and `CallEnded` is last.
 */
const makeOrderCheck = () => {
  const sessions = new Set<string>()
  const tracks = new Map<string, { readonly sessionId: string; readonly trackId: TrackId }>()
  return (event: EdgeEvent): string | undefined => {
    switch (event._tag) {
      case "ParticipantJoined": {
        const isFirst = !sessions.has(event.participant.sessionId)
        sessions.add(event.participant.sessionId)
        return isFirst ? undefined : `${event.participant.sessionId} joined twice`
      }
      case "ParticipantChanged":
        return sessions.has(event.participant.sessionId)
          ? undefined
          : `${event.participant.sessionId} changed too early`
      case "ParticipantLeft": {
        const { sessionId } = event.participant
        const hasNoTrack = Array.from(tracks.values()).every((track) => track.sessionId !== sessionId)
        return sessions.delete(sessionId) && hasNoTrack ? undefined : `${sessionId} left too early`
      }
      case "TrackAdded": {
        const { key: { sessionId }, trackId } = event
        const name = formatTrackKey(event.key)
        const isInOrder = !tracks.has(name) && sessions.has(sessionId)
        tracks.set(name, { sessionId, trackId })
        return isInOrder ? undefined : `${name} was added out of order`
      }
      case "TrackRemoved": {
        const name = formatTrackKey(event.key)
        const isSame = tracks.get(name)?.trackId === event.trackId
        tracks.delete(name)
        return isSame ? undefined : `${name} was removed out of order`
      }
      case "TrackUnresolved": {
        const name = formatTrackKey(event.key)
        return tracks.has(name) ? `${name} has a track and is unresolved` : undefined
      }
      case "CallEnded":
        return sessions.size + tracks.size === 0 ? undefined : "the call ended before every participant had left"
    }
  }
}

/** Counts over all calls. They show that the calls contain the faults that a test is about. */
export interface Totals {
  calls: number
  /** How often a call was idle. */
  idles: number
  packets: number
  /** Tracks that arrived before their publication was signalled. */
  trackFirst: number
  /** Tracks that arrived after their publication was signalled. */
  signalledFirst: number
  /** Packets that arrived after a later one, or twice. */
  reordered: number
  unresolved: number
  unidentified: number
  /** Participants whom no message contained when the call was idle. */
  unreported: number
}

export const zero = (): Totals => ({
  calls: 0,
  idles: 0,
  packets: 0,
  trackFirst: 0,
  signalledFirst: 0,
  reordered: 0,
  unresolved: 0,
  unidentified: 0,
  unreported: 0
})

export interface AgentOptions {
  readonly onEvent?: EventHandler
  readonly edge?: Layer.Layer<StreamEdge, EdgeError, SfuClient | PeerConnectionFactory>
  readonly totals?: Totals
  /** Whether it also compares `edge.participants`. Default true. */
  readonly comparesRoster?: boolean
  /** Every event and packet, in the order of arrival. */
  readonly log?: Array<string>
}

/**
 * Fails if its state differs from the ground truth when the call is idle, if events arrive out of order, or if a packet
 * arrives on the track of another publication.
 */
export const agent = (
  {
    comparesRoster = true,
    edge: layer = StreamEdge.layer({ sessionId: "agent" }),
    log = [],
    onEvent = correct,
    totals = zero()
  }: AgentOptions = {}
) =>
  Effect.gen(function*() {
    const call = yield* SimulatedCall.SimulatedCall
    const edge = yield* StreamEdge
    const state: AgentState = { participants: new Map(), tracks: new Map() }
    const errors: Array<string> = []
    const checkOrder = makeOrderCheck()

    const failOnErrors = Effect.suspend(() =>
      errors.length === 0 ? Effect.void : Effect.fail(new SimulatedCall.MismatchError({ differences: errors }))
    )

    /** The additions whose tracks were not removed, by key: packets arrive for these only. */
    const added = new Map<string, EdgeEvent>()

    const receivePackets = (event: Extract<EdgeEvent, { _tag: "TrackAdded" }>) => {
      let newest = -1
      return Stream.runForEach(edge.rtp(event.trackId), (packet) =>
        Effect.sync(() => {
          totals.packets++
          if (packet.sequenceNumber <= newest) totals.reordered++
          newest = Math.max(newest, packet.sequenceNumber)
          const owner = formatTrackKey(SimulatedCall.ownerOf(packet))
          const receiver = formatTrackKey(event.key)
          log.push(`${owner} ${packet.sequenceNumber}`)
          if (owner !== receiver) errors.push(`${receiver} received a packet of ${owner}`)
          if (added.get(receiver) !== event) errors.push(`${receiver} received a packet after its removal`)
        }))
    }

    const receiveEvent = Effect.fnUntraced(function*(event: EdgeEvent) {
      log.push(`${yield* Clock.currentTimeMillis} ${JSON.stringify(event)}`)
      onEvent(state, event)
      const error = checkOrder(event)
      if (error !== undefined) errors.push(error)
      if (event._tag === "TrackUnresolved") totals.unresolved++
      if (event._tag === "TrackRemoved") added.delete(formatTrackKey(event.key))
      if (event._tag !== "TrackAdded") return
      if (event.registeredAt < event.requestedAt) totals.trackFirst++
      if (event.registeredAt > event.requestedAt) totals.signalledFirst++
      added.set(formatTrackKey(event.key), event)
      yield* Effect.forkScoped(receivePackets(event), { startImmediately: true })
    })

    const compare = Effect.fnUntraced(function*(groundTruth: SimulatedCall.GroundTruth) {
      totals.idles++
      totals.unidentified += groundTruth.unidentified.length
      totals.unreported += groundTruth.unreported.length
      log.push(`${yield* Clock.currentTimeMillis} idle`)
      yield* failOnErrors
      yield* SimulatedCall.assertMatches(groundTruth, {
        participants: state.participants.values(),
        tracks: Array.from(state.tracks.values(), ({ key }) => key),
        roster: comparesRoster ? yield* edge.participants : undefined
      })
    })

    const events = yield* Effect.forkScoped(Stream.runForEach(edge.events, receiveEvent), { startImmediately: true })
    yield* call.run(compare)
    yield* Fiber.join(events)
    yield* failOnErrors
    totals.calls++
  }).pipe(Effect.provide(layer))
