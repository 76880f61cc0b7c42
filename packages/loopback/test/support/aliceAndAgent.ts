/**
 * A participant that publishes her microphone, and a client that receives it.
 */
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Client from "./Client.ts"

export const aliceAndAgent = Effect.gen(function*() {
  const sfu = yield* LoopbackSfu
  const agent = yield* Client.join({ userId: "agent", sessionId: "agent" })
  const alice = yield* sfu.participant({ userId: "alice", sessionId: "alice" })
  const microphone = Client.keyOf(alice, "Audio")
  yield* alice.publish("Audio")
  yield* agent.subscribe(microphone)
  yield* agent.awaitPackets(microphone, 2)
  return { sfu, agent, alice, microphone }
})
