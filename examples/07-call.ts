/**
 * A call with six users in memory: the script of `npm start` without real connections. The users join late, share a screen
 * next to a camera, mute, publish again, leave in the middle, rejoin with a new session, and join with two devices.
 * `StreamEdge` reports every track, and the example checks the owner of every packet.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { call } from "./call/call.ts"
import * as Memory from "./call/Memory.ts"
import { generate } from "./call/Script.ts"

const seed = 7

export const main = Effect.gen(function*() {
  const { call: { layer }, harness, participants } = yield* Memory.make()
  const script = yield* generate({ participants: 6, seconds: 15, seed })
  yield* call({ harness, layer, script, participants, ownerOf: Memory.ownerOf, sessionId: "agent" })
}).pipe(Random.withSeed(seed), Effect.scoped)
