/**
 * The bounds of the HTTP server: what a client may leave unfinished, and how many clients there may be.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Scope from "effect/Scope"
import * as Server from "../src/Server.ts"
import * as RawHttp from "./support/RawHttp.ts"

/** Reads the body of a request, and responds with its length. */
const length = Effect.map(
  Effect.orDie(Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ text }) => text)),
  (body) => HttpServerResponse.text(`${body.length}`)
)

const open = (options: Partial<Server.ServerOptions>) =>
  Effect.gen(function*() {
    const server = yield* Server.make({
      host: undefined,
      port: undefined,
      maxFrameSize: 1_024,
      onClose: () => {},
      ...options
    })
    yield* Scope.provide(server.httpServer.serve(length), server.scope)
    return server.port
  })

/** In milliseconds. The others are longer than a test. */
const timeouts = { headers: 600_000, request: 600_000, check: 10 }

const whole = (port: number) => RawHttp.request(port, { method: "POST", body: "four" })

describe("a server", () => {
  it.live("refuses a client that does not finish its headers", () =>
    Effect.gen(function*() {
      const port = yield* open({ timeouts: { ...timeouts, headers: 50 } })
      assert.strictEqual((yield* RawHttp.send(port, "GET / HTTP/1.1\r\nHost: x\r\n")).status, 408)
    }))

  it.live("refuses a client that does not finish its body", () =>
    Effect.gen(function*() {
      const port = yield* open({ timeouts: { ...timeouts, headers: 50, request: 100 } })
      const request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nfou"
      assert.strictEqual((yield* RawHttp.send(port, request)).status, 408)
    }))

  it.live("closes the connections beyond its number at once, and serves again when one has ended", () =>
    Effect.gen(function*() {
      const port = yield* open({ maxConnections: 2 })
      const hold = RawHttp.connected(port)
      const first = yield* hold
      yield* hold
      assert.strictEqual((yield* whole(port)).status, 0)
      first.destroy()
      const served = yield* Effect.repeat(whole(port), { until: ({ status }) => status !== 0 })
      assert.strictEqual(served.body, "4")
    }))
})
