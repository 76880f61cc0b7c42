/**
 * Tests of an edge in a scripted call, under `TestClock`.
 */
import { it } from "@effect/vitest"
import { StreamEdge, TrackResolver } from "effect-track-resolver"
import type {
  EdgeError,
  EdgeEvent,
  LaggedError,
  Participant,
  RemoteParticipant,
  SfuEvent,
  SfuParticipant,
  Sizes,
  StreamEdgeOptions,
  TrackKey,
  TrackType
} from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { begin } from "../support/resolver.ts"

export const sfuParticipant = (
  { sessionId, userId }: Participant,
  streamIdPrefix?: string,
  publishedTracks: ReadonlyArray<TrackType> = []
): SfuParticipant => ({ userId, sessionId, streamIdPrefix, publishedTracks })

export const joined = (...args: Parameters<typeof sfuParticipant>): SfuEvent => ({
  _tag: "ParticipantJoined",
  participant: sfuParticipant(...args)
})

export const updated = (...args: Parameters<typeof sfuParticipant>): SfuEvent => ({
  _tag: "ParticipantUpdated",
  participant: sfuParticipant(...args)
})

export const left = (participant: Participant): SfuEvent => ({
  _tag: "ParticipantLeft",
  participant: sfuParticipant(participant)
})

export const published = ({ sessionId, trackType, userId }: TrackKey, participant?: SfuParticipant): SfuEvent => ({
  _tag: "TrackPublished",
  publication: { userId, sessionId, trackType, participant }
})

export const unpublished = ({ sessionId, trackType, userId }: TrackKey, participant?: SfuParticipant): SfuEvent => ({
  _tag: "TrackUnpublished",
  publication: { userId, sessionId, trackType, participant },
  cause: "UserMuted"
})

/** Waits until every fiber of the edge waits for the clock or for an event. */
export const whenIdle = Effect.andThen(ScriptedCall.flush, TestClock.adjust("1 millis"))

/** An event as a short string. */
export const describeEvent = (event: EdgeEvent): string => {
  switch (event._tag) {
    case "ParticipantJoined":
    case "ParticipantLeft":
      return `${event.participant.sessionId} ${event._tag === "ParticipantJoined" ? "joined" : "left"}`
    case "ParticipantChanged":
      return `${event.participant.sessionId} changed: ${event.changed.join(", ")}`
    case "TrackAdded":
      return `${event.key.sessionId} ${event.key.trackType} added: ${event.trackId}`
    case "TrackRemoved":
      return `${event.key.sessionId} ${event.key.trackType} removed: ${event.trackId}`
    case "TrackUnresolved":
      return `${event.key.sessionId} ${event.key.trackType} unresolved`
    case "CallEnded":
      return `call ended: ${event.reason}`
  }
}

/** The events of an edge without the changes of participants, which tests of other events do not expect. */
export const eventsOf = ({ events }: StreamEdge["Service"]): Stream.Stream<EdgeEvent, EdgeError | LaggedError> =>
  Stream.filter(events, ({ _tag }) => _tag !== "ParticipantChanged")

/** The participants that the events add up to, by session id. */
export const participantsAfter = (events: ReadonlyArray<EdgeEvent>): ReadonlyMap<string, RemoteParticipant> => {
  const people = new Map<string, RemoteParticipant>()
  for (const event of events) {
    if (event._tag === "ParticipantJoined" || event._tag === "ParticipantChanged") {
      people.set(event.participant.sessionId, event.participant)
    } else if (event._tag === "ParticipantLeft") {
      people.delete(event.participant.sessionId)
    }
  }
  return people
}

/** The level changes without an event. */
export const withoutLevel = (participant: RemoteParticipant): RemoteParticipant => ({ ...participant, audioLevel: 0 })

/**
 * Subscribes to an edge: the events so far, all of them and without changes of participants, and the exit of their stream.
 */
export const observe = Effect.fnUntraced(function*(edge: StreamEdge["Service"]) {
  const all: Array<EdgeEvent> = []
  const events: Array<EdgeEvent> = []
  const fiber: Fiber.Fiber<void, EdgeError | LaggedError> = yield* Effect.forkScoped(
    Stream.runForEach(edge.events, (event) =>
      Effect.sync(() => {
        all.push(event)
        if (event._tag !== "ParticipantChanged") events.push(event)
      })),
    { startImmediately: true }
  )
  return { all, events, end: Fiber.await(fiber) }
})

export interface Harness {
  readonly call: ScriptedCall.ScriptedCall
  readonly edge: StreamEdge["Service"]
  readonly sizes: Effect.Effect<Sizes>
}

/**
 * An edge that does not reconnect, with a resolver made as `StreamEdge.layer` makes it. `change` wraps the resolver.
 */
export const makeHarness = (
  callOptions?: ScriptedCall.ScriptedCallOptions,
  edgeOptions?: StreamEdgeOptions,
  change: (resolver: TrackResolver["Service"]) => TrackResolver["Service"] = (resolver) => resolver
): Effect.Effect<Harness, EdgeError, Scope.Scope> =>
  Effect.gen(function*() {
    const call = yield* ScriptedCall.make(callOptions)
    const resolver = Layer.effect(
      TrackResolver,
      Effect.map(TrackResolver.make({ sessionMigration: "never", anonymousTracks: "never" }), change)
    )
    const services = yield* Layer.build(
      StreamEdge.layerNoDeps({ sessionId: "agent", maxReconnects: 0, ...edgeOptions }).pipe(
        Layer.provideMerge(Layer.merge(call.layer, resolver))
      )
    )
    return { call, edge: Context.get(services, StreamEdge), sizes: Context.get(services, TrackResolver).sizes }
  })

export const testEdge = <A, E>(
  name: string,
  test: (harness: Harness) => Effect.Effect<A, E, Scope.Scope>,
  callOptions?: ScriptedCall.ScriptedCallOptions,
  edgeOptions?: StreamEdgeOptions
): void => it.effect(name, () => Effect.flatMap(makeHarness(callOptions, edgeOptions), test))

/** Opens the packets of a track: their payloads so far, as text. */
export const receivePackets = Effect.fnUntraced(function*(edge: StreamEdge["Service"], trackId: string) {
  const packets: Array<string> = []
  const fiber = yield* begin(
    Stream.runForEach(
      edge.rtp(trackId),
      ({ payload }) => Effect.sync(() => packets.push(new TextDecoder().decode(payload)))
    )
  )
  yield* whenIdle
  return { packets, fiber }
})

/** The elements of a stream so far. The array grows. */
export const collect = Effect.fnUntraced(function*<A, E>(stream: Stream.Stream<A, E>) {
  const elements: Array<A> = []
  yield* begin(Stream.runForEach(stream, (element) => Effect.sync(() => elements.push(element))))
  return elements
})

/** Whether an effect dies of a wrong argument. */
export const diesOfArgument = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<boolean> =>
  Effect.map(Effect.exit(effect), (exit) => Exit.isFailure(exit) && errorOf(exit) instanceof TypeError)

export const errorOf = <A, E>(exit: Exit.Exit<A, E>): unknown =>
  Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
