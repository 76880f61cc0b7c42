/**
 * The two messengers come in either order, and the answer is the same. Nobody polls: who waits is told at once.
 */
import { TrackResolver } from "effect-track-resolver"
import type { Participant, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Say from "./say.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const camera: TrackKey = { ...alice, trackType: "Video" }
const microphone: TrackKey = { ...alice, trackType: "Audio" }

export const main = Effect.gen(function*() {
  const say = yield* Say.begin
  const resolver = yield* TrackResolver

  yield* say("WebRTC:     here is a video track, v1, of alice's camera")
  yield* resolver.register({ trackId: "v1", kind: "video", participant: alice, trackType: "Video" })
  yield* Effect.sleep("200 millis")
  yield* say("signalling: alice has published her camera")
  yield* say(`            it is ${yield* resolver.resolve(camera)}`)

  yield* Effect.sleep("200 millis")
  yield* say("signalling: alice has published her microphone")
  const answer = yield* Effect.forkChild(resolver.resolve(microphone))
  yield* Effect.sleep("200 millis")
  yield* say("WebRTC:     here is an audio track, a1, of alice's microphone")
  yield* resolver.register({ trackId: "a1", kind: "audio", participant: alice, trackType: "Audio" })
  yield* say(`            it is ${yield* Fiber.join(answer)}`)

  for (const { requestedAt, evidence, key, registeredAt, trackId } of (yield* resolver.snapshot).bound) {
    const first = registeredAt < requestedAt ? "the track came first" : "the announcement came first"
    yield* say(
      `${key.trackType.padEnd(5)} ${trackId}: ${evidence} evidence; ${first}, by ${
        Math.abs(registeredAt - requestedAt)
      } ms`
    )
  }
}).pipe(Effect.provide(TrackResolver.layer()))
