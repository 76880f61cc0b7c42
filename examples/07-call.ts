/**
 * A call of six people, in memory: the story that `npm start` tells with real connections. They join late, share a screen
 * next to a camera, mute, republish, leave in the middle, come back under a new session and sit there on two devices;
 * `StreamEdge` follows all of it, and every packet is held against its owner.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { call } from "./call/call.ts"
import * as Memory from "./call/Memory.ts"
import { script } from "./call/Script.ts"

const seed = 7

export const main = Effect.gen(function*() {
  const { call: { layer }, people, stage } = yield* Memory.make()
  const parts = yield* script({ participants: 6, seconds: 15, seed })
  yield* call({ stage, layer, parts, people, senderOf: Memory.senderOf, sessionId: "agent" })
}).pipe(Random.withSeed(seed), Effect.scoped)
