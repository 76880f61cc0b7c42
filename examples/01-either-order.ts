/**
 * WebRTC's track and the signalling's publication arrive in either order, with the same result. Nothing is polled: a waiting
 * resolve returns as soon as its track is registered.
 */
import { TrackResolver } from "effect-track-resolver"
import type { Participant, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Log from "./log.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const camera: TrackKey = { ...alice, trackType: "Video" }
const microphone: TrackKey = { ...alice, trackType: "Audio" }

export const main = Effect.gen(function*() {
  const log = yield* Log.make
  const resolver = yield* TrackResolver

  yield* log("WebRTC:     v1 is a video track of alice's camera")
  yield* resolver.register({ trackId: "v1", kind: "video", participant: alice, trackType: "Video" })
  yield* Effect.sleep("200 millis")
  yield* log("signalling: alice has published her camera")
  yield* log(`resolver:   her camera is ${yield* resolver.resolve(camera)}`)

  yield* Effect.sleep("200 millis")
  yield* log("signalling: alice has published her microphone")
  const answer = yield* Effect.forkChild(resolver.resolve(microphone))
  yield* Effect.sleep("200 millis")
  yield* log("WebRTC:     a1 is an audio track of alice's microphone")
  yield* resolver.register({ trackId: "a1", kind: "audio", participant: alice, trackType: "Audio" })
  yield* log(`resolver:   her microphone is ${yield* Fiber.join(answer)}`)

  for (const { requestedAt, evidence, key, registeredAt, trackId } of (yield* resolver.snapshot).bound) {
    const first = registeredAt < requestedAt ? "the track" : "the publication"
    const lead = Math.abs(registeredAt - requestedAt)
    yield* log(`${key.trackType.padEnd(5)} ${trackId}: ${evidence} evidence; ${first} arrived first, by ${lead} ms`)
  }
}).pipe(Effect.provide(TrackResolver.layer()))
