/**
 * The server as a page of another website attacks it, and as no client library talks to it.
 */
import { assert, describe, it } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inCall, withSfu } from "./support/inCall.ts"
import * as RawHttp from "./support/RawHttp.ts"

const portOf = ({ pageUrl }: LoopbackSfu["Service"]): number => Number(new URL(pageUrl).port)

const secretOf = ({ pageUrl }: LoopbackSfu["Service"]): string => new URL(pageUrl).hash.slice(1)

/** A request to the SFU of the test. */
const ask = (request: RawHttp.RawRequest) => Effect.flatMap(LoopbackSfu, (sfu) => RawHttp.request(portOf(sfu), request))

const json = { "content-type": "application/json" }

const askToken = (headers: RawHttp.RawHeaders, body = JSON.stringify({ userId: "ada" })) =>
  ask({ method: "POST", target: "/page/token", headers: { ...json, ...headers }, body })

/** A request to each room of the server: page, token, coordinator, SFU, and both WebSockets. */
const everywhere: ReadonlyArray<RawHttp.RawRequest> = [
  { target: "/" },
  { target: "/page/main.js" },
  { target: "/page/token", method: "POST", body: "{}" },
  { target: "/video/call/default/standup/join", method: "POST", body: "{}" },
  { target: "/video/connect", headers: RawHttp.handshake },
  { target: "/loopback-1/ws", headers: RawHttp.handshake },
  { target: "/loopback-1/twirp/stream.video.sfu.signal.SignalServer/SendAnswer", method: "POST", body: "{}" },
  { target: "/nothing" }
]

const outcomesOf = (headers: RawHttp.RawHeaders) =>
  Effect.forEach(everywhere, (request) =>
    Effect.map(
      ask({ ...request, headers: { ...request.headers, ...headers } }),
      ({ body, status }) => [status, JSON.parse(body).code]
    ))

const all = (status: number, code: string) => everywhere.map(() => [status, code])

describe("a request of another website", () => {
  inCall("is refused under a rebound name, everywhere", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* outcomesOf({ host: "rebound.test:80" }), all(421, "unknown_host"))
      const { body } = yield* ask({ headers: { host: "quoted.test" } })
      assert.notInclude(body, "quoted")
    }))

  inCall("is refused with two Hosts, the first of which is right", (sfu) =>
    Effect.gen(function*() {
      const host = [`127.0.0.1:${portOf(sfu)}`, "rebound.test"]
      assert.deepStrictEqual(yield* outcomesOf({ host }), all(421, "unknown_host"))
    }))

  inCall("is refused with its Origin, everywhere", () =>
    Effect.gen(function*() {
      for (const origin of ["http://website.test", "null"]) {
        assert.deepStrictEqual(yield* outcomesOf({ origin }), all(403, "forbidden_origin"))
      }
    }))

  inCall("is refused as a part of its page, everywhere", () =>
    Effect.gen(function*() {
      const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" }
      assert.deepStrictEqual(yield* outcomesOf(headers), all(403, "forbidden_site"))
    }))

  inCall("is refused with a server in its target", () =>
    Effect.gen(function*() {
      const { body, status } = yield* ask({ target: "http://rebound.test/" })
      assert.deepStrictEqual([status, JSON.parse(body).code], [400, "bad_target"])
    }))
})

describe("a page of an own or allowed origin", () => {
  const allowedOrigins = ["http://localhost:5173"]

  inCall("opens WebSockets and reads responses", (sfu) =>
    Effect.gen(function*() {
      const own = ["127.0.0.1", "localhost"].map((name) => `http://${name}:${portOf(sfu)}`)
      for (const origin of [...own, ...allowedOrigins]) {
        for (const target of ["/loopback-1/ws", "/video/connect"]) {
          assert.strictEqual((yield* ask({ target, headers: { ...RawHttp.handshake, origin } })).status, 101)
        }
        const { headers, status } = yield* ask({
          method: "OPTIONS",
          target: "/video/call/default/standup/join",
          headers: { origin, "access-control-request-headers": "authorization" }
        })
        assert.strictEqual(status, 204)
        assert.strictEqual(headers["access-control-allow-origin"], origin)
        assert.include(headers["vary"], "Origin")
      }
    }), { allowedOrigins })

  inCall("gets no token of the page by the rules of CORS", (sfu) =>
    Effect.gen(function*() {
      const [origin] = allowedOrigins
      assert.strictEqual((yield* ask({ method: "OPTIONS", target: "/page/token", headers: { origin } })).status, 405)
      const { headers } = yield* askToken({ origin, authorization: `Bearer ${secretOf(sfu)}` })
      assert.notProperty(headers, "access-control-allow-origin")
    }), { allowedOrigins })

  it.effect.each(["*", "null", "http://localhost:5173/", "localhost:5173"])(
    "may not be named %j",
    (origin) =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(withSfu(() => Effect.void, { allowedOrigins: [origin] }))
        assert.include(String(exit), "allowedOrigins must be origins")
      })
  )
})

