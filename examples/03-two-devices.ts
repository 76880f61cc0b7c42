/**
 * Alice joins the call on her phone, and then on her laptop as well. `takeOver`, the default, cannot distinguish a second
 * device from a reconnection, so the laptop inherits the phone's track. `afterLeave` waits for the laptop's own track.
 */
import { TrackResolver } from "effect-track-resolver"
import type { TrackKey, TrackResolverOptions } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Log from "./log.ts"

const phone: TrackKey = { userId: "alice", sessionId: "phone", trackType: "Video" }
const laptop: TrackKey = { userId: "alice", sessionId: "laptop", trackType: "Video" }

const call = (sessionMigration: NonNullable<TrackResolverOptions["sessionMigration"]>) =>
  Effect.gen(function*() {
    const log = yield* Log.make
    const resolver = yield* TrackResolver
    const { sessionId, userId } = laptop

    yield* log(`--- sessionMigration: ${sessionMigration}`)
    yield* resolver.register({ trackId: "v1", kind: "video", participant: phone, trackType: "Video" })
    yield* log(`the phone's camera is ${yield* resolver.resolve(phone)}`)
    const answer = yield* Effect.forkChild(resolver.resolve(laptop), { startImmediately: true })
    yield* Effect.sleep("500 millis")
    yield* log(
      answer.pollUnsafe() === undefined ? "the laptop's camera: still waiting" : "the laptop's camera: answered"
    )
    yield* resolver.register({ trackId: "v2", kind: "video", participant: { userId, sessionId }, trackType: "Video" })
    yield* log(`the laptop's camera is ${yield* Fiber.join(answer)}`)
    for (const { evidence, key, trackId } of (yield* resolver.snapshot).bound) {
      yield* log(`in the end: ${key.sessionId} has ${trackId} (${evidence})`)
    }
  }).pipe(Effect.provide(TrackResolver.layer({ sessionMigration })))

export const main = Effect.andThen(call("takeOver"), call("afterLeave"))
