/**
 * The coordinator as a client sees it: a user's token in, an SFU's address and token out.
 */
import { assert, describe } from "@effect/vitest"
import { LoopbackSfu } from "effect-track-resolver-loopback"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import * as Client from "./support/Client.ts"
import { inCall } from "./support/inCall.ts"

interface Ask {
  readonly key?: string
  readonly token?: string
  readonly body?: unknown
  readonly base?: string
  readonly path?: string
  readonly method?: string
}

const ask = ({ body = { location: "auto" }, key, method = "POST", path = "call/default/standup/join", ...more }: Ask) =>
  Effect.gen(function*() {
    const sfu = yield* LoopbackSfu
    const token = more.token ?? (yield* sfu.userToken("agent"))
    const url = `${more.base ?? sfu.coordinatorUrl}/${path}?api_key=${key ?? sfu.apiKey}&user_id=agent`
    return yield* Effect.promise(async () => {
      const response = await fetch(url, {
        method,
        headers: { "authorization": token, "stream-auth-type": "jwt", "content-type": "application/json" },
        ...(method === "POST" && { body: JSON.stringify(body) })
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, json: text === "" ? {} : JSON.parse(text) }
    })
  })

const allowedOrigins = ["http://example.test"] as const

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")

describe("a join at the coordinator", () => {
  inCall("returns the address and a token of an SFU, which let the user join there", (sfu) =>
    Effect.gen(function*() {
      const { json, status } = yield* ask({})
      const { call, credentials, own_capabilities: capabilities, stats_options: options } = json
      assert.strictEqual(status, 201)
      assert.strictEqual(call.cid, "default:standup")
      assert.isObject(call.egress)
      assert.deepStrictEqual(call.blocked_user_ids, [])
      assert.isObject(options)
      assert.includeMembers(capabilities, ["send-audio", "send-video", "screenshare"])
      assert.deepStrictEqual(credentials.server, {
        edge_name: "loopback-1",
        url: sfu.url,
        ws_endpoint: sfu.webSocketUrl
      })
      assert.deepStrictEqual(credentials.ice_servers, [])
      const agent = yield* Client.join({ userId: "agent", token: credentials.token })
      assert.strictEqual(agent.joinReply.joinResponse?.callState?.participants?.[0]?.userId, "agent")
      const other = yield* ask({ base: sfu.coordinatorUrl.replace("/video", "/api/v2/video") })
      assert.strictEqual(other.status, 201)
    }))

  inCall("returns a token that expires by the setting", () =>
    Effect.gen(function*() {
      const { json } = yield* ask({})
      const [, payload = ""] = String(json.credentials.token).split(".")
      const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString())
      assert.approximately(exp, Date.now() / 1_000 + 90, 5)
    }), { tokenTimeToLive: "90 seconds" })

  inCall(
    "is refused with the coordinator's own codes",
    ({ apiSecret, control, userToken }) =>
      Effect.gen(function*() {
        const sign = (signed: string, hash = "sha256"): string =>
          `${signed}.${createHmac(hash, Redacted.value(apiSecret)).update(signed).digest("base64url")}`
        const unsigned = `${base64url({ alg: "HS256" })}.${base64url({ user_id: "agent" })}`
        const none = sign(`${base64url({ alg: "none" })}.${base64url({ user_id: "agent" })}`)
        const hs512 = sign(`${base64url({ alg: "HS512" })}.${base64url({ user_id: "agent" })}`, "sha512")
        assert.strictEqual((yield* ask({ token: sign(unsigned) })).status, 201)
        const expired = yield* userToken("agent", { timeToLive: 0 })
        const outcomes = yield* Effect.forEach(
          [
            ask({ key: "another" }),
            ask({ token: `${unsigned}.x` }),
            ask({ token: none }),
            ask({ token: hs512 }),
            ask({ token: sign("nonsense.nonsense") }),
            ask({ token: "" }),
            ask({ token: expired }),
            ask({ body: {} }),
            ask({ path: "calls", method: "GET" }),
            ask({ path: "call_client_event" })
          ],
          Effect.map(({ json, status }) => [status, json.StatusCode, json.code])
        )
        assert.deepStrictEqual(outcomes, [
          [401, 401, 2],
          [401, 401, 5],
          [401, 401, 5],
          [401, 401, 5],
          [401, 401, 5],
          [401, 401, 5],
          [401, 401, 40],
          [400, 400, 4],
          [404, 404, 16],
          [404, 404, 16]
        ])
        const match = { method: "CoordinatorJoin", fromUser: "agent" } as const
        yield* control.failRequests(match, { _tag: "Transport", code: "unavailable", message: "no" }, { times: 1 })
        yield* control.failRequests(match, {
          _tag: "Coordinator",
          status: 429,
          code: 9,
          message: "too many",
          unrecoverable: true
        }, { times: 1 })
        assert.strictEqual((yield* ask({})).status, 503)
        const { json, status } = yield* ask({})
        assert.deepInclude(json, { code: 9, StatusCode: 429, message: "too many", unrecoverable: true })
        assert.strictEqual(status, 429)
        assert.strictEqual((yield* ask({})).status, 201)
      })
  )

  inCall("and every request to an SFU are allowed from an origin by its name", (sfu) =>
    Effect.gen(function*() {
      const [origin] = allowedOrigins
      const asked = yield* ask({})
      assert.isNull(asked.headers.get("access-control-allow-origin"))
      for (const url of [`${sfu.coordinatorUrl}/call/default/standup/join`, `${sfu.url}/any`]) {
        const { headers, status } = yield* Effect.promise(() =>
          fetch(url, {
            method: "OPTIONS",
            headers: {
              origin,
              "access-control-request-method": "POST",
              "access-control-request-headers": "authorization,content-type,x-stream-client"
            }
          })
        )
        assert.strictEqual(status, 204)
        assert.strictEqual(headers.get("access-control-allow-origin"), origin)
        assert.include(headers.get("access-control-allow-headers"), "authorization")
        assert.include(headers.get("access-control-allow-methods"), "POST")
      }
    }), { allowedOrigins })
})

