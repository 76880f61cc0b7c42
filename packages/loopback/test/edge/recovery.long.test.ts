/**
 * What the edge does when all is not well: an expired token, a path that dies without a word, an outage, a wrong URL.
 * With real sockets, ICE and DTLS.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge } from "effect-track-resolver"
import type { EdgeEvent, EdgeState } from "effect-track-resolver"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { WeriftPeerConnection } from "effect-track-resolver/werift"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { describeEvent, errorOf, eventsOf } from "../../../../test/edge/Harness.ts"
import { callOf } from "../support/agentIn.ts"

const platform = [NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor] as const

/** An edge, its events and its states. */
const open = Effect.fnUntraced(function*(client: ReturnType<typeof StreamCall.layer>) {
  const adapters = Layer.merge(client, WeriftPeerConnection.layer({ loopbackOnly: true })).pipe(
    Layer.provide([...platform])
  )
  const services = yield* Layer.build(StreamEdge.layer({ sessionId: "robot" }).pipe(Layer.provide(adapters)))
  const edge = Context.get(services, StreamEdge)
  const events = yield* Queue.unbounded<EdgeEvent>()
  const states: Array<EdgeState> = []
  const end = yield* Effect.forkScoped(
    Effect.exit(Stream.runForEach(eventsOf(edge), (event) => Queue.offer(events, event)))
  )
  yield* Effect.forkScoped(Stream.runForEach(edge.states, (state) => Effect.sync(() => states.push(state))))
  return { edge, end, states, next: Effect.map(Queue.take(events), describeEvent) }
})

/** Opens an edge whose first track is the microphone of alice. */
const openWithAlice = Effect.gen(function*() {
  const { participant } = yield* LoopbackSfu
  const opened = yield* open(StreamCall.layer(yield* callOf("c", "robot")))
  const alice = yield* participant({ userId: "alice", sessionId: "a1" })
  assert.strictEqual(yield* opened.next, "a1 joined")
  yield* alice.publish("Audio")
  assert.strictEqual(yield* opened.next, "a1 Audio added: robot-0-1")
  return opened
})

const receive = (edge: StreamEdge["Service"], trackId: string, count = 10) =>
  Stream.runDrain(Stream.take(edge.rtp(trackId), count))

const tagsOf = (states: ReadonlyArray<EdgeState>): ReadonlyArray<string> =>
  states.map((state) => state._tag === "Reconnecting" ? state.strategy : state._tag)

describe("an edge in a real call", () => {
  it.live("receives a newcomer, and publishes, after its token has expired", () =>
    Effect.gen(function*() {
      const { control, participant } = yield* LoopbackSfu
      const { edge, next, states } = yield* openWithAlice
      yield* control.expireTokens("robot")
      const bob = yield* participant({ userId: "bob", sessionId: "b1" })
      yield* bob.publish("Audio")
      while (!(yield* next).startsWith("b1 Audio added"));
      assert.deepStrictEqual(tagsOf(states), ["Joined", "Rejoin", "Joined"])
      yield* control.expireTokens("robot")
      yield* edge.publish({ trackType: "Audio", media: Stream.never })
      assert.deepStrictEqual(tagsOf(states), ["Joined", "Rejoin", "Joined", "Rejoin", "Joined"])
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.live(
    "restarts ICE within ten seconds after its path has died, and receives again, without a reconnection",
    () =>
      Effect.gen(function*() {
        const { control } = yield* LoopbackSfu
        const { edge, states } = yield* openWithAlice
        yield* receive(edge, "robot-0-1")
        yield* control.breakPath("robot", "byIceRestart")
        // More than what is on its way.
        yield* receive(edge, "robot-0-1", 100).pipe(Effect.timeout("13 seconds"))
        assert.deepStrictEqual(tagsOf(states), ["Joined", "Degraded", "Joined"])
      }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer()))
  )

  it.live("rejoins after an outage in which the SFU has forgotten it", () =>
    Effect.gen(function*() {
      const { control } = yield* LoopbackSfu
      const { edge, next, states } = yield* openWithAlice
      const outage = yield* Scope.make()
      yield* Scope.provide(control.outage("robot"), outage)
      yield* Effect.sleep("8 seconds")
      assert.strictEqual(states.at(-1)!._tag, "Reconnecting")
      yield* Scope.close(outage, Exit.void)
      assert.strictEqual(yield* next, "a1 Audio removed: robot-0-1")
      assert.strictEqual(yield* next, "a1 Audio added: robot-0-2")
      yield* receive(edge, "robot-0-2")
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer({ reconnectDeadline: "3 seconds" }))))

  it.live("with a wrong Twirp URL it is degraded, and ends with an error that says so", () =>
    Effect.gen(function*() {
      const { participant, token, url, webSocketUrl } = yield* LoopbackSfu
      yield* participant({ userId: "alice", sessionId: "a1" })
      const { end, states } = yield* open(
        StreamSfuClient.layer({
          url: url.replace("/twirp", "/wrong"),
          webSocketUrl,
          token: Redacted.make(yield* token("robot"))
        })
      )
      const alice = yield* participant({ userId: "bob", sessionId: "b1" })
      yield* alice.publish("Audio")
      const error = errorOf(yield* Fiber.join(end))
      assert.deepInclude(error, { _tag: "ReconnectionError", reason: "RequestsFailed" })
      assert.include(String(error), "bad_route")
      assert.include(tagsOf(states), "Degraded")
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))

  it.live("ends with the SFU's refusal if its only token has expired", () =>
    Effect.gen(function*() {
      const { control, participant, token, url, webSocketUrl } = yield* LoopbackSfu
      const { end } = yield* open(
        StreamSfuClient.layer({ url, webSocketUrl, token: Redacted.make(yield* token("robot")) })
      )
      yield* control.expireTokens("robot")
      const alice = yield* participant({ userId: "alice", sessionId: "a1" })
      yield* alice.publish("Audio")
      const error = errorOf(yield* Fiber.join(end))
      assert.deepInclude(error, { _tag: "ReconnectionError", reason: "Refused" })
    }).pipe(Effect.scoped, Effect.provide(LoopbackSfu.layer())))
})