describe("the secret in the page's address", () => {
  inCall("is needed for a token", (sfu) =>
    Effect.gen(function*() {
      const secret = secretOf(sfu)
      assert.isAtLeast(secret.length, 43)
      for (
        const authorization of [undefined, "", "Bearer ", secret, `Bearer ${secret}x`, `Bearer ${secret.slice(1)}`]
      ) {
        const { body, status } = yield* askToken({ authorization })
        assert.strictEqual(status, 401)
        assert.notInclude(body, secret)
      }
      const { body, headers, status } = yield* askToken({ authorization: `Bearer ${secret}` })
      assert.strictEqual(status, 200)
      assert.strictEqual(headers["cache-control"], "no-store")
      assert.hasAllKeys(JSON.parse(body), ["apiKey", "token"])
    }))

  inCall("is not enough for a request without a preflight", (sfu) =>
    Effect.gen(function*() {
      const authorization = `Bearer ${secretOf(sfu)}`
      for (const type of ["text/plain", "application/x-www-form-urlencoded", undefined]) {
        assert.strictEqual((yield* askToken({ authorization, "content-type": type })).status, 415)
      }
    }))

  it.live("is another one for each server, unless it is given", () =>
    Effect.gen(function*() {
      const secret = withSfu((sfu) => Effect.succeed(secretOf(sfu)))
      assert.notStrictEqual(yield* secret, yield* secret)
      const pageSecret = Redacted.make("a".repeat(22))
      assert.strictEqual(yield* withSfu((sfu) => Effect.succeed(secretOf(sfu)), { pageSecret }), "a".repeat(22))
    }))

  it.effect.each(["", "short", "a".repeat(21), `${"a".repeat(40)}#`])(
    "may not be %j",
    (secret) =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(withSfu(() => Effect.void, { pageSecret: Redacted.make(secret) }))
        assert.include(String(exit), "pageSecret must be")
        if (secret !== "") assert.notInclude(String(exit), secret)
      })
  )
})

describe("a response", () => {
  inCall("cannot be read, framed or guessed by another website", () =>
    Effect.gen(function*() {
      for (const request of everywhere) {
        const { headers, status } = yield* ask(request)
        if (status === 101) continue
        assert.deepInclude(headers, {
          "x-content-type-options": "nosniff",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "x-frame-options": "DENY"
        })
        assert.notProperty(headers, "access-control-allow-origin")
      }
    }))

  inCall("of the page runs its own scripts only, and sends to this server only", (sfu) =>
    Effect.gen(function*() {
      const { headers } = yield* ask({ target: "/" })
      const port = portOf(sfu)
      const policy = (headers["content-security-policy"] ?? "").split("; ")
      assert.includeMembers(policy, [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        `connect-src 'self' http://127.0.0.1:${port} ws://127.0.0.1:${port}`
      ])
      assert.match(policy.find((one) => one.startsWith("script-src")) ?? "", /^script-src 'self' 'sha256-[\w+/]{43}='$/)
      assert.notInclude(policy.join(), "unsafe")
      assert.strictEqual(headers["cross-origin-opener-policy"], "same-origin")
      assert.strictEqual(headers["cache-control"], "no-store")
    }))
})

