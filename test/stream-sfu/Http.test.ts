/**
 * What this library decides and not the HTTP client: no redirect is followed, an empty response of another server is no
 * success, and TLS is not given up. With each HTTP client, real HTTP on 127.0.0.1.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { SfuClient } from "effect-track-resolver"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { listen } from "../support/httpServer.ts"
import * as FakeSfu from "./FakeSfu.ts"
import { join, withSfu } from "./Harness.ts"

const fetchWith = (init: RequestInit) =>
  FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, init)))

const clients: { readonly [name: string]: Layer.Layer<HttpClient.HttpClient> } = {
  "fetch": FetchHttpClient.layer,
  "fetch whose options follow redirects": fetchWith({ redirect: "follow" }),
  "undici": NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layerNodeHttp
}

const emptySuccess = listen((_, response) =>
  void response.writeHead(200, { "content-type": "application/protobuf" }).end()
)

const redirecting = (status: number, url: string) =>
  listen((_, response) => void response.writeHead(status, { location: `${url}/elsewhere` }).end())

/** A session on a fake socket, whose HTTP requests are real. The client lives as long as the test. */
const sessionWith = (url: string, client: Layer.Layer<HttpClient.HttpClient>) =>
  Effect.gen(function*() {
    const layer = StreamSfuClient.layer({ ...FakeSfu.options, url }).pipe(
      Layer.provide(Layer.merge(FakeSfu.make().layer, client))
    )
    const sfu = Context.get(yield* Layer.build(layer), SfuClient)
    return yield* sfu.join({ sessionId: "alice-1", genericSdps: { subscriberSdp: "", publisherSdp: "" } })
  })

/** Joins through a coordinator. `client` also replaces the socket to the SFU if it has one. */
const coordinator = (baseUrl: string, client: Layer.Layer<HttpClient.HttpClient>) =>
  SfuClient.use((sfu) => sfu.join({ sessionId: "alice-1", genericSdps: { subscriberSdp: "", publisherSdp: "" } })).pipe(
    Effect.scoped,
    Effect.provide(
      StreamCall.layerUserToken({
        baseUrl,
        apiKey: "key",
        callType: "default",
        callId: "1",
        userToken: Effect.succeed(Redacted.make("token-of-the-user"))
      }).pipe(Layer.provide(Layer.merge(FakeSfu.make().layer, client)))
    )
  )

describe("A redirect to another host", () => {
  for (const [name, client] of Object.entries(clients)) {
    for (const status of [301, 302, 307, 308]) {
      it.live(`is not followed, and fails the request: ${name}, ${status}`, () =>
        Effect.gen(function*() {
          const other = yield* emptySuccess
          const { url } = yield* redirecting(status, other.url)
          const session = yield* sessionWith(url, client)
          const error = yield* Effect.flip(session.updateSubscriptions([]))
          assert.deepInclude(error, { reason: "Failed", attempts: 1 })
          assert.match(
            error.detail,
            new RegExp(`answers HTTP ${status}; redirects are not followed: use the final URL$`)
          )
          assert.deepStrictEqual(other.requests, [])
        }).pipe(Effect.scoped))
    }

    it.live(`of the coordinator is not followed, and refuses the join: ${name}`, () =>
      Effect.gen(function*() {
        const other = yield* emptySuccess
        const { url } = yield* redirecting(307, other.url)
        const error = yield* Effect.flip(coordinator(url, client))
        assert.deepInclude(error, { _tag: "SfuJoinError", reason: "Refused", shouldRetry: false })
        assert.match((error as { detail: string }).detail, /redirects are not followed: use the final URL$/)
        assert.deepStrictEqual(other.requests, [])
      }).pipe(Effect.scoped))
  }

  const following = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, HttpClient.followRedirects(3))
  )
    .pipe(Layer.provide(NodeHttpClient.layerUndici))

  it.live("that the application's client follows by itself is no success", () =>
    Effect.gen(function*() {
      const other = yield* emptySuccess
      const { url } = yield* redirecting(307, other.url)
      const session = yield* sessionWith(url, following)
      const error = yield* Effect.flip(session.updateSubscriptions([]))
      assert.deepInclude(error, { reason: "Failed", attempts: 1 })
      assert.match(
        error.detail,
        /redirects, and the HTTP client has followed; redirects are not followed: use the final URL$/
      )
      const joinError = yield* Effect.flip(coordinator(url, following))
      assert.deepInclude(joinError, { _tag: "SfuJoinError", reason: "Refused", shouldRetry: false })
    }).pipe(Effect.scoped))

  it.live("is not what a client does that maps our URL to another one, such as that of a proxy", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* emptySuccess
      const mapping = Layer.effect(
        HttpClient.HttpClient,
        Effect.map(
          HttpClient.HttpClient,
          HttpClient.mapRequest((request) =>
            ({ ...request, url: request.url.replace("http://sfu.test", url) }) as typeof request
          )
        )
      ).pipe(Layer.provide(NodeHttpClient.layerUndici))
      const session = yield* sessionWith("http://sfu.test", mapping)
      yield* session.updateSubscriptions([])
      assert.strictEqual(requests.length, 1)
    }).pipe(Effect.scoped))

  it.live("is the only option of fetch that this library sets: the application's others stay", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* emptySuccess
      const session = yield* sessionWith(url, fetchWith({ headers: { "x-proxy": "yes" } }))
      yield* session.updateSubscriptions([])
      assert.strictEqual(requests[0]!.headers["x-proxy"], "yes")
    }).pipe(Effect.scoped))
})