describe("a query of the call", () => {
  inCall("returns the call as a join does, and needs the same token", ({ control }) =>
    Effect.gen(function*() {
      const query = { path: "call/default/standup", method: "GET" }
      const [joined, asked] = yield* Effect.all([ask({}), ask(query)])
      assert.strictEqual(asked.status, 200)
      assert.deepStrictEqual(asked.json.call, joined.json.call)
      assert.deepStrictEqual(asked.json.own_capabilities, joined.json.own_capabilities)
      assert.strictEqual((yield* ask({ ...query, token: "nonsense" })).json.code, 5)
      const match = { method: "CoordinatorGetCall" } as const
      yield* control.failRequests(match, { _tag: "Http", status: 502 }, { times: 1 })
      assert.strictEqual((yield* Effect.exit(ask(query)))._tag, "Failure")
    }))
})

describe("the coordinator's WebSocket", () => {
  /** The messages in response to these, once there are `count` or the socket has closed. */
  const talk = Effect.fnUntraced(function*(messages: ReadonlyArray<unknown>, count: number, key?: string) {
    const { apiKey, coordinatorUrl } = yield* LoopbackSfu
    const url = `${coordinatorUrl.replace("http", "ws")}/connect?api_key=${key ?? apiKey}&stream-auth-type=jwt`
    return yield* Effect.acquireUseRelease(
      Effect.sync(() => new WebSocket(url)),
      (socket) =>
        Effect.callback<ReadonlyArray<Record<string, unknown>>>((resume) => {
          const received: Array<Record<string, unknown>> = []
          socket.addEventListener("open", () => messages.forEach((message) => socket.send(JSON.stringify(message))))
          socket.addEventListener("message", ({ data }) => {
            received.push(JSON.parse(String(data)))
            if (received.length === count) resume(Effect.succeed(received))
          })
          socket.addEventListener("close", () => resume(Effect.succeed(received)))
        }),
      (socket) => Effect.sync(() => socket.close())
    )
  })

  const hello = (token: string, id = "agent") => ({
    token,
    products: ["video"],
    user_details: { id, name: "An agent" }
  })

  inCall("connects a user, and answers health checks", ({ userToken }) =>
    Effect.gen(function*() {
      const token = yield* userToken("agent")
      const [ok, health, ...more] = yield* talk([hello(token), [{ type: "health.check", client_id: "x" }]], 2)
      assert.strictEqual(ok?.["type"], "connection.ok")
      assert.deepInclude(ok?.["me"], { id: "agent", name: "An agent" })
      assert.isString(ok?.["connection_id"])
      assert.deepInclude(health, { type: "health.check", connection_id: ok?.["connection_id"] })
      assert.deepStrictEqual(more, [])
    }))

  inCall(
    "refuses an unknown key, another user's token and a message that is no authentication",
    ({ userToken }) =>
      Effect.gen(function*() {
        const token = yield* userToken("agent")
        const codes = yield* Effect.forEach(
          [
            talk([hello(token)], 9, "another"),
            talk([hello(token, "bob")], 9),
            talk([hello("nonsense")], 9),
            talk([{}], 9)
          ],
          Effect.map((messages) => messages.map(({ error, type }) => [type, (error as { code: number }).code]))
        )
        assert.deepStrictEqual(codes, [2, 5, 5, 4].map((code) => [["connection.error", code]]))
      })
  )
})

describe("the assigned SFU", () => {
  inCall(
    "is one that is up, and another than the client left, if there is one",
    ({ control }) =>
      Effect.gen(function*() {
        const edge = (body: object) =>
          Effect.map(
            ask({ body: { location: "auto", ...body } }),
            ({ json, status }) => json.credentials?.server.edge_name ?? status
          )
        const list = ["loopback-1", "loopback-2"]
        assert.strictEqual(yield* edge({ migrating_from: "loopback-1" }), "loopback-2")
        assert.strictEqual(yield* edge({ migrating_from: "loopback-1", migrating_from_list: list }), "loopback-3")
        assert.strictEqual(yield* edge({ migrating_from_list: [...list, "loopback-3"] }), "loopback-1")
        yield* control.killNode("loopback-1")
        yield* control.shutDownNode("loopback-2", "1 hour")
        assert.strictEqual(yield* edge({}), "loopback-3")
        yield* control.killNode("loopback-3")
        assert.strictEqual(yield* edge({}), 503)
        yield* control.reviveNode("loopback-1")
        assert.strictEqual(yield* edge({}), "loopback-1")
      }),
    { nodes: 3 }
  )

  inCall("is the one with the fewest participants", ({ participant }) =>
    Effect.gen(function*() {
      const edge = Effect.map(ask({}), ({ json }) => json.credentials.server.edge_name)
      assert.strictEqual(yield* edge, "loopback-1")
      yield* participant({ userId: "alice", node: "loopback-1" })
      assert.strictEqual(yield* edge, "loopback-2")
      yield* participant({ userId: "bob", node: "loopback-2" })
      assert.strictEqual(yield* edge, "loopback-1")
    }), { nodes: 2 })
})
