import { it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { StreamEdge } from "effect-track-resolver"
import type { Participant, TrackId, TrackKey } from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"

// Your agent.
const startNotetaker = Effect.gen(function*() {
  const { events } = yield* StreamEdge
  const people = new Map<string, Participant>()
  const listeningTo = new Map<TrackId, TrackKey>()
  const hear = Stream.runForEach(events, (event) =>
    Effect.sync(() => {
      if (event._tag === "ParticipantJoined") people.set(event.participant.sessionId, event.participant)
      if (event._tag === "ParticipantLeft") people.delete(event.participant.sessionId)
      if (event._tag === "TrackAdded") listeningTo.set(event.trackId, event.key)
      if (event._tag === "TrackRemoved") listeningTo.delete(event.trackId)
    }))
  yield* Effect.forkScoped(hear)
  return { people, listeningTo }
})

const notetakerInACall = Effect.gen(function*() {
  const call = yield* SimulatedCall.SimulatedCall
  const { listeningTo, people } = yield* startNotetaker
  yield* call.run((truth) =>
    SimulatedCall.agree(truth, { participants: people.values(), tracks: listeningTo.values() })
  )
}).pipe(Effect.provide(StreamEdge.layer()))

it.effect("the notetaker knows whom it listens to", () => SimulatedCall.check(notetakerInACall))