describe("A response of HTTP 200", () => {
  const of = (body: string, type?: string) =>
    new Response(new TextEncoder().encode(body), type === undefined ? {} : { headers: { "content-type": type } })

  const refused: ReadonlyArray<readonly [string, () => Response]> = [
    ["without content and without a content type", () => of("")],
    ["without content, of a proxy", () => of("", "text/html; charset=utf-8")],
    ["with a page", () => of("<html></html>", "text/html")],
    ["with JSON", () => of("{}", "application/json")],
    ["of another content type that begins alike", () => of("", "application/protobuffer")]
  ]

  for (const [name, respond] of refused) {
    withSfu(`${name} is no success of a request`, (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.respond = respond
        const requests = [
          session.updateSubscriptions([]),
          session.restartIce,
          session.sendOffer({ sdp: "", tracks: [] })
        ]
        for (const request of requests) {
          const error = yield* Effect.flip(request)
          assert.deepInclude(error, { reason: "Failed", code: "bad_route", attempts: 1 })
          assert.match(
            error.detail,
            /answers with something else than expected; url must be the root of the SFU's Twirp/
          )
        }
      }))
  }

  const accepted: ReadonlyArray<readonly [string, () => Response]> = [
    ["that is protobuf without content", () => of("", "application/protobuf")],
    ["with a parameter of the content type", () => of("", "Application/Protobuf; proto=x")],
    // An unknown field.
    ["without a content type, but with a message", () => of("\u0078\u0001")]
  ]

  for (const [name, respond] of accepted) {
    withSfu(`${name} is a success`, (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.respond = respond
        yield* session.updateSubscriptions([])
      }))
  }

  withSfu("without an sdp is no answer to an offer", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const error = yield* Effect.flip(session.sendOffer({ sdp: "", tracks: [] }))
      assert.deepInclude(error, { reason: "Failed", detail: "an answer without an sdp" })
      assert.strictEqual(sfu.requests.length, 1)
    }))
})

describe("A redirect that a browser does not follow", () => {
  withSfu("has the status 0, and fails the request", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.respond = () => Response.error()
      const error = yield* Effect.flip(session.updateSubscriptions([]))
      assert.deepInclude(error, { reason: "Failed", attempts: 1 })
      assert.match(error.detail, /redirects are not followed: use the final URL$/)
    }))
})

describe("A coordinator with TLS", () => {
  const answer = (url: string, ws: string) =>
    new Response(JSON.stringify({ credentials: { token: FakeSfu.secret, server: { url, ws_endpoint: ws } } }), {
      status: 201,
      headers: { "content-type": "application/json" }
    })

  const joinThrough = (baseUrl: string, url: string, ws: string) => {
    const sfu = FakeSfu.make()
    sfu.respond = () => answer(url, ws)
    return Effect.map(Effect.result(coordinatorOf(baseUrl, sfu)), (result) => ({ result, sockets: sfu.sockets.length }))
  }

  const coordinatorOf = (baseUrl: string, sfu: FakeSfu.FakeSfu) => coordinator(baseUrl, sfu.layer)

  const secure = "https://coordinator.test/video"
  const downgrades: ReadonlyArray<readonly [url: string, ws: string, what: RegExp]> = [
    [
      "https://sfu.test/twirp",
      "ws://sfu.test/ws",
      /the SFU's WebSocket .* at sfu\.test:80 .* must begin with wss:\/\//
    ],
    [
      "http://sfu.test/twirp",
      "wss://sfu.test/ws",
      /the SFU's Twirp service .* at sfu\.test:80 .* must begin with https:\/\//
    ],
    ["https://sfu.test/twirp", "ws://10.0.0.1/ws", /at 10\.0\.0\.1:80/],
    ["https://sfu.test/twirp", "ws://127.evil.test/ws", /at 127\.evil\.test:80/],
    ["https://sfu.test/twirp", "ws://localhost.evil.test/ws", /at localhost\.evil\.test:80/]
  ]

  it.effect.each(downgrades)("does not lead to an SFU without: %s, %s", ([url, ws, what]) =>
    Effect.gen(function*() {
      const { result, sockets } = yield* joinThrough(secure, url, ws)
      const error = yield* Effect.flip(Effect.fromResult(result))
      assert.deepInclude(error, { _tag: "SfuJoinError", reason: "Refused", shouldRetry: false })
      assert.match(error.detail, what)
      assert.strictEqual(sockets, 0)
    }))

  const allowed: ReadonlyArray<readonly [base: string, url: string, ws: string]> = [
    [secure, "https://sfu.test/twirp", "wss://sfu.test/ws"],
    [secure, "http://127.0.0.1:1/twirp", "ws://127.0.0.1:1/ws"],
    [secure, "http://localhost:1/twirp", "ws://[::1]:1/ws"],
    ["http://10.0.0.2/video", "http://10.0.0.1/twirp", "ws://10.0.0.1/ws"]
  ]

  it.effect.each(allowed)("leads to every other: %s, %s, %s", ([base, url, ws]) =>
    Effect.gen(function*() {
      const { sockets } = yield* joinThrough(base, url, ws)
      assert.strictEqual(sockets, 1)
    }))
})

describe("A response that never ends", () => {
  it.live("is given up at the limit of its size", () =>
    Effect.gen(function*() {
      const { url } = yield* listen((_, response) => {
        response.writeHead(200, { "content-type": "application/protobuf" })
        const chunk = Buffer.alloc(64 * 1024)
        const send = (): void => {
          while (response.writable && response.write(chunk));
          if (response.writable) response.once("drain", send)
        }
        send()
      })
      const session = yield* sessionWith(url, FetchHttpClient.layer)
      const error = yield* Effect.flip(session.updateSubscriptions([]))
      assert.deepInclude(error, { reason: "Failed", code: "too_large", attempts: 1 })
    }).pipe(Effect.scoped))
})
