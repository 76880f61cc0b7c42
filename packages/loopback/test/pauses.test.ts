/**
 * A pause of a client's video ends with the client's next join, and begins for a live video only.
 */
import { assert, describe } from "@effect/vitest"
import { LoopbackSfu, Wire } from "effect-track-resolver-loopback"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

const {
  WEBSOCKET_RECONNECT_STRATEGY_FAST: fast,
  WEBSOCKET_RECONNECT_STRATEGY_MIGRATE: migrate
} = Wire.ReconnectStrategy

const capabilities = [Wire.Messages.models.ClientCapability.CLIENT_CAPABILITY_SUBSCRIBER_VIDEO_PAUSE]

/** A participant that publishes her camera, and a client that receives it and knows pauses. */
const aliceAndAgent = Effect.gen(function*() {
  const { control, participant } = yield* LoopbackSfu
  const agent = yield* Client.join({ userId: "agent", sessionId: "agent", request: { capabilities } })
  const alice = yield* participant({ userId: "alice", sessionId: "alice" })
  const camera = Client.keyOf(alice, "Video")
  yield* alice.publish("Video")
  yield* agent.subscribe(camera)
  yield* agent.awaitPackets(camera, 2)
  return { agent, alice, camera, control, pause: control.pauseVideo({ to: "agent", publication: camera }) }
})

describe("a pause", () => {
  inCall.each([
    { node: "loopback-1", strategy: fast },
    { node: "loopback-2", strategy: migrate, fromSfuId: "loopback-1" }
  ])(
    "ends when its client comes back: %o",
    (_, { node, ...reconnectDetails }) =>
      Effect.gen(function*() {
        const { agent, camera, control, pause } = yield* aliceAndAgent
        assert.isTrue(yield* pause)
        const { connection, ...session } = agent
        const again = yield* Client.join({
          ...session,
          ...(node === "loopback-1" && { connection }),
          node,
          request: { reconnectDetails }
        })
        yield* again.awaitPackets(camera, 5)
        // Its last join request does not say that it knows pauses.
        assert.isFalse(yield* control.pauseVideo({ to: "agent", publication: camera }))
      }),
    () => ({ nodes: 2 })
  )

  inCall("is of a live video only, of a session in the call", () =>
    Effect.gen(function*() {
      const { agent, alice, camera, control } = yield* aliceAndAgent
      yield* alice.mute("Video")
      for (const publication of [camera, Client.keyOf(alice, "ScreenShare")]) {
        assert.isFalse(yield* control.pauseVideo({ to: "agent", publication }))
      }
      const wrong = [
        [Client.keyOf(alice, "ScreenShareAudio"), "publication must be a video, got ScreenShareAudio"],
        [Client.keyOf({ userId: "alice", sessionId: "nobody" }, "Video"), "sessionId must be that of a session"]
      ] as const
      for (const [publication, message] of wrong) {
        const exit = yield* Effect.exit(control.pauseVideo({ to: "agent", publication }))
        assert.include(Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "", message)
      }
      yield* agent.awaitPriorEvents
      assert.notInclude(agent.eventTypes(), "inboundStateNotification")
    }))
})
