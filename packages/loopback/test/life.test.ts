/**
 * Where the loopback SFU listens, and what is left of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { connect } from "node:net"
import { aliceAndAgent } from "./support/aliceAndAgent.ts"
import * as Client from "./support/Client.ts"
import { withSfu } from "./support/inCall.ts"

const isOpen = (port: number) =>
  Effect.callback<boolean>((resume) => {
    const socket = connect({ host: "127.0.0.1", port })
    socket.once("connect", () => {
      socket.destroy()
      resume(Effect.succeed(true))
    })
    socket.once("error", () => resume(Effect.succeed(false)))
  })

/** Open UDP sockets and TCP servers. Those of `fetch` and of closing sockets come and go on their own. */
const handles = () =>
  process.getActiveResourcesInfo().filter((type) => type === "UDPWrap" || type === "TCPServerWrap").length

describe("listening", () => {
  it.live.each(["0.0.0.0", "::", "192.168.0.1", "example.com", ""])(
    "is refused on '%s'",
    (host) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(LoopbackSfu.make({ host }))
        assert.strictEqual(error.reason, "NotLoopback")
      })
  )

  it.live("fails on a port that is taken", () =>
    Effect.gen(function*() {
      const sfu = yield* LoopbackSfu.make()
      const port = Number(new URL(sfu.url).port)
      const error = yield* Effect.flip(LoopbackSfu.make({ port }))
      assert.strictEqual(error.reason, "NotListening")
    }))
})

describe("closing the scope", () => {
  it.live("closes every socket and every connection", () =>
    Effect.gen(function*() {
      const before = handles()
      const agent = yield* Effect.scoped(Effect.gen(function*() {
        const sfu = yield* LoopbackSfu.make()
        const agent = yield* Client.join({ userId: "agent" }).pipe(Effect.provideService(LoopbackSfu, sfu))
        const alice = yield* sfu.participant({ userId: "alice" })
        yield* alice.publish("Audio")
        yield* agent.subscribe(Client.keyOf(alice, "Audio"))
        yield* agent.awaitPackets(Client.keyOf(alice, "Audio"), 1)
        assert.isAbove(handles(), before)
        return { closed: agent.closed, port: Number(new URL(sfu.url).port) }
      }))
      yield* agent.closed
      assert.isFalse(yield* isOpen(agent.port))
      assert.strictEqual(handles(), before)
    }))

  it.live("closes the socket of a client that stays with code 1001", () =>
    Effect.gen(function*() {
      const agent = yield* withSfu(Effect.fnUntraced(function*() {
        const { agent } = yield* aliceAndAgent
        return agent
      }))
      assert.strictEqual(yield* agent.closed, 1001)
    }))

  it.live("does not wait for a request that is never answered", () =>
    Effect.gen(function*() {
      const asked = yield* withSfu(Effect.fnUntraced(function*(sfu) {
        const agent = yield* Client.join({ userId: "agent" })
        yield* sfu.control.requests.drop((request) => request.from === agent.sessionId)
        const asked = yield* Effect.forkScoped(Effect.exit(agent.subscribe()), { startImmediately: true })
        yield* agent.awaitPriorEvents
        return asked
      }))
      assert.isTrue(Exit.isFailure(yield* Fiber.join(asked)))
    }))
})
