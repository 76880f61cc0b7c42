/**
 * Follows the tracks, or the participants, that a filter selects: a body for each, as long as it is there.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { LaggedError } from "../../LaggedError.ts"
import { idOf } from "../../resolver/Correlation.ts"
import { formatParticipant, formatTrackKey } from "../../Track.ts"
import type { EdgeError, EdgeEvent } from "../EdgeEvent.ts"
import type { ParticipantFilter, RemoteParticipant } from "../RemoteParticipant.ts"
import { matchesParticipant } from "../RemoteParticipant.ts"
import type { FailureOf, OnFailure, RemoteTrack, TrackFilter } from "../RemoteTrack.ts"
import { matchesTrack } from "../RemoteTrack.ts"
import { WaitError } from "../WaitError.ts"
import type { CallState } from "./CallState.ts"
import * as KeyedBodies from "./KeyedBodies.ts"

/** Runs until the call ends and every body has ended. The bodies end with it. */
const follow = <E, R, F extends OnFailure<E>>(
  { events }: CallState,
  onFailure: F,
  onEvent: (
    event: EdgeEvent,
    bodies: KeyedBodies.KeyedBodies<E, R, F>
  ) => Effect.Effect<void, never, Exclude<R, Scope.Scope>>
): Effect.Effect<void, FailureOf<E, F> | EdgeError | LaggedError, Exclude<R, Scope.Scope>> =>
  Effect.scoped(Effect.gen(function*() {
    const bodies = yield* KeyedBodies.make<E, R, F>(onFailure)
    yield* Effect.raceFirst(Stream.runForEach(events, (event) => onEvent(event, bodies)), bodies.failed)
  }))

export const forEachTrack = <E, R, F extends OnFailure<E>>(
  callState: CallState,
  filter: TrackFilter,
  body: (track: RemoteTrack) => Effect.Effect<unknown, E, R>,
  onFailure: F
): Effect.Effect<void, FailureOf<E, F> | EdgeError | LaggedError, Exclude<R, Scope.Scope>> =>
  follow<E, R, F>(callState, onFailure, (event, bodies) => {
    if (event._tag === "TrackRemoved") return bodies.stop(idOf(event.key))
    if (event._tag !== "TrackAdded") return Effect.void
    const track = callState.remoteTrack(event)
    if (!matchesTrack(filter, track)) return Effect.void
    // A body that waits for a packet ends with the track, before the event that stops it. That is no failure of the body.
    const untilRemoved = Effect.catchCause(
      Effect.suspend(() => body(track)),
      (cause) => callState.isAdded(event) ? Effect.failCause(cause) : Effect.never
    )
    return bodies.start(idOf(track.key), formatTrackKey(track.key), untilRemoved)
  })

export const forEachParticipant = <E, R, F extends OnFailure<E>>(
  callState: CallState,
  filter: ParticipantFilter,
  body: (participant: RemoteParticipant) => Effect.Effect<unknown, E, R>,
  onFailure: F
): Effect.Effect<void, FailureOf<E, F> | EdgeError | LaggedError, Exclude<R, Scope.Scope>> =>
  Effect.suspend(() => {
    const started = new Set<string>()
    return follow<E, R, F>(callState, onFailure, (event, bodies) => {
      switch (event._tag) {
        case "ParticipantJoined":
        case "ParticipantChanged": {
          const { participant } = event
          const { sessionId } = participant
          if (started.has(sessionId) || !matchesParticipant(filter, participant)) return Effect.void
          started.add(sessionId)
          return bodies.start(sessionId, formatParticipant(participant), Effect.suspend(() => body(participant)))
        }
        case "ParticipantLeft": {
          const { sessionId } = event.participant
          return started.delete(sessionId) ? bodies.stop(sessionId) : Effect.void
        }
        default:
          return Effect.void
      }
    })
  })

export const tracks = (
  callState: CallState,
  filter: TrackFilter
): Stream.Stream<RemoteTrack, EdgeError | LaggedError> =>
  callState.events.pipe(
    Stream.filter((event) => event._tag === "TrackAdded"),
    Stream.map(callState.remoteTrack),
    Stream.filter((track) => matchesTrack(filter, track))
  )

/** The first participant that the filter selects: one that is there, or one that joins or changes so that it does. */
export const waitForParticipant = (
  { events }: CallState,
  filter: ParticipantFilter,
  timeout: Duration.Duration
): Effect.Effect<RemoteParticipant, WaitError | EdgeError | LaggedError> =>
  first(
    events.pipe(
      Stream.filter((event) => event._tag === "ParticipantJoined" || event._tag === "ParticipantChanged"),
      Stream.map(({ participant }) => participant),
      Stream.filter((participant) => matchesParticipant(filter, participant))
    ),
    "Participant",
    timeout
  )

export const waitForTrack = (
  callState: CallState,
  filter: TrackFilter,
  timeout: Duration.Duration
): Effect.Effect<RemoteTrack, WaitError | EdgeError | LaggedError> => first(tracks(callState, filter), "Track", timeout)

const first = <A, E>(
  stream: Stream.Stream<A, E>,
  subject: WaitError["subject"],
  timeout: Duration.Duration
): Effect.Effect<A, WaitError | E> => {
  const failure = (reason: WaitError["reason"]) =>
    Effect.fail(new WaitError({ subject, reason, timeout: Duration.toMillis(timeout) }))
  return Stream.runHead(stream).pipe(
    Effect.flatMap(Option.match({
      onNone: () => failure("CallEnded"),
      onSome: (found) => Effect.succeed(found)
    })),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => failure("TimedOut") })
  )
}
