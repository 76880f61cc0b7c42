/**
 * Agents in a simulated call: one that believes what the edge tells, and wrong ones.
 */
import { PeerConnectionFactory, SfuClient, StreamEdge, TrackResolver } from "effect-track-resolver"
import type {
  EdgeError,
  EdgeEvent,
  Participant,
  RemoteMediaSection,
  SfuSession,
  TrackId,
  TrackKey
} from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

export const nameOf = ({ sessionId, trackType }: TrackKey): string => `${sessionId} ${trackType}`

/** What an agent has in its head, by whatever it takes for a name. */
export interface Mind {
  readonly people: Map<string, Participant>
  readonly tracks: Map<string, { readonly key: TrackKey; readonly trackId: TrackId }>
}

/** What an agent makes of what it is told. */
export type Habits = (mind: Mind, event: EdgeEvent) => void

const keepingBy = (name: (key: TrackKey) => string): Habits => ({ people, tracks }, event) => {
  switch (event._tag) {
    case "ParticipantJoined":
      people.set(event.participant.sessionId, event.participant)
      break
    case "ParticipantLeft":
      people.delete(event.participant.sessionId)
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

export const faithful: Habits = keepingBy(nameOf)

/** Each event once, alternating, with equal ids; a leave after the last track. */
const order = () => {
  const people = new Set<string>()
  const tracks = new Map<string, TrackId>()
  return (event: EdgeEvent): string | undefined => {
    switch (event._tag) {
      case "ParticipantJoined": {
        const isFirst = !people.has(event.participant.sessionId)
        people.add(event.participant.sessionId)
        return isFirst ? undefined : `${event.participant.sessionId} joined twice`
      }
      case "ParticipantLeft": {
        const { sessionId } = event.participant
        const isBare = Array.from(tracks.keys()).every((name) => !name.startsWith(`${sessionId} `))
        return people.delete(sessionId) && isBare ? undefined : `${sessionId} left too early`
      }
      case "TrackAdded": {
        const isFirst = !tracks.has(nameOf(event.key)) && people.has(event.key.sessionId)
        tracks.set(nameOf(event.key), event.trackId)
        return isFirst ? undefined : `${nameOf(event.key)} was added out of order`
      }
      case "TrackRemoved": {
        const isSame = tracks.get(nameOf(event.key)) === event.trackId
        tracks.delete(nameOf(event.key))
        return isSame ? undefined : `${nameOf(event.key)} was removed out of order`
      }
      case "TrackUnresolved":
        return tracks.has(nameOf(event.key)) ? `${nameOf(event.key)} has a track, and is unresolved` : undefined
      case "CallEnded":
        return people.size + tracks.size === 0 ? undefined : "the call ended before everybody had left"
    }
  }
}

/** What all the calls came to: a test that nothing happens in proves nothing. */
export interface Tally {
  calls: number
  rests: number
  events: number
  packets: number
  /** Tracks of which WebRTC told first, and of which the signalling did. */
  mediaFirst: number
  toldFirst: number
  /** Packets that came after a later one, or again. */
  reordered: number
  unresolved: number
  unidentified: number
}

export const tally = (): Tally => ({
  calls: 0,
  rests: 0,
  events: 0,
  packets: 0,
  mediaFirst: 0,
  toldFirst: 0,
  reordered: 0,
  unresolved: 0,
  unidentified: 0
})

type Ports = SfuClient | PeerConnectionFactory

export interface AgentOptions {
  readonly habits?: Habits
  readonly edge?: Layer.Layer<StreamEdge, EdgeError, Ports>
  readonly total?: Tally
  readonly log?: Array<string>
}

/** An agent of these habits, who is asked at each rest; whose words it hears is held against the truth at any time. */
export const agent = (
  { edge: layer = StreamEdge.layer({ sessionId: "agent" }), habits = faithful, log = [], total = tally() }:
    AgentOptions = {}
) =>
  Effect.gen(function*() {
    const call = yield* SimulatedCall.SimulatedCall
    const edge = yield* StreamEdge
    const mind: Mind = { people: new Map(), tracks: new Map() }
    const faults: Array<string> = []
    const isInOrder = order()

    const receive = (event: Extract<EdgeEvent, { _tag: "TrackAdded" }>) => {
      let newest = -1
      return Stream.runForEach(edge.rtp(event.trackId), (packet) =>
        Effect.sync(() => {
          total.packets++
          if (packet.sequenceNumber <= newest) total.reordered++
          newest = Math.max(newest, packet.sequenceNumber)
          const owner = nameOf(SimulatedCall.ownerOf(packet))
          const heard = nameOf(event.key)
          log.push(`${owner} ${packet.sequenceNumber}`)
          if (owner !== heard) faults.push(`${heard} was given words of ${owner}`)
        }))
    }

    const listening = yield* Effect.forkScoped(
      Stream.runForEach(edge.events, (event) =>
        Effect.gen(function*() {
          total.events++
          log.push(`${yield* Clock.currentTimeMillis} ${JSON.stringify(event)}`)
          habits(mind, event)
          const fault = isInOrder(event)
          if (fault !== undefined) faults.push(fault)
          if (event._tag === "TrackUnresolved") total.unresolved++
          if (event._tag !== "TrackAdded") return
          if (event.registeredAt < event.requestedAt) total.mediaFirst++
          if (event.registeredAt > event.requestedAt) total.toldFirst++
          yield* Effect.forkScoped(receive(event), { startImmediately: true })
        })),
      { startImmediately: true }
    )
    yield* call.run((truth) =>
      Effect.gen(function*() {
        total.rests++
        total.unidentified += truth.unidentified.length
        log.push(`${yield* Clock.currentTimeMillis} at rest`)
        if (faults.length > 0) return yield* new SimulatedCall.DisagreementError({ differences: faults })
        yield* SimulatedCall.agree(truth, {
          participants: mind.people.values(),
          tracks: Array.from(mind.tracks.values(), ({ key }) => key)
        })
      })
    )
    yield* Fiber.join(listening)
    if (faults.length > 0) return yield* new SimulatedCall.DisagreementError({ differences: faults })
    total.calls++
  }).pipe(Effect.provide(layer))

// --- Wrong ones -------------------------------------------------------------------------------------------------------

/** The edge on ports of which one tells something else. */
const edgeOn = (ports: Layer.Layer<Ports, never, Ports>) =>
  StreamEdge.layer({ sessionId: "agent" }).pipe(Layer.provide(ports))

const sfuThatTells = (changed: (session: SfuSession) => SfuSession) =>
  edgeOn(Layer.merge(
    Layer.effect(
      SfuClient,
      Effect.map(SfuClient, ({ join }) => SfuClient.of({ join: (options) => Effect.map(join(options), changed) }))
    ),
    Layer.effect(PeerConnectionFactory, PeerConnectionFactory)
  ))

const guess = (table: ReadonlyArray<RemoteMediaSection>) =>
  table.map((media) => ({
    ...media,
    streamId: media.streamId ?? table.find(({ kind, streamId }) => kind === media.kind && streamId)?.streamId
  }))

/** Each with what the smallest call is about in which it shows. */
export const wrong: { readonly [name: string]: { readonly agent: AgentOptions; readonly sees: RegExp } } = {
  "an agent that keeps a track that was removed": {
    agent: { habits: (mind, event) => event._tag === "TrackRemoved" ? undefined : faithful(mind, event) },
    sees: /left over: /
  },
  "an agent that tells users apart, and not their devices": {
    agent: { habits: keepingBy(({ trackType, userId }) => `${userId} ${trackType}`) },
    sees: /missing: /
  },
  "an agent that hears of nobody leaving": {
    agent: { habits: (mind, event) => event._tag === "ParticipantLeft" ? undefined : faithful(mind, event) },
    sees: /left over: /
  },
  "an edge that takes a user's other device for the one that moved": {
    agent: {
      edge: StreamEdge.layerNoDeps({ sessionId: "agent" }).pipe(Layer.provide(TrackResolver.layer()))
    },
    sees: /left over: |missing: |words of|out of order/
  },
  "an SFU client that takes a screen for a camera": {
    agent: {
      edge: sfuThatTells((session) => ({
        ...session,
        identify: (streamId) =>
          session.identify(streamId.replace("ScreenShare", "Video").replace("VideoAudio", "Audio"))
      }))
    },
    sees: /missing: |words of/
  },
  "an SFU client that does not hear a prefix told late": {
    agent: {
      edge: sfuThatTells((session) => ({
        ...session,
        events: Stream.filter(session.events, ({ _tag }) => _tag !== "ParticipantUpdated")
      }))
    },
    sees: /missing: /
  },
  "an SFU client that loses a publication without a participant": {
    agent: {
      edge: sfuThatTells((session) => ({
        ...session,
        events: Stream.filter(
          session.events,
          (event) => event._tag !== "TrackPublished" || event.publication.participant !== undefined
        )
      }))
    },
    sees: /missing: /
  },
  "a WebRTC stack that guesses whose an m-line is that does not say": {
    agent: {
      edge: edgeOn(Layer.merge(
        Layer.effect(SfuClient, SfuClient),
        Layer.effect(
          PeerConnectionFactory,
          Effect.map(PeerConnectionFactory, ({ genericSdps, open, openPublisher }) =>
            PeerConnectionFactory.of({
              genericSdps,
              openPublisher,
              open: (options) =>
                Effect.map(open(options), (connection) => ({
                  ...connection,
                  answer: (offer) =>
                    Effect.map(connection.answer(offer), ({ media, sdp }) => ({ sdp, media: guess(media) }))
                }))
            }))
        )
      ))
    },
    sees: /words of|left over: |missing: /
  }
}
