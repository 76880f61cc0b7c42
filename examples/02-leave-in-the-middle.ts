/**
 * Somebody leaves while three parts of the agent wait for their camera. All three hear of it at once, as a typed error;
 * nobody else is disturbed, and nothing is left behind.
 */
import { TrackResolver } from "effect-track-resolver"
import type { Participant, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Say from "./say.ts"

const alice: Participant = { userId: "alice", sessionId: "a1" }
const bob: Participant = { userId: "bob", sessionId: "b1" }
const cameraOf = (participant: Participant): TrackKey => ({ ...participant, trackType: "Video" })

export const main = Effect.gen(function*() {
  const say = yield* Say.begin
  const resolver = yield* TrackResolver

  const wait = (who: string, participant: Participant) =>
    Effect.forkChild(
      Effect.matchEffect(resolver.resolve(cameraOf(participant)), {
        onSuccess: (trackId) => say(`${who}: ${participant.userId}'s camera is ${trackId}`),
        onFailure: (error) => say(`${who}: ${error._tag}: ${error.message}`)
      }),
      { startImmediately: true }
    )
  const sizes = Effect.flatMap(
    resolver.sizes,
    ({ fibers, locks, scopes, timers }) =>
      say(`(fibers: ${fibers}, scopes: ${scopes}, locks: ${locks}, timers: ${timers})`)
  )

  yield* say("alice and bob have published their cameras; no track has come yet")
  const hers = yield* Effect.forEach(["recorder", "transcriber", "moderator"], (who) => wait(who, alice))
  const his = yield* wait("recorder", bob)
  yield* sizes
  yield* Effect.sleep("1 second")
  yield* say("alice leaves")
  yield* resolver.cancel(alice)
  yield* say("cancel has returned: every resolve of hers has ended")
  yield* Fiber.joinAll(hers)
  yield* sizes
  yield* Effect.sleep("1 second")
  yield* resolver.register({ trackId: "v2", kind: "video", participant: bob, trackType: "Video" })
  yield* Fiber.join(his)
  yield* sizes
}).pipe(Effect.provide(TrackResolver.layer()))
