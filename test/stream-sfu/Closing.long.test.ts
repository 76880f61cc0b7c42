/**
 * The end of a session whose peer does nothing any more: nothing of it stays, on real sockets and under `TestClock`.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import { SfuClient } from "effect-track-resolver"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import { begin } from "../support/resolver.ts"
import { until } from "../support/until.ts"
import { encodeEvent, joinResponse, secret } from "./FakeSfu.ts"
import { genericSdps, join, withSfu } from "./Harness.ts"
import * as RawServer from "./RawServer.ts"

const webSockets: { readonly [name: string]: Layer.Layer<Socket.WebSocketConstructor> } = {
  "Node's WebSocket": NodeSocket.layerWebSocketConstructor,
  "the WebSocket of ws": NodeWS.layerWebSocketConstructor
}

const httpClients: { readonly [name: string]: Layer.Layer<HttpClient.HttpClient> } = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layerNodeHttp
}

const clientOf = (port: number, webSocket = webSockets["Node's WebSocket"]!, http = httpClients["undici"]!) =>
  StreamSfuClient.layer({
    url: `http://127.0.0.1:${port}/twirp`,
    webSocketUrl: `ws://127.0.0.1:${port}/ws`,
    token: Redacted.make(secret)
  }).pipe(Layer.provide([http, webSocket]))

const joinReal = SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps }))

describe("A peer that no longer reads", () => {
  for (const [name, webSocket] of Object.entries(webSockets)) {
    it.live(`is disconnected after the scope is closed: ${name}`, () =>
      Effect.gen(function*() {
        const server = yield* RawServer.make((socket) => void socket.write(RawServer.frame(encodeEvent(joinResponse))))
        yield* Effect.scoped(joinReal).pipe(Effect.provide(clientOf(server.port, webSocket)))
        yield* server.untilOpen(0)
      }))

    it.live(`and sends on is disconnected as well: ${name}`, () =>
      Effect.gen(function*() {
        const health = RawServer.frame(encodeEvent({ healthCheckResponse: {} }))
        const server = yield* RawServer.make((socket) => {
          socket.write(RawServer.frame(encodeEvent(joinResponse)))
          const timer = setInterval(() => socket.write(health), 10)
          socket.on("close", () => clearInterval(timer))
        })
        yield* Effect.scoped(joinReal).pipe(Effect.provide(clientOf(server.port, webSocket)))
        yield* server.untilOpen(0)
      }))

    it.live(`is disconnected alone: another socket at the same URL stays open: ${name}`, () =>
      Effect.gen(function*() {
        const server = yield* RawServer.make((socket) => void socket.write(RawServer.frame(encodeEvent(joinResponse))))
        const layer = clientOf(server.port, webSocket)
        yield* Effect.gen(function*() {
          const client = yield* SfuClient
          const [first, second] = yield* Effect.all(
            ["a", "b"].map((sessionId) =>
              Effect.scoped(Effect.andThen(client.join({ sessionId, genericSdps }), Effect.succeed(sessionId)))
            ),
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual([first, second], ["a", "b"])
          yield* Effect.scoped(Effect.gen(function*() {
            yield* Effect.all([
              Effect.scoped(client.join({ sessionId: "c", genericSdps })),
              client.join({ sessionId: "d", genericSdps })
            ], {
              concurrency: "unbounded"
            })
            yield* server.untilOpen(1)
            yield* Effect.sleep("1200 millis")
            assert.strictEqual(server.open.size, 1)
          }))
        }).pipe(Effect.provide(layer))
        yield* server.untilOpen(0)
      }))
  }

  for (const [name, http] of Object.entries(httpClients)) {
    it.live(`and does not answer a request in flight: ${name}`, () =>
      Effect.gen(function*() {
        const server = yield* RawServer.make((socket) => void socket.write(RawServer.frame(encodeEvent(joinResponse))))
        yield* Effect.gen(function*() {
          const session = yield* joinReal
          const request = yield* begin(session.updateSubscriptions([]))
          yield* until(() => server.requests.some((line) => line.startsWith("POST")))
          assert.isUndefined(request.pollUnsafe())
        }).pipe(Effect.scoped, Effect.provide(clientOf(server.port, undefined, http)))
        yield* server.untilOpen(0)
      }))
  }
})

describe("The close", () => {
  withSfu("has one second: then the connection is ended", (sfu) =>
    Effect.gen(function*() {
      yield* Effect.scoped(Effect.andThen(
        Effect.flatMap(join, ({ detach }) => detach("Resume")),
        Effect.sync(() => void (sfu.sockets[0]!.acknowledgesClose = false))
      ))
      yield* TestClock.adjust("999 millis")
      assert.isFalse(sfu.sockets[0]!.isTerminated)
      yield* TestClock.adjust("1 millis")
      assert.isTrue(sfu.sockets[0]!.isTerminated)
    }))

  withSfu("that is answered ends nothing", (sfu) =>
    Effect.gen(function*() {
      yield* Effect.scoped(Effect.andThen(
        Effect.flatMap(join, ({ detach }) => detach("Resume")),
        Effect.sync(() => void (sfu.sockets[0]!.acknowledgesClose = false))
      ))
      sfu.sockets[0]!.closeByServer(4100)
      yield* TestClock.adjust("1 minute")
      assert.isFalse(sfu.sockets[0]!.isTerminated)
    }))
})
