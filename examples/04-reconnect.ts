/**
 * Alice's connection breaks. She rejoins with a new session while the SFU still lists the old one. Then the old session
 * leaves, and at last new media arrives. One subscriber logs every change of the bindings.
 */
import { TrackResolver } from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Log from "./log.ts"

const before: TrackKey = { userId: "alice", sessionId: "before", trackType: "Audio" }
const after: TrackKey = { userId: "alice", sessionId: "after", trackType: "Audio" }

export const main = Effect.gen(function*() {
  const log = yield* Log.make
  const resolver = yield* TrackResolver
  const changes = Stream.runForEach(resolver.changes, (change) =>
    change._tag === "Bound"
      ? log(`        + ${change.binding.key.sessionId} has ${change.binding.trackId} (${change.binding.evidence})`)
      : log(`        - ${change.key.sessionId} lost ${change.trackId} (${change.why})`))
  yield* Effect.forkChild(changes, { startImmediately: true })

  yield* log("alice has published her microphone")
  yield* resolver.register({ trackId: "a1", kind: "audio", participant: before, trackType: "Audio" })
  yield* resolver.resolve(before)
  yield* Effect.sleep("1 second")

  yield* log("alice has rejoined with a new session, and has published her microphone again")
  const answer = yield* Effect.forkChild(resolver.resolve(after), { startImmediately: true })
  yield* Effect.sleep("1 second")
  yield* log("the SFU reports that the old session left")
  yield* resolver.cancel(before)
  yield* log(`the new session inherits ${yield* Fiber.join(answer)}`)
  yield* Effect.sleep("1 second")

  yield* log("WebRTC reports a track of the new session")
  yield* resolver.register({ trackId: "a2", kind: "audio", participant: after, trackType: "Audio" })
  yield* log(`the microphone of the new session is now ${yield* resolver.resolve(after)}`)
  yield* Effect.yieldNow
}).pipe(Effect.provide(TrackResolver.layer({ sessionMigration: "afterLeave" })))
