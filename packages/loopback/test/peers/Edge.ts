/**
 * The edge in a call with libwebrtc, with werift configured as in production: it gathers the machine's addresses itself.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { formatTrackKey, PeerConnectionFactory, StreamEdge } from "effect-track-resolver"
import type { EdgeEvent, PeerConnectionState, TrackKey } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import type { LoopbackSfuOptions } from "effect-track-resolver-loopback"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { eventsOf } from "../../../../test/edge/Harness.ts"
import * as EventLog from "../support/EventLog.ts"
import type { Tone } from "./measure.ts"
import type * as Peer from "./Peer.ts"

/** As in production, except for the timeout: a busy machine connects slowly. */
export const werift = (options?: WeriftPeerConnection.WeriftOptions) =>
  WeriftPeerConnection.layer({ connectTimeout: "1 minute", ...options })

export const robot = Layer.unwrap(Effect.gen(function*() {
  const { iceServers, token, url, webSocketUrl } = yield* LoopbackSfu
  const adapters = Layer.merge(
    StreamSfuClient.layer({ url, webSocketUrl, iceServers, token: Redacted.make(yield* token("robot")) }),
    werift()
  ).pipe(Layer.provide([NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor]))
  return StreamEdge.layer({ sessionId: "robot" }).pipe(Layer.provide(adapters))
}))

/** An SFU and an edge in its call. */
export const layer = (options?: LoopbackSfuOptions) => Layer.provideMerge(robot, LoopbackSfu.layer(options))

/** Collects the edge's events. */
export const listen = Effect.gen(function*() {
  const edge = yield* StreamEdge
  const events = EventLog.make<EdgeEvent>()
  yield* Effect.forkScoped(Stream.runForEach(eventsOf(edge), (event) => Effect.sync(() => events.add(event))))
  const isOf = (event: EdgeEvent, key: TrackKey): boolean =>
    "key" in event && formatTrackKey(event.key) === formatTrackKey(key)
  return {
    /** Waits for the first track of a key. */
    trackOf: (key: TrackKey) =>
      Effect.map(
        events.waitUntil((items) => items.some((event) => event._tag === "TrackAdded" && isOf(event, key))),
        (items) => items.flatMap((event) => event._tag === "TrackAdded" && isOf(event, key) ? [event.trackId] : [])[0]!
      ),
    /** The tags of a session's events, once it has left. */
    untilLeft: (sessionId: string) =>
      Effect.map(
        events.waitUntil((items) =>
          items.some((event) => event._tag === "ParticipantLeft" && event.participant.sessionId === sessionId)
        ),
        (items) =>
          items.flatMap((event) => {
            const about = "key" in event ? event.key : "participant" in event ? event.participant : undefined
            return about?.sessionId === sessionId ? [event._tag] : []
          })
      )
  }
})

/** A connection of the adapter that receives a tone directly from libwebrtc. */
export const connect = Effect.fnUntraced(function*(peer: Peer.Peer, tone: Tone = 440) {
  const factory = yield* PeerConnectionFactory
  const connection = yield* factory.open({ iceServers: [] })
  const offer = yield* peer.run({ _tag: "Offer", streamId: "alice", media: { kind: "audio", tone } })
  const { media, sdp } = yield* connection.answer(offer)
  yield* peer.run({ _tag: "Accept", sdp })
  const reach = (state: PeerConnectionState) =>
    Effect.asVoid(connection.states.pipe(Stream.filter((now) => now === state), Stream.runHead))
  yield* reach("connected")
  return { reach, media: media[0]! }
})
