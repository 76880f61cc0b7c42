/**
 * Agents with one mistake each: in the agent itself, in the edge, or in one of the ports.
 */
import type { RemoteMediaSection, SfuSession } from "effect-track-resolver"
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

/** By mistake: the agent, and what the error of its smallest failing call contains. */
export const brokenAgents: { readonly [mistake: string]: { readonly agent: AgentOptions; readonly error: RegExp } } = {
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
    error: /left over: |missing: |received a packet of|out of order/
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
  "the WebRTC stack guesses the stream id of a media section without msid": {
    agent: { edge: edgeWithSections(guessStreamIds) },
    error: /received a packet of|left over: |missing: /
  }
}
