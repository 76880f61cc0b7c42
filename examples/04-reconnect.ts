/**
 * Alice's connection breaks. She comes back under a new session, while the SFU still shows the old one; the old one
 * leaves; and in the end new media arrives. One listener hears every change of what is bound to what.
 */
import { TrackResolver } from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Say from "./say.ts"

const before: TrackKey = { userId: "alice", sessionId: "before", trackType: "Audio" }
const after: TrackKey = { userId: "alice", sessionId: "after", trackType: "Audio" }

export const main = Effect.gen(function*() {
  const say = yield* Say.begin
  const resolver = yield* TrackResolver
  const changes = Stream.runForEach(resolver.changes, (change) =>
    change._tag === "Bound"
      ? say(`        + ${change.binding.key.sessionId} has ${change.binding.trackId} (${change.binding.evidence})`)
      : say(`        - ${change.key.sessionId} no more has ${change.trackId} (${change.why})`))
  yield* Effect.forkChild(changes, { startImmediately: true })

  yield* say("alice speaks")
  yield* resolver.register({ trackId: "a1", kind: "audio", participant: before, trackType: "Audio" })
  yield* resolver.resolve(before)
  yield* Effect.sleep("1 second")

  yield* say("she is back under a new session, and has published her microphone again")
  const answer = yield* Effect.forkChild(resolver.resolve(after), { startImmediately: true })
  yield* Effect.sleep("1 second")
  yield* say("the SFU notices that the old session is gone")
  yield* resolver.cancel(before)
  yield* say(`the agent goes on with ${yield* Fiber.join(answer)}, which still carries her media`)
  yield* Effect.sleep("1 second")

  yield* say("WebRTC: here is a track of the new session")
  yield* resolver.register({ trackId: "a2", kind: "audio", participant: after, trackType: "Audio" })
  yield* say(`the agent goes on with ${yield* resolver.resolve(after)}`)
  yield* Effect.yieldNow
}).pipe(Effect.provide(TrackResolver.layer({ sessionMigration: "afterLeave" })))
