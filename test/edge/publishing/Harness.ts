/**
 * `Publishing` in a scripted call. The test begins and ends its connection epochs.
 */
import { it } from "@effect/vitest"
import { PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import type {
  LocalPublication,
  OutgoingPacket,
  PeerConnectionError,
  PublicationStoppedError,
  PublisherConnection,
  PublishError,
  RtpCodec,
  SfuSession,
  TrackType
} from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Publishing from "../../../src/edge/publishing/Publishing.ts"

interface Published extends LocalPublication<string> {
  readonly unpublish: Effect.Effect<void>
}

/** The unexpected failures of a test, and the successes of what should have failed. */
export type TestError = PublishError | PublicationStoppedError | PeerConnectionError | string | Published | void

export interface Epoch {
  readonly lost: Effect.Effect<never, PeerConnectionError>
  readonly close: Effect.Effect<void>
}

export interface Harness {
  readonly call: ScriptedCall.ScriptedCall
  readonly publishing: Publishing.Publishing
  readonly join: Effect.Effect<SfuSession>
  /** `replaced`: fields of the session. */
  readonly begin: (sessionId?: string, replaced?: Partial<SfuSession>) => Effect.Effect<Epoch>
  /** The ids of the tracks that were stopped, in their order. */
  readonly stopped: ReadonlyArray<string>
  /** Ends the call. */
  readonly end: Effect.Effect<void>
}

export const makeHarness = Effect.fnUntraced(function*(
  publisher?: ScriptedCall.PublisherScript
): Effect.fn.Return<Harness, never, Scope.Scope> {
  const around = yield* Effect.scope
  const call = yield* ScriptedCall.make({ publisher })
  const services = yield* Layer.build(call.layer)
  const factory = Context.get(services, PeerConnectionFactory)
  const join = Context.get(services, SfuClient)
    .join({ sessionId: "agent", genericSdps: { publisherSdp: "", subscriberSdp: "" } })
    .pipe(Effect.orDie, Scope.provide(around))
  const stopped: Array<string> = []
  const scope = yield* Scope.fork(around)
  const publishing = yield* Scope.provide(Publishing.make, scope)
  const begin = Effect.fnUntraced(function*(sessionId = "agent", replaced: Partial<SfuSession> = {}) {
    const scope = yield* Scope.fork(around)
    const session = { ...yield* join, ...replaced }
    const open = Effect.map(
      factory.openPublisher({ iceServers: session.iceServers }),
      (connection) => recordStops(connection, stopped)
    )
    const ignore = () => Effect.void
    const health = { failed: ignore, succeeded: ignore, mediaLost: ignore, mediaConnected: ignore, settled: ignore }
    const lost = yield* Scope.provide(publishing.begin({ sessionId, session, open, health }), scope)
    return { lost, close: Scope.close(scope, Exit.void) }
  })
  return { call, publishing, join, begin, stopped, end: Scope.close(scope, Exit.void) }
})

const recordStops = (connection: PublisherConnection, stopped: Array<string>): PublisherConnection => ({
  ...connection,
  addTrack: (options) =>
    Effect.map(connection.addTrack(options), (track) =>
      // The same object, because the offers of the connection contain it.
      Object.assign(track, { stop: Effect.andThen(track.stop, Effect.sync(() => stopped.push(track.id))) }))
})

export const withHarness = <A>(
  name: string,
  test: (harness: Harness) => Effect.Effect<A, TestError, Scope.Scope>,
  publisher?: ScriptedCall.PublisherScript
): void => it.effect(name, () => Effect.flatMap(makeHarness(publisher), test))

export const packet = (sequenceNumber: number): OutgoingPacket => ({
  sequenceNumber,
  timestamp: sequenceNumber * 960,
  marker: false,
  payload: new Uint8Array([sequenceNumber])
})

/** Media that the test emits packet by packet. */
export const mediaSource = Effect.gen(function*() {
  const queue = yield* Queue.unbounded<OutgoingPacket, string | Cause.Done>()
  return {
    media: Stream.fromQueue(queue),
    emit: (...sequenceNumbers: ReadonlyArray<number>) =>
      Effect.andThen(Queue.offerAll(queue, sequenceNumbers.map(packet)), ScriptedCall.flush),
    end: Queue.end(queue),
    fail: (error: string) => Queue.fail(queue, error),
    buffered: Queue.size(queue)
  }
})

/** A publication in a scope of its own. */
export const publish = Effect.fnUntraced(function*(
  { publishing }: Harness,
  trackType: TrackType,
  media: Stream.Stream<OutgoingPacket, string> = Stream.never,
  codec?: RtpCodec
): Effect.fn.Return<Published, PublishError, Scope.Scope> {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const publication = yield* Scope.provide(publishing.publish({ trackType, media, codec }), scope)
  return { ...publication, unpublish: Scope.close(scope, Exit.void) }
})

export const fork = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> =>
  Effect.forkChild(effect, { startImmediately: true })

/** The requests that the SFU received, and what became of the connection, in words. */
export const requests = ({ calls }: ScriptedCall.ScriptedCall): ReadonlyArray<string> =>
  calls.flatMap((call) => {
    switch (call._tag) {
      case "OpenedPublisher":
        return ["opens"]
      case "ClosedPublisher":
        return ["closes"]
      case "SetPublisher": {
        const tracks = call.tracks.map(({ mid, muted, trackType }) => `${trackType} on ${mid}${muted ? " muted" : ""}`)
        return [`offers ${tracks.join(", ") || "nothing"}${call.iceRestart ? ", restarting" : ""}`]
      }
      case "UpdatedMuteStates":
        return [call.states.map(({ muted, trackType }) => `${muted ? "mutes" : "unmutes"} ${trackType}`).join(", ")]
      case "AddedPublisherCandidate":
        return ["adds a candidate"]
      default:
        return []
    }
  })

/** The tracks that the SFU knows of, after all requests of the newest connection. */
export const sfuView = ({ calls }: ScriptedCall.ScriptedCall) => {
  let announced: ReadonlyArray<TrackType> = []
  const unmuted = new Set<TrackType>()
  for (const call of calls) {
    if (call._tag === "OpenedPublisher") {
      announced = []
      unmuted.clear()
    }
    if (call._tag === "SetPublisher") announced = call.tracks.map(({ trackType }) => trackType)
    if (call._tag !== "UpdatedMuteStates") continue
    for (const { muted, trackType } of call.states) {
      if (muted) unmuted.delete(trackType)
      else unmuted.add(trackType)
    }
  }
  return { announced, unmuted: Array.from(unmuted).toSorted() }
}
