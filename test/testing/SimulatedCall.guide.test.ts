import { it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { Participant, TrackId, TrackKey } from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

// Your agent.
const startNotetaker = Effect.gen(function*() {
  const { events } = yield* StreamEdge
  const participants = new Map<string, Participant>()
  const tracks = new Map<TrackId, TrackKey>()
  const onEvent = Stream.runForEach(events, (event) =>
    Effect.sync(() => {
      if (event._tag === "ParticipantJoined") participants.set(event.participant.sessionId, event.participant)
      if (event._tag === "ParticipantLeft") participants.delete(event.participant.sessionId)
      if (event._tag === "TrackAdded") tracks.set(event.trackId, event.key)
      if (event._tag === "TrackRemoved") tracks.delete(event.trackId)
    }))
  yield* Effect.forkScoped(onEvent)
  return { participants, tracks }
})

const notetakerInACall = Effect.gen(function*() {
  const call = yield* SimulatedCall.SimulatedCall
  const { participants, tracks } = yield* startNotetaker
  yield* call.run((groundTruth) =>
    SimulatedCall.assertMatches(groundTruth, { participants: participants.values(), tracks: tracks.values() })
  )
}).pipe(Effect.provide(StreamEdge.layer()))

it.effect("the notetaker knows every participant and track", () => SimulatedCall.check(notetakerInACall))
