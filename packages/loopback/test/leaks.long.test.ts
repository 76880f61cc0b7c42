/**
 * What a call keeps of sessions, sockets and tracks that have ended: nothing.
 */
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { queryObjects } from "node:v8"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

/** WebSockets in memory after a collection, of both ends. */
const webSockets = Effect.sync(() => queryObjects(NodeWS.WebSocket, { format: "count" }))

const times = 30

describe("a call keeps nothing of", () => {
  inCall("the sockets of earlier connections of a session", (sfu) =>
    Effect.gen(function*() {
      const alice = yield* sfu.participant({ userId: "alice" })
      yield* alice.reconnect
      const before = yield* webSockets
      yield* Effect.repeat(alice.reconnect, { times: times - 1 })
      assert.isBelow(yield* webSockets, before + times / 2)
    }))

  inCall("the connections that a session has migrated from", (sfu) =>
    Effect.gen(function*() {
      let alice = yield* sfu.participant({ userId: "alice" })
      const migrate = (count: number) =>
        Effect.gen(function*() {
          alice = yield* alice.migrate(`loopback-${1 + (count % 2)}`)
        })
      yield* migrate(1)
      const before = yield* webSockets
      yield* Effect.forEach(Array.from({ length: times }, (_, index) => index), migrate, { discard: true })
      assert.isBelow(yield* webSockets, before + times / 2)
    }), { nodes: 2, migrationCompletes: "atOnce" })

  inCall("the packets of a participant that has left", (sfu) =>
    Effect.gen(function*() {
      const agent = yield* Client.join({ userId: "agent" })
      const bob = yield* sfu.participant({ userId: "bob" })
      yield* bob.publish("Audio")
      for (let count = 0; count < 2; count++) {
        const alice = yield* sfu.participant({ userId: "alice" })
        yield* alice.publish("Audio")
        yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 2)
        yield* alice.leave
      }
      const { forwarded } = yield* sfu.waitUntil(({ participants }) => participants.length === 2)
      yield* agent.awaitPackets(Client.keyOf(bob, "Audio"), 2)
      assert.deepStrictEqual(forwarded.map(({ key }) => key.userId), ["bob"])
    }))
})
