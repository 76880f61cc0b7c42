/**
 * Some WebRTC stacks do not report the owner of a track. An anonymous track binds only if it is the only one and one key
 * waits. With two tracks or two keys the resolver does not guess, and the timeout lists the tracks that came near. Evidence
 * for one track then decides the other by elimination.
 */
import { TrackResolver } from "effect-track-resolver"
import type { Participant, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Log from "./log.ts"

const [alice, bob, carol] = ["alice", "bob", "carol"].map((userId): Participant => ({
  userId,
  sessionId: `${userId}-1`
}))
const cameraOf = (participant: Participant): TrackKey => ({ ...participant, trackType: "Video" })

export const main = Effect.gen(function*() {
  const log = yield* Log.make
  const resolver = yield* TrackResolver

  yield* log("alice has published her camera; an anonymous video track arrives")
  const ofAlice = yield* Effect.forkChild(resolver.resolve(cameraOf(alice!)), { startImmediately: true })
  yield* resolver.register({ trackId: "v1", kind: "video" })
  yield* log(`alice's camera is ${yield* Fiber.join(ofAlice)}: no other track or key fits`)

  yield* log("bob and carol have published theirs; two anonymous video tracks arrive")
  for (const trackId of ["v2", "v3"]) yield* resolver.register({ trackId, kind: "video" })
  const error = yield* Effect.flip(resolver.resolve(cameraOf(bob!), { timeout: "2 seconds" }))
  yield* log(`${error._tag}: ${error.message}`)

  const both = yield* Effect.forEach(
    [bob!, carol!],
    (who) => Effect.forkChild(resolver.resolve(cameraOf(who)), { startImmediately: true })
  )
  yield* log("new evidence: v3 belongs to carol")
  yield* resolver.register({ trackId: "v3", kind: "video", participant: carol })
  const [ofBob, ofCarol] = yield* Fiber.joinAll(both)
  yield* log(`carol's camera is ${ofCarol}, so bob's is ${ofBob}`)
  for (const { evidence, key, trackId } of (yield* resolver.snapshot).bound) {
    yield* log(`${key.userId.padEnd(5)} ${trackId} by ${evidence}`)
  }
}).pipe(Effect.provide(TrackResolver.layer()))