describe("a malformed request", () => {
  inCall("gets a response of its own, and never 500", (sfu) =>
    Effect.gen(function*() {
      const authorization = `Bearer ${secretOf(sfu)}`
      const twirp = {
        target: "/loopback-1/twirp/stream.video.sfu.signal.SignalServer/SendAnswer",
        method: "POST",
        headers: { ...json, authorization: `Bearer ${yield* sfu.token("ada")}` }
      }
      const join = {
        target: `/video/call/default/standup/join?api_key=${sfu.apiKey}`,
        method: "POST",
        headers: { ...json, authorization: yield* sfu.userToken("ada") }
      }
      const token = { target: "/page/token", method: "POST", headers: { ...json, authorization } }
      const large = JSON.stringify({ userId: "a".repeat(2_000_000) })
      const deep = `{"userId":${"[".repeat(300_000)}${"]".repeat(300_000)}}`
      const id = "x".repeat(65)
      const cases: ReadonlyArray<readonly [name: string, request: RawHttp.RawRequest, status: number]> = [
        ["a path that is no UTF-8", { target: "/%ff" }, 404],
        ["a path that is no UTF-8, of the page", { target: "/page/%ff" }, 404],
        ["a path that is no UTF-8, of an SFU", { target: "/loopback-1/%ff" }, 404],
        ["a method that is no UTF-8", { ...twirp, target: twirp.target.replace("SendAnswer", "%ff") }, 404],
        ["a call id that is no UTF-8", { ...join, target: "/video/call/default/%ff/join" }, 404],
        ["a query that is no UTF-8", { ...join, target: "/video/call/default/a/join?api_key=%ff" }, 401],
        ["a WebSocket on a path that is no UTF-8", { target: "/%ff", headers: RawHttp.handshake }, 404],
        ["a call id of 65 characters", { ...join, target: join.target.replace("standup", id), body: "{}" }, 400],
        ["a method of 65 characters", { ...twirp, target: twirp.target.replace("SendAnswer", id), body: "{}" }, 404],
        ["a name of 65 characters", { ...token, body: JSON.stringify({ userId: id }) }, 400],
        ["a token request of 2 MB", { ...token, body: large }, 413],
        ["a join of 2 MB", { ...join, body: large }, 413],
        ["a Twirp request of 2 MB", { ...twirp, body: large }, 400],
        ["2 MB for no route", { ...token, target: "/nothing", body: large }, 404],
        ["a token request as deep as it is long", { ...token, body: deep }, 400],
        ["a join as deep as it is long", { ...join, body: deep }, 400],
        ["a Twirp request as deep as it is long", { ...twirp, body: deep }, 400],
        ["a body that is no UTF-8", { ...token, body: "\ufffd{" }, 400],
        ["no body", token, 400],
        ["a header of 100 kB", { headers: { x: "a".repeat(100_000) } }, 431],
        ["a chunk without a length", { ...token, chunk: "zz\r\n" }, 400],
        ["CONNECT", { method: "CONNECT", target: "rebound.test:80" }, 405],
        ["TRACE", { method: "TRACE" }, 405],
        ["DELETE of the page", { method: "DELETE" }, 405],
        ["GET of a token", { ...token, method: "GET" }, 405],
        ["OPTIONS *", { method: "OPTIONS", target: "*" }, 400],
        ["an unknown method", { method: "BREW" }, 400],
        ["HTTP/1.0 without Host", { version: "1.0", headers: { host: undefined } }, 421],
        ["HTTP/1.1 without Host", { headers: { host: undefined } }, 400],
        ["HTTP/9.9", { version: "9.9" }, 400],
        ["a WebSocket without a key", {
          target: "/loopback-1/ws",
          headers: { ...RawHttp.handshake, "sec-websocket-key": undefined }
        }, 400],
        [
          "an upgrade to something else",
          { target: "/loopback-1/ws", headers: { ...RawHttp.handshake, upgrade: "x" } },
          404
        ],
        ["an upgrade of the coordinator's socket to something else", {
          target: "/video/connect",
          headers: { ...RawHttp.handshake, upgrade: "x" }
        }, 426],
        ["the coordinator's socket without an upgrade", { target: "/video/connect" }, 426]
      ]
      const outcomes = yield* Effect.forEach(cases, ([name, request]) =>
        Effect.map(ask(request), ({ status }) => [name, status] as const), { concurrency: 4 })
      assert.deepStrictEqual(
        outcomes,
        cases.map(([name, , status]) =>
          [name, status] as const
        )
      )
      assert.strictEqual((yield* askToken({ authorization })).status, 200)
    }))

  inCall("in a pipeline with others does not change their responses", (sfu) =>
    Effect.gen(function*() {
      const port = portOf(sfu)
      const one = RawHttp.format({ target: "/%ff", headers: { host: `127.0.0.1:${port}` } })
      const last = RawHttp.format({ target: "/page/secret.js", headers: { host: "rebound.test", connection: "close" } })
      const all = yield* RawHttp.sendAll(port, one.repeat(200) + last)
      assert.strictEqual(all.split("HTTP/1.1 404 ").length - 1, 200)
      assert.strictEqual(all.split("HTTP/1.1 421 ").length - 1, 1)
    }))
})
