/**
 * Agents with one mistake each: in the agent itself, in the edge, or in one of the ports.
 */
import type { RemoteMediaSection, SfuEvent, SfuParticipant, SfuSession } from "effect-track-resolver"
import { PeerConnectionFactory, SfuClient, StreamEdge, TrackResolver } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { AgentOptions } from "./agents.ts"
import { correct, keepingTracksBy } from "./agents.ts"

type Ports = SfuClient | PeerConnectionFactory

const edgeWithPorts = (ports: Layer.Layer<Ports, never, Ports>) =>
  StreamEdge.layer({ sessionId: "agent" }).pipe(Layer.provide(ports))

const edgeWithSession = (change: (session: SfuSession) => SfuSession) =>
  edgeWithPorts(Layer.merge(
    Layer.effect(
      SfuClient,
      Effect.map(SfuClient, ({ join }) => SfuClient.of({ join: (options) => Effect.map(join(options), change) }))
    ),
    Layer.effect(PeerConnectionFactory, PeerConnectionFactory)
  ))

/** Changes the participant in each track event. */
const edgeWithParticipants = (change: (participant: SfuParticipant) => SfuParticipant) => {
  const changeEvent = (event: SfuEvent): SfuEvent => {
    if (event._tag !== "TrackPublished" && event._tag !== "TrackUnpublished") return event
    const { participant } = event.publication
    return {
      ...event,
      publication: { ...event.publication, participant: participant && change(participant) }
    }
  }
  return edgeWithSession((session) => ({ ...session, events: Stream.map(session.events, changeEvent) }))
}

const edgeWithSections = (
  change: (sections: ReadonlyArray<RemoteMediaSection>) => ReadonlyArray<RemoteMediaSection>
) =>
  edgeWithPorts(Layer.merge(
    Layer.effect(SfuClient, SfuClient),
    Layer.effect(
      PeerConnectionFactory,
      Effect.map(PeerConnectionFactory, (factory) =>
        PeerConnectionFactory.of({
          genericSdps: factory.genericSdps,
          openPublisher: (options) => factory.openPublisher(options),
          open: (options) =>
            Effect.map(factory.open(options), (connection) => ({
              ...connection,
              answer: (offer) =>
                Effect.map(connection.answer(offer), ({ media, sdp }) => ({ sdp, media: change(media) }))
            }))
        }))
    )
  ))

const guessStreamIds = (sections: ReadonlyArray<RemoteMediaSection>): ReadonlyArray<RemoteMediaSection> =>
  sections.map((section) => ({
    ...section,
    streamId: section.streamId ?? sections.find(({ kind, streamId }) => kind === section.kind && streamId)?.streamId
  }))

interface BrokenAgent {
  readonly agent: AgentOptions
  readonly error: RegExp
  /** Of the smallest call, at most. Default 4: two devices, with a track each. */
  readonly actions?: number
}

/** By mistake: the agent, and what the error of its smallest failing call contains. */
const withoutRoster: { readonly [mistake: string]: BrokenAgent } = {
  "the agent keeps a removed track": {
    agent: { onEvent: (state, event) => event._tag === "TrackRemoved" ? undefined : correct(state, event) },
    error: /left over: /
  },
  "the agent keeps one track for each user and type, and ignores the session": {
    agent: { onEvent: keepingTracksBy(({ trackType, userId }) => `${userId} ${trackType}`) },
    error: /missing: /
  },
  "the agent ignores leaves": {
    agent: { onEvent: (state, event) => event._tag === "ParticipantLeft" ? undefined : correct(state, event) },
    error: /left over: /
  },
  "the edge takes a user's second device for the first one after a session migration": {
    agent: {
      edge: StreamEdge.layerNoDeps({ sessionId: "agent" }).pipe(Layer.provide(TrackResolver.layer()))
    },
    error: /left over: |missing: |received a packet of|out of order/,
    // The first device is in no list of participants, and its camera makes it known before its microphone is published.
    actions: 5
  },
  "the SFU client identifies a screen share as a camera": {
    agent: {
      edge: edgeWithSession((session) => ({
        ...session,
        identify: (streamId) =>
          session.identify(streamId.replace("ScreenShare", "Video").replace("VideoAudio", "Audio"))
      }))
    },
    error: /missing: |received a packet of/
  },
  "the SFU client drops ParticipantUpdated, which contains a late prefix": {
    agent: {
      edge: edgeWithSession((session) => ({
        ...session,
        events: Stream.filter(session.events, ({ _tag }) => _tag !== "ParticipantUpdated")
      }))
    },
    error: /missing: /
  },
  "the SFU client drops a TrackPublished without a participant": {
    agent: {
      edge: edgeWithSession((session) => ({
        ...session,
        events: Stream.filter(
          session.events,
          (event) => event._tag !== "TrackPublished" || event.publication.participant !== undefined
        )
      }))
    },
    error: /missing: /
  },
  "the SFU client drops the list of published tracks in a track event": {
    agent: {
      edge: edgeWithParticipants((participant) => ({ ...participant, publishedTracks: [] }))
    },
    error: /missing: /
  },
  "the SFU client drops the time at which a participant joined": {
    agent: {
      edge: edgeWithParticipants((participant) => ({ ...participant, joinedAt: undefined }))
    },
    error: /left over: /
  },
  "the WebRTC stack guesses the stream id of a media section without msid": {
    agent: { edge: edgeWithSections(guessStreamIds) },
    error: /received a packet of|left over: |missing: /
  }
}

/** Drops an event about what the SFU measures. */
const dropping = (tag: SfuEvent["_tag"], error: RegExp): BrokenAgent => ({
  agent: {
    edge: edgeWithSession((session) => ({
      ...session,
      events: Stream.filter(session.events, ({ _tag }) => _tag !== tag)
    }))
  },
  error
})

/** Only `edge.participants` shows these. */
const withRoster: { readonly [mistake: string]: BrokenAgent } = {
  "the SFU client drops AudioLevelsChanged": dropping("AudioLevelsChanged", /has (isSpeaking|audioLevel) /),
  "the SFU client drops ConnectionQualityChanged": dropping("ConnectionQualityChanged", /has connectionQuality /),
  "the SFU client drops DominantSpeakerChanged": dropping("DominantSpeakerChanged", /has isDominantSpeaker /),
  "the SFU client drops VideoPauseChanged": dropping("VideoPauseChanged", /has publications /)
}

export const brokenAgents: { readonly [mistake: string]: BrokenAgent } = {
  ...Object.fromEntries(
    Object.entries(withoutRoster).map(([mistake, broken]) => [
      mistake,
      { ...broken, agent: { ...broken.agent, comparesRoster: false } }
    ])
  ),
  ...withRoster
}
