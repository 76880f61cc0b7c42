/**
 * What an edge publishes with, in a scripted call: its connection epochs begin and end as the test says.
 */
import { it } from "@effect/vitest"
import { PeerConnectionFactory, SfuClient } from "effect-track-resolver"
import type {
  LocalPublication,
  OutgoingPacket,
  PeerConnectionError,
  PublicationStoppedError,
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
  readonly leave: Effect.Effect<void>
}

/** What a test may end with that was not expected; the success of what should have failed, too. */
export type Ending = PublishError | PublicationStoppedError | PeerConnectionError | string | Published | void

export interface Epoch {
  readonly lost: Effect.Effect<never, PeerConnectionError>
  readonly close: Effect.Effect<void>
}

export interface Stage {
  readonly call: ScriptedCall.ScriptedCall
  readonly publishing: Publishing.Publishing
  readonly join: Effect.Effect<SfuSession>
  readonly begin: (sessionId?: string) => Effect.Effect<Epoch>
  /** The call is over. */
  readonly end: Effect.Effect<void>
}

export const stage = Effect.fnUntraced(function*(
  publisher?: ScriptedCall.PublisherScript
): Effect.fn.Return<Stage, never, Scope.Scope> {
  const around = yield* Effect.scope
  const call = yield* ScriptedCall.make({ publisher })
  const services = yield* Layer.build(call.layer)
  const factory = Context.get(services, PeerConnectionFactory)
  const join = Context.get(services, SfuClient)
    .join({ sessionId: "agent", genericSdps: { publisherSdp: "", subscriberSdp: "" } })
    .pipe(Effect.orDie, Scope.provide(around))
  const scope = yield* Scope.fork(around)
  const publishing = yield* Scope.provide(Publishing.make, scope)
  const begin = Effect.fnUntraced(function*(sessionId = "agent") {
    const scope = yield* Scope.fork(around)
    const session = yield* join
    const open = factory.openPublisher({ iceServers: session.iceServers })
    const lost = yield* Scope.provide(publishing.begin({ sessionId, session, open }), scope)
    return { lost, close: Scope.close(scope, Exit.void) }
  })
  return { call, publishing, join, begin, end: Scope.close(scope, Exit.void) }
})

export const withStage = <A>(
  name: string,
  test: (stage: Stage) => Effect.Effect<A, Ending, Scope.Scope>,
  publisher?: ScriptedCall.PublisherScript
): void => it.effect(name, () => Effect.flatMap(stage(publisher), test))

export const packet = (sequenceNumber: number): OutgoingPacket => ({
  sequenceNumber,
  timestamp: sequenceNumber * 960,
  marker: false,
  payload: new Uint8Array([sequenceNumber])
})

/** Media that the test gives, packet by packet. */
export const source = Effect.gen(function*() {
  const queue = yield* Queue.unbounded<OutgoingPacket, string | Cause.Done>()
  return {
    media: Stream.fromQueue(queue),
    give: (...sequenceNumbers: ReadonlyArray<number>) =>
      Effect.andThen(Queue.offerAll(queue, sequenceNumbers.map(packet)), ScriptedCall.flush),
    end: Queue.end(queue),
    fail: (error: string) => Queue.fail(queue, error),
    left: Queue.size(queue)
  }
})

/** A publication in a scope of its own. */
export const publish = Effect.fnUntraced(function*(
  { publishing }: Stage,
  trackType: TrackType,
  media: Stream.Stream<OutgoingPacket, string> = Stream.never,
  codec?: RtpCodec
): Effect.fn.Return<Published, PublishError, Scope.Scope> {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const publication = yield* Scope.provide(publishing.publish({ trackType, media, codec }), scope)
  return { ...publication, leave: Scope.close(scope, Exit.void) }
})

export const begun = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> =>
  Effect.forkChild(effect, { startImmediately: true })

/** What the SFU was asked and told, in words. */
export const lines = ({ calls }: ScriptedCall.ScriptedCall): ReadonlyArray<string> =>
  calls.flatMap((deed) => {
    switch (deed._tag) {
      case "OpenedPublisher":
        return ["opens"]
      case "ClosedPublisher":
        return ["closes"]
      case "SetPublisher": {
        const tracks = deed.tracks.map(({ mid, muted, trackType }) => `${trackType} on ${mid}${muted ? " muted" : ""}`)
        return [`offers ${tracks.join(", ") || "nothing"}${deed.iceRestart ? ", restarting" : ""}`]
      }
      case "UpdatedMuteStates":
        return [deed.states.map(({ muted, trackType }) => `${muted ? "mutes" : "unmutes"} ${trackType}`).join(", ")]
      case "AddedPublisherCandidate":
        return ["adds a candidate"]
      default:
        return []
    }
  })

/** What the SFU believes of us, after all that the newest connection was asked and told. */
export const belief = ({ calls }: ScriptedCall.ScriptedCall) => {
  let announced: ReadonlyArray<TrackType> = []
  const unmuted = new Set<TrackType>()
  for (const deed of calls) {
    if (deed._tag === "OpenedPublisher") {
      announced = []
      unmuted.clear()
    }
    if (deed._tag === "SetPublisher") announced = deed.tracks.map(({ trackType }) => trackType)
    if (deed._tag !== "UpdatedMuteStates") continue
    for (const { muted, trackType } of deed.states) {
      if (muted) unmuted.delete(trackType)
      else unmuted.add(trackType)
    }
  }
  return { announced, unmuted: Array.from(unmuted).toSorted() }
}
