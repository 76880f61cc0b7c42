/**
 * Some stacks hide whose a track is. The only track goes to the only key that waits for its like; between equals nothing
 * is guessed, and the error says what came near. One piece of evidence settles the rest by elimination.
 */
import { TrackResolver } from "effect-track-resolver"
import type { Participant, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Say from "./say.ts"

const [alice, bob, carol] = ["alice", "bob", "carol"].map((userId): Participant => ({
  userId,
  sessionId: `${userId}-1`
}))
const cameraOf = (participant: Participant): TrackKey => ({ ...participant, trackType: "Video" })

export const main = Effect.gen(function*() {
  const say = yield* Say.begin
  const resolver = yield* TrackResolver

  yield* say("alice has published her camera; a video track without a name comes")
  const hers = yield* Effect.forkChild(resolver.resolve(cameraOf(alice!)), { startImmediately: true })
  yield* resolver.register({ trackId: "v1", kind: "video" })
  yield* say(`alice's camera is ${yield* Fiber.join(hers)}: nothing else came into question`)

  yield* say("bob and carol have published theirs; two tracks without names come")
  for (const trackId of ["v2", "v3"]) yield* resolver.register({ trackId, kind: "video" })
  const error = yield* Effect.flip(resolver.resolve(cameraOf(bob!), { timeout: "2 seconds" }))
  yield* say(`${error._tag}: ${error.message}`)

  const both = yield* Effect.forEach(
    [bob!, carol!],
    (who) => Effect.forkChild(resolver.resolve(cameraOf(who)), { startImmediately: true })
  )
  yield* say("now something says that v3 is carol's")
  yield* resolver.register({ trackId: "v3", kind: "video", participant: carol })
  const [his, carols] = yield* Fiber.joinAll(both)
  yield* say(`carol's camera is ${carols}, and so bob's is ${his}`)
  for (const { evidence, key, trackId } of (yield* resolver.snapshot).bound) {
    yield* say(`${key.userId.padEnd(5)} ${trackId} by ${evidence}`)
  }
}).pipe(Effect.provide(TrackResolver.layer()))
