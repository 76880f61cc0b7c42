/**
 * A participant leaves while three parts of the agent wait for their camera. Each of the three fails at once with a typed
 * error. The resolve of another participant is not affected, and nothing is left behind.
 */
import { TrackResolver } from "effect-track-resolver"
import type { Participant, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Log from "./log.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const bob: Participant = { userId: "bob", sessionId: "b1" }
const cameraOf = (participant: Participant): TrackKey => ({ ...participant, trackType: "Video" })

export const main = Effect.gen(function*() {
  const log = yield* Log.make
  const resolver = yield* TrackResolver

  const wait = (who: string, participant: Participant) =>
    Effect.forkChild(
      Effect.matchEffect(resolver.resolve(cameraOf(participant)), {
        onSuccess: (trackId) => log(`${who}: ${participant.userId}'s camera is ${trackId}`),
        onFailure: (error) => log(`${who}: ${error._tag}: ${error.message}`)
      }),
      { startImmediately: true }
    )
  const sizes = Effect.flatMap(
    resolver.sizes,
    ({ fibers, locks, scopes, timers }) =>
      log(`(fibers: ${fibers}, scopes: ${scopes}, locks: ${locks}, timers: ${timers})`)
  )

  yield* log("alice and bob have published their cameras; no track has arrived yet")
  const ofAlice = yield* Effect.forEach(["recorder", "transcriber", "moderator"], (who) => wait(who, alice))
  const ofBob = yield* wait("recorder", bob)
  yield* sizes
  yield* Effect.sleep("1 second")
  yield* log("alice leaves")
  yield* resolver.cancel(alice)
  yield* log("cancel has returned: every resolve of alice has ended")
  yield* Fiber.joinAll(ofAlice)
  yield* sizes
  yield* Effect.sleep("1 second")
  yield* resolver.register({ trackId: "v2", kind: "video", participant: bob, trackType: "Video" })
  yield* Fiber.join(ofBob)
  yield* sizes
}).pipe(Effect.provide(TrackResolver.layer()))
