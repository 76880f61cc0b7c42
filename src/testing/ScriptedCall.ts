/**
 * A call without a network. The test is the SFU: it sends signalling events, offers media sections and sends packets. Nothing
 * else happens, takes time or fails. `ScriptedCall` implements the ports `SfuClient` and `PeerConnectionFactory`, so the real
 * `StreamEdge` runs on it, under any clock.
 *
 * ```ts
 * import { assert, it } from "@effect/vitest"
 * import { StreamEdge } from "effect-track-resolver"
 * import { ScriptedCall } from "effect-track-resolver/testing"
 * import * as Effect from "effect/Effect"
 * import * as Fiber from "effect/Fiber"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * it.effect("the edge resolves alice's microphone", () =>
 *   Effect.gen(function*() {
 *     const call = yield* ScriptedCall.make()
 *
 *     const program = Effect.gen(function*() {
 *       const { events } = yield* StreamEdge
 *       const tracks = Stream.filter(events, (event) => event._tag === "TrackAdded")
 *       const firstTrack = yield* Effect.forkScoped(Stream.runHead(tracks))
 *
 *       // The SFU signals that alice joined with a published microphone, then offers its media section.
 *       yield* call.emit({
 *         _tag: "ParticipantJoined",
 *         participant: { userId: "alice", sessionId: "a1", streamIdPrefix: "prefix", publishedTracks: ["Audio"] }
 *       })
 *       yield* call.offer([ScriptedCall.mediaSection("0", "prefix", "Audio")])
 *
 *       const { key } = yield* Effect.fromOption(yield* Fiber.join(firstTrack))
 *       assert.deepStrictEqual(key, { userId: "alice", sessionId: "a1", trackType: "Audio" })
 *       assert.deepInclude(call.calls, { _tag: "Answered", negotiationId: 1 })
 *     })
 *
 *     const edge = StreamEdge.layer().pipe(Layer.provide(call.layer))
 *     yield* program.pipe(Effect.provide(edge), Effect.scoped)
 *   }))
 * ```
 *
 * @stability stable
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PeerConnectionState, RtpPacket } from "../edge/PeerConnection.ts"
import { PeerConnectionFactory } from "../edge/PeerConnection.ts"
import type { SfuConnectionError, SfuEvent } from "../edge/SfuClient.ts"
import { SfuClient } from "../edge/SfuClient.ts"
import * as Arguments from "../internal/Arguments.ts"
import type { TrackType } from "../Track.ts"
import { kindOf } from "../Track.ts"
import type { RecordedCall } from "./internal/CallRecorder.ts"
import * as CallRecorder from "./internal/CallRecorder.ts"
import type { PublisherScript, ScriptedPublication } from "./internal/ScriptedPublisher.ts"
import * as ScriptedPublisher from "./internal/ScriptedPublisher.ts"
import type { SignallingScript } from "./internal/ScriptedSignalling.ts"
import * as ScriptedSignalling from "./internal/ScriptedSignalling.ts"
import type { ScriptedMediaSection, SubscriberScript } from "./internal/ScriptedSubscriber.ts"
import * as ScriptedSubscriber from "./internal/ScriptedSubscriber.ts"

export type { MuteState, RecordedCall } from "./internal/CallRecorder.ts"
export type { PublisherScript, ScriptedPublication } from "./internal/ScriptedPublisher.ts"
export type { SignallingScript } from "./internal/ScriptedSignalling.ts"
export type { ScriptedMediaSection, SubscriberScript } from "./internal/ScriptedSubscriber.ts"

/**
 * The SFU's answers to the edge. By default every request of the edge succeeds.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ScriptedCallOptions extends SignallingScript, SubscriberScript {
  readonly publisher?: PublisherScript | undefined
}

/**
 * The commands of a test as the SFU, and the record of the edge's calls.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export interface ScriptedCall extends ScriptedPublication {
  /** The ports, for the layer of an edge. */
  readonly layer: Layer.Layer<SfuClient | PeerConnectionFactory>
  /**
   * Sends an event on the socket of the newest join, or of the join with this number, counted from 0. An event that is
   * sent before the first join is delivered after it. `CallEnded` also ends the socket.
   */
  readonly emit: (event: SfuEvent, join?: number) => Effect.Effect<void>
  /** Offers these media sections, and no others, on the newest socket. */
  readonly offer: (sections: ReadonlyArray<ScriptedMediaSection>) => Effect.Effect<void>
  /**
   * Delivers a packet on a media section of the newest subscriber's connection; no-op if that media section was not
   * offered. `header` replaces fields. Default sequence number: the next one of the call, over all media sections.
   */
  readonly send: (mid: string, payload: Uint8Array, header?: Partial<RtpPacket>) => Effect.Effect<void>
  /** Fails the socket of the newest join, or of the join with this number, as a lost WebSocket does. */
  readonly failSocket: (error: SfuConnectionError, join?: number) => Effect.Effect<void>
  /** Changes the state of the newest subscriber's connection. */
  readonly setState: (state: PeerConnectionState) => Effect.Effect<void>
  /** The edge's calls of the ports, in order. The array grows. */
  readonly calls: ReadonlyArray<RecordedCall>
}

/**
 * The media section in which the SFU sends a publication.
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const mediaSection = (mid: string, streamIdPrefix: string, trackType: TrackType): ScriptedMediaSection => ({
  mid,
  kind: kindOf(trackType),
  streamId: `${streamIdPrefix}:${trackType}`
})

/**
 * Runs every fiber until it waits for time or for the test. Yields 100 times, which is more than the longest chain of
 * wake-ups in an edge.
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const flush: Effect.Effect<void> = Effect.asVoid(Effect.repeat(Effect.yieldNow, { times: 100 }))

/**
 * A call that no edge has joined yet.
 *
 * @stability stable
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(options: ScriptedCallOptions = {}): Effect.fn.Return<ScriptedCall> {
  Arguments.forService("ScriptedCall.make").object("options", options)
  const recorder = CallRecorder.make()
  const publisher = ScriptedPublisher.make(recorder, options.publisher ?? {})
  const signalling = yield* ScriptedSignalling.make(recorder, options, publisher.requests)
  const subscriber = yield* ScriptedSubscriber.make(recorder, options)
  const sfuClient = SfuClient.of({ join: signalling.join })
  const factory = PeerConnectionFactory.of({
    genericSdps: Effect.succeed({ subscriberSdp: "", publisherSdp: "" }),
    open: subscriber.open,
    openPublisher: publisher.open
  })
  return {
    layer: Layer.merge(Layer.succeed(SfuClient, sfuClient), Layer.succeed(PeerConnectionFactory, factory)),
    emit: signalling.emit,
    offer: (sections) => signalling.offer(ScriptedSubscriber.formatOffer(sections)),
    send: subscriber.send,
    failSocket: signalling.failSocket,
    setState: subscriber.setState,
    calls: recorder.calls,
    ...publisher.publication
  }
})
