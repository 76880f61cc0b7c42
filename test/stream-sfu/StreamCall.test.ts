/**
 * A join through the coordinator: the request, the response, and the choice of the SFU, under `TestClock`.
 */
import { assert, describe, it } from "@effect/vitest"
import { type SfuClient, SfuJoinError } from "effect-track-resolver"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Tracer from "effect/Tracer"
import { createHmac } from "node:crypto"
import { readFileSync } from "node:fs"
import { inspect } from "node:util"
import { begin } from "../support/resolver.ts"
import * as FakeSfu from "./FakeSfu.ts"
import { join, joinWith } from "./Harness.ts"
import * as Telemetry from "./Telemetry.ts"
import { exitsOfMistakes, rightOptions } from "./wrongOptions.ts"

const userToken = "header.user+token/that=nobody.may-see"
/** Contains characters that base64 and base64url encode differently. */
const password = "turn p@ss/word+???>>>"

const call: StreamCall.CallOptions = { apiKey: "key 1", callType: "default", callId: "stand/up" }

const joinResult = (edge: string, more?: object) => ({
  call: { egress: {} },
  own_capabilities: ["send-audio", "screenshare", "join-call"],
  credentials: {
    token: FakeSfu.secret,
    server: { edge_name: edge, url: `https://${edge}.test/twirp`, ws_endpoint: `wss://${edge}.test/ws` },
    ice_servers: [{ urls: ["turn:a", "turn:b"], username: "u", password }, { urls: ["stun:c"] }]
  },
  ...more
})

const json = (body: unknown, status = 201): Response => new Response(JSON.stringify(body), { status })

const bodies = (sfu: FakeSfu.FakeSfu): ReadonlyArray<unknown> =>
  sfu.requests.map(({ body }) => JSON.parse(new TextDecoder().decode(body)))

/** The host names of the joined SFUs, in order. */
const joinedHosts = (sfu: FakeSfu.FakeSfu): ReadonlyArray<string> => sfu.sockets.map(({ url }) => new URL(url).hostname)

const withCall = <A, E>(
  name: string,
  test: (sfu: FakeSfu.FakeSfu) => Effect.Effect<A, E, SfuClient | Scope.Scope>,
  options?: Partial<StreamCall.UserTokenOptions>
): void =>
  it.effect(name, () => {
    const sfu = FakeSfu.make()
    sfu.respond = () => json(joinResult("one"))
    const token = Effect.succeed(Redacted.make(userToken))
    const layer = StreamCall.layerUserToken({ ...call, userToken: token, ...options }).pipe(Layer.provide(sfu.layer))
    return Effect.provide(test(sfu), layer)
  })

const reconnection = (strategy: "Fast" | "Rejoin" | "Migrate", fromSfuId?: string) => ({
  strategy,
  attempt: 1,
  announcedTracks: [],
  subscriptions: [],
  reason: "",
  ...(fromSfuId === undefined ? {} : { fromSfuId })
})

/** At least three attempts with their timeouts, and two pauses. */
const longEnough = "30 seconds"

const failure = Effect.gen(function*() {
  const failing = yield* begin(Effect.flip(join))
  yield* TestClock.adjust(longEnough)
  return yield* Fiber.join(failing)
})

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString())

const expired = json({ code: 40, message: "the token has expired", StatusCode: 401 }, 401)

let tokens = 0
const nextToken = Effect.sync(() => Redacted.make(`token-${++tokens}`))

const unavailable = new SfuJoinError({ reason: "Unreachable", detail: "no token today", shouldRetry: false })

/** A coordinator that returns the first of these SFUs that is not avoided. */
const firstOf = (...edges: ReadonlyArray<string>) => (request: FakeSfu.FakeRequest) => {
  const { migrating_from_list: avoided = [] } = JSON.parse(new TextDecoder().decode(request.body)) as {
    migrating_from_list?: ReadonlyArray<string>
  }
  return json(joinResult(edges.find((edge) => !avoided.includes(edge)) ?? edges[0]!))
}

/** SFUs that refuse the join, each with its code. Others accept. */
const refusing =
  (codes: Readonly<Record<string, number>>, reconnectStrategy = 0) =>
  (request: FakeSfu.SfuRequest, socket: FakeSfu.FakeSocket) => {
    if (!request.joinRequest) return
    const code = codes[new URL(socket.url).hostname.split(".")[0]!]
    socket.sendEvents(
      code === undefined ? FakeSfu.joinResponse : { error: { error: { code, message: "no" }, reconnectStrategy } }
    )
  }

const environment = {
  STREAM_API_KEY: "key",
  STREAM_API_SECRET: "secret",
  STREAM_CALL_TYPE: "default",
  STREAM_CALL_ID: "standup",
  STREAM_USER_ID: "alice"
}

const built = (values: object) =>
  StreamCall.layerConfig().pipe(
    Layer.provide([FakeSfu.make().layer, ConfigProvider.layer(ConfigProvider.fromUnknown(values))]),
    Layer.build,
    Effect.result
  )

const apiSecret = "api+secret/that nobody=may see"

describe("Coordinator", () => {
  withCall(
    "a join sends the user's token to the coordinator, and joins the SFU in the response",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        const [request] = sfu.requests
        assert.strictEqual(request!.method, "POST")
        assert.strictEqual(
          request!.url,
          "https://video.stream-io-api.com/video/call/default/stand%2Fup/join?api_key=key+1"
        )
        const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string }
        assert.deepInclude(request!.headers, {
          authorization: userToken,
          "stream-auth-type": "jwt",
          "x-stream-client": `effect-track-resolver-${version}`,
          "content-type": "application/json"
        })
        assert.deepStrictEqual(bodies(sfu), [{ location: "auto" }])
        assert.deepStrictEqual(joinedHosts(sfu), ["one.test"])
        assert.deepInclude((sfu.sockets[0]!.received[0] as FakeSfu.SfuRequest).joinRequest, { token: FakeSfu.secret })
        assert.deepInclude(session, { sfuId: "one", grants: { audio: true, video: false, screenShare: true } })
        assert.deepStrictEqual(session.iceServers, [
          { urls: ["turn:a", "turn:b"], username: "u", credential: Redacted.make(password) },
          { urls: ["stun:c"] }
        ])
        sfu.respond = () => FakeSfu.ok()
        yield* session.restartIce
        assert.strictEqual(new URL(sfu.requests[1]!.url).hostname, "one.test")
      })
  )

  withCall(
    "create is sent in the body, and baseUrl is the coordinator's address",
    (sfu) =>
      Effect.gen(function*() {
        yield* join
        assert.deepStrictEqual(bodies(sfu), [{ location: "auto", create: true }])
        assert.strictEqual(sfu.requests[0]!.url, "http://127.0.0.1:1/video/call/default/stand%2Fup/join?api_key=key+1")
      }),
    { create: true, baseUrl: "http://127.0.0.1:1/video/" }
  )

  withCall("optional fields that the response lacks are absent in the session", (sfu) =>
    Effect.gen(function*() {
      const { credentials } = joinResult("one")
      const { edge_name: _, ...server } = credentials.server
      sfu.respond = () => json({ credentials: { ...credentials, server, ice_servers: null } }, 200)
      const session = yield* join
      assert.doesNotHaveAnyKeys(session, ["sfuId", "grants"])
      assert.deepStrictEqual(session.iceServers, [])
    }))

  withCall("an invalid response refuses the join, and the error does not quote it", (sfu) =>
    Effect.gen(function*() {
      const { credentials } = joinResult("one")
      const answers = [
        "",
        "<html>",
        "{}",
        "[]",
        JSON.stringify({ credentials: { ...credentials, token: "" } }),
        JSON.stringify({ credentials: { ...credentials, token: "two words" } }),
        JSON.stringify({ credentials: { ...credentials, server: { ...credentials.server, url: 7 } } }),
        JSON.stringify({ credentials: { ...credentials, server: { edge_name: "one", url: "https://one.test" } } }),
        JSON.stringify({ credentials: { ...credentials, ice_servers: [{ urls: "stun:c", password }] } })
      ]
      for (const answer of answers) {
        sfu.respond = () => new Response(answer, { status: 201 })
        const error = yield* Effect.flip(join)
        assert.deepInclude(error, { _tag: "SfuJoinError", reason: "Refused", shouldRetry: false })
        assert.match(
          error.detail,
          /^the coordinator \(baseUrl\) at video\.stream-io-api\.com:443 answers with something else than expected;/
        )
      }
      assert.strictEqual(sfu.requests.length, answers.length)
      assert.deepStrictEqual(sfu.sockets, [])
    }), { maxFrameBytes: 2_000 })

  withCall(
    "a refusal has the coordinator's code, and a transient one has 3 attempts",
    (sfu) =>
      Effect.gen(function*() {
        const refusals: ReadonlyArray<
          readonly [status: number, body: string, code: number | undefined, tries: number]
        > = [
          [400, JSON.stringify({ code: 4, message: "why" }), 4, 1],
          [401, JSON.stringify({ code: 5, message: "why" }), 5, 1],
          [403, JSON.stringify({ code: 17, message: "why" }), 17, 1],
          [404, JSON.stringify({ code: 16, message: "why" }), 16, 1],
          [408, JSON.stringify({ code: 23, message: "why" }), 23, 3],
          [429, JSON.stringify({ code: 9, message: "why" }), 9, 3],
          [429, JSON.stringify({ code: 9, message: "why", unrecoverable: true }), 9, 1],
          [500, JSON.stringify({ code: -1, message: "why", unrecoverable: false }), -1, 3],
          [500, JSON.stringify({ code: -1, message: "why", unrecoverable: true }), -1, 1],
          [503, "<html>", undefined, 3],
          [418, "", undefined, 1],
          [302, "", undefined, 1],
          [500, JSON.stringify({ code: 1.5, message: "why" }), undefined, 3]
        ]
        for (const [status, body, code, tries] of refusals) {
          sfu.requests.length = 0
          sfu.respond = () => new Response(body, { status })
          const error = yield* failure
          assert.deepStrictEqual(
            error,
            new SfuJoinError({
              reason: "Refused",
              ...(code === undefined ? {} : { code }),
              detail: code === undefined ? error.detail : "the coordinator: why",
              shouldRetry: tries === 3
            })
          )
          if (code === undefined) {
            assert.include(error.detail, `(baseUrl) at video.stream-io-api.com:443 answers HTTP ${status}; `)
          }
          assert.strictEqual(sfu.requests.length, tries)
        }
        assert.deepStrictEqual(sfu.sockets, [])
      })
  )

  withCall(
    "a coordinator that is unreachable or takes 5 seconds has 3 attempts",
    (sfu) =>
      Effect.gen(function*() {
        sfu.respond = () => "broken"
        assert.deepInclude(yield* failure, { reason: "Unreachable", shouldRetry: true })
        assert.strictEqual(sfu.requests.length, 3)
        sfu.respond = () => "never"
        const failing = yield* begin(Effect.flip(join))
        yield* TestClock.adjust("4999 millis")
        assert.isFalse(sfu.requests[3]!.signal.aborted)
        yield* TestClock.adjust("1 millis")
        assert.isTrue(sfu.requests[3]!.signal.aborted)
        yield* TestClock.adjust(longEnough)
        assert.deepInclude(yield* Fiber.join(failing), { reason: "TimedOut", shouldRetry: true })
        assert.strictEqual(sfu.requests.length, 6)
      })
  )

  withCall("the pauses between attempts are random within growing ranges", (sfu) =>
    Effect.gen(function*() {
      sfu.respond = () => "broken"
      const pauses = new Set<number>()
      for (let seed = 0; seed < 5; seed++) {
        sfu.requests.length = 0
        const failing = yield* begin(Effect.flip(Random.withSeed(join, seed)))
        yield* TestClock.adjust("249 millis")
        assert.strictEqual(sfu.requests.length, 1)
        let waited = 249
        for (; waited < 2_500 && sfu.requests.length === 1; waited++) yield* TestClock.adjust("1 millis")
        assert.strictEqual(sfu.requests.length, 2)
        pauses.add(waited)
        yield* TestClock.adjust("1999 millis")
        assert.strictEqual(sfu.requests.length, 2)
        yield* TestClock.adjust("2501 millis")
        assert.strictEqual(sfu.requests.length, 3)
        yield* Fiber.join(failing)
      }
      assert.isAbove(pauses.size, 2)
    }), { baseUrl: "https://coordinator.test" })
})

describe("User tokens", () => {
  it.effect("a user token is signed with the secret, contains the user id, and is issued 5 seconds in the past", () => {
    const sfu = FakeSfu.make()
    sfu.respond = () => json(joinResult("one"))
    const options = { ...call, userId: "alice", secret: Redacted.make("the secret of the application") }
    return Effect.gen(function*() {
      yield* TestClock.setTime(1_700_000_000_900)
      yield* join
      const token = sfu.requests[0]!.headers.authorization!
      const [header, claims, signature] = token.split(".")
      assert.deepStrictEqual(decoded(header!), { alg: "HS256", typ: "JWT" })
      assert.deepStrictEqual(decoded(claims!), { user_id: "alice", iat: 1_699_999_995, exp: 1_700_000_600 })
      assert.strictEqual(
        signature,
        createHmac("sha256", "the secret of the application").update(`${header}.${claims}`).digest("base64url")
      )
      yield* TestClock.setTime(1_700_000_001_000)
      yield* join
      assert.notStrictEqual(sfu.requests[1]!.headers.authorization, token)
    }).pipe(Effect.provide(StreamCall.layer(options).pipe(Layer.provide(sfu.layer))))
  })

  withCall("an expired token is replaced once, without a pause", (sfu) =>
    Effect.gen(function*() {
      sfu.respond = (_, n) => n === 1 ? expired.clone() : json(joinResult("one"))
      yield* join
      assert.deepStrictEqual(sfu.requests.map(({ headers }) => headers.authorization), ["token-1", "token-2"])
      sfu.respond = () => expired.clone()
      assert.deepInclude(yield* Effect.flip(join), {
        reason: "Refused",
        code: 40,
        detail: "the coordinator: the token has expired",
        shouldRetry: false
      })
      assert.strictEqual(tokens, 4)
    }), { userToken: nextToken })

  withCall("without a user token no request is sent", (sfu) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* Effect.flip(join), unavailable)
      assert.deepStrictEqual(sfu.requests, [])
    }), { userToken: Effect.fail(unavailable) })

  withCall(
    "a user token that cannot be a header is not passed to the HTTP client",
    (sfu) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(join)
        assert.deepStrictEqual(
          error,
          new SfuJoinError({ reason: "Refused", detail: "the user's token cannot be a header", shouldRetry: false })
        )
        assert.deepStrictEqual(sfu.requests, [])
      }),
    { userToken: Effect.succeed(Redacted.make(`${userToken}\n`)) }
  )
})

describe("Choice of the SFU", () => {
  withCall(
    "an SFU that is full, shuts down, or has no place left in the call is avoided",
    (sfu) =>
      Effect.gen(function*() {
        for (const code of [700, 600, 301]) {
          sfu.requests.length = 0
          sfu.sockets.length = 0
          sfu.respond = firstOf("one", "two", "three")
          sfu.onRequest = refusing({ one: code, two: code })
          const joining = yield* begin(join)
          yield* TestClock.adjust(longEnough)
          assert.strictEqual((yield* Fiber.join(joining)).sfuId, "three")
          assert.deepStrictEqual(joinedHosts(sfu), ["one.test", "two.test", "three.test"])
          assert.deepStrictEqual(bodies(sfu), [
            { location: "auto" },
            { location: "auto", migrating_from: "one", migrating_from_list: ["one"] },
            { location: "auto", migrating_from: "two", migrating_from_list: ["two", "one"] }
          ])
        }
        // A join succeeded, so no SFU is avoided any more.
        sfu.onRequest = refusing({})
        assert.strictEqual((yield* join).sfuId, "one")
      })
  )

  withCall("an SFU on which two joins failed is avoided", (sfu) =>
    Effect.gen(function*() {
      sfu.respond = firstOf("one", "two")
      sfu.onRequest = (request, socket) => {
        if (request.joinRequest && socket.url.includes("one")) socket.closeByServer(1011)
        else if (request.joinRequest) socket.sendEvents(FakeSfu.joinResponse)
      }
      const joining = yield* begin(join)
      yield* TestClock.adjust(longEnough)
      assert.strictEqual((yield* Fiber.join(joining)).sfuId, "two")
      assert.deepStrictEqual(joinedHosts(sfu), ["one.test", "one.test", "two.test"])
    }))

  withCall("an SFU that refuses without shouldRetry is not avoided", (sfu) =>
    Effect.gen(function*() {
      sfu.onRequest = refusing({ one: 403 })
      for (let n = 0; n < 3; n++) assert.deepInclude(yield* failure, { code: 403, shouldRetry: false })
      assert.deepStrictEqual(bodies(sfu), [{ location: "auto" }, { location: "auto" }, { location: "auto" }])
    }))

  withCall("a first join has 3 attempts, and one if the SFU answers Disconnect", (sfu) =>
    Effect.gen(function*() {
      sfu.respond = firstOf("one", "two", "three", "four")
      sfu.onRequest = refusing({ one: 700, two: 600, three: 301 })
      assert.deepInclude(yield* failure, { reason: "Refused", code: 301, shouldRetry: true })
      assert.strictEqual(sfu.requests.length, 3)
      sfu.onRequest = refusing({ four: 700 }, 1)
      assert.deepInclude(yield* failure, { reason: "Refused", code: 700, shouldRetry: false })
      assert.strictEqual(sfu.requests.length, 4)
    }))
})

describe("Reconnection", () => {
  withCall(
    "a fast reconnect uses the access of the session, without the coordinator",
    (sfu) =>
      Effect.gen(function*() {
        yield* join
        sfu.respond = () => json(joinResult("two"))
        const session = yield* joinWith({ reconnection: reconnection("Fast", "one") })
        assert.deepInclude(session, { sfuId: "one", reconnected: false })
        assert.strictEqual(sfu.requests.length, 1)
        assert.deepStrictEqual(joinedHosts(sfu), ["one.test", "one.test"])
        // Another session has no access yet.
        assert.strictEqual((yield* joinWith({ sessionId: "bob-1", reconnection: reconnection("Fast") })).sfuId, "two")
        assert.deepStrictEqual(bodies(sfu).at(-1), { location: "auto" })
      })
  )

  withCall(
    "a rejoin and a migration ask the coordinator, and a migration avoids the SFU that it leaves",
    (sfu) =>
      Effect.gen(function*() {
        yield* join
        sfu.respond = firstOf("one", "two")
        assert.strictEqual(
          (yield* joinWith({ sessionId: "alice-2", reconnection: reconnection("Rejoin", "one") })).sfuId,
          "one"
        )
        assert.strictEqual(
          (yield* joinWith({ sessionId: "alice-2", reconnection: reconnection("Migrate", "one") })).sfuId,
          "two"
        )
        assert.strictEqual(
          (yield* joinWith({ sessionId: "alice-2", reconnection: reconnection("Fast", "two") })).sfuId,
          "two"
        )
        assert.deepStrictEqual(bodies(sfu), [
          { location: "auto" },
          { location: "auto" },
          { location: "auto", migrating_from: "one", migrating_from_list: ["one"] }
        ])
      })
  )

  withCall(
    "a join that reconnects has one attempt, and the next one avoids the SFU that failed",
    (sfu) =>
      Effect.gen(function*() {
        yield* join
        sfu.respond = firstOf("two", "three")
        sfu.onRequest = refusing({ two: 700 })
        const migration = joinWith({ reconnection: reconnection("Migrate", "one") })
        assert.deepInclude(yield* Effect.flip(migration), { code: 700, shouldRetry: true })
        assert.strictEqual(sfu.requests.length, 2)
        assert.strictEqual((yield* migration).sfuId, "three")
        assert.deepStrictEqual(bodies(sfu).at(-1), {
          location: "auto",
          migrating_from: "one",
          migrating_from_list: ["one", "two"]
        })
        sfu.respond = () => "broken"
        assert.deepInclude(yield* Effect.flip(joinWith({ reconnection: reconnection("Rejoin") })), {
          reason: "Unreachable"
        })
        assert.strictEqual(sfu.requests.length, 4)
      })
  )
})

describe("Options", () => {
  it.effect("an invalid option is a defect", () =>
    Effect.gen(function*() {
      const { layer } = FakeSfu.make()
      for (const { exit, mistake } of yield* exitsOfMistakes((one) => Layer.provide(StreamCall.layer(one), layer))) {
        assert.isTrue(Exit.hasDies(exit), mistake)
      }
      assert.isTrue(
        Exit.isSuccess(yield* StreamCall.layer(rightOptions).pipe(Layer.provide(layer), Layer.build, Effect.exit))
      )
    }))

  it.effect("layerConfig reads the variables of config, and each of them is required", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* built(environment))._tag, "Success")
      for (const name of Object.keys(environment)) {
        const failed = yield* built({ ...environment, [name]: undefined })
        assert.strictEqual(failed._tag, "Failure", name)
      }
      const options = yield* StreamCall.config.parse(
        ConfigProvider.fromUnknown({
          ...environment,
          STREAM_BASE_URL: "http://127.0.0.1",
          STREAM_CREATE_CALL: "true"
        })
      )
      assert.deepInclude(options, { callId: "standup", baseUrl: "http://127.0.0.1", create: true })
      const own = StreamCall.layerConfig({
        apiKey: Config.succeed("key"),
        secret: Config.Redacted("MY_SECRET"),
        callType: Config.succeed("default"),
        callId: Config.succeed("standup"),
        userId: Config.succeed("alice")
      })
      const provider = ConfigProvider.layer(ConfigProvider.fromUnknown({ MY_SECRET: "s" }))
      yield* Layer.build(Layer.provide(own, [FakeSfu.make().layer, provider]))
    }))
})

describe("Secrets", () => {
  it.effect("no secret is in an error, log line or span, in any encoding", () => {
    const sfu = FakeSfu.make()
    const { record, records } = Telemetry.make()
    const encodings = (secret: string): ReadonlyArray<string> => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64").replaceAll("=", ""),
      Buffer.from(secret).toString("base64url")
    ]
    const tokens = new Set<string>()
    const echo = ({ headers }: FakeSfu.FakeRequest): string => {
      tokens.add(headers.authorization!)
      return encodings(headers.authorization!).join(" ")
    }
    const responses: ReadonlyArray<(request: FakeSfu.FakeRequest) => FakeSfu.FakeResponse> = [
      (request) => json({ code: 5, message: echo(request) }, 401),
      (request) => json({ code: 40, message: echo(request) }, 401),
      (request) => json({ code: -1, message: echo(request), details: [request.headers] }, 500),
      (request) => new Response(echo(request), { status: 403 }),
      (request) => new Response(echo(request), { status: 201 }),
      (request) => json({ ...joinResult(echo(request)), credentials: { token: FakeSfu.secret, server: 7 } }),
      () => "broken",
      () => "never",
      () => json(joinResult("one"))
    ]
    const scenario = Effect.gen(function*() {
      // The SFU refuses the join, and its message contains every secret that it knows.
      const known = [FakeSfu.secret, password].flatMap(encodings).join(" ")
      sfu.onRequest = (_, socket) =>
        socket.sendEvents({ error: { error: { code: 500, message: known, shouldRetry: true } } })
      for (const respond of responses) {
        sfu.respond = respond
        const failing = yield* begin(Effect.flip(join))
        // The token is signed on another thread, for which TestClock does not wait.
        for (let n = 0; n < 100_000 && failing.pollUnsafe() === undefined; n++) {
          yield* TestClock.adjust("1 second")
          yield* Effect.promise(() => new Promise((done) => setImmediate(done)))
        }
        records.push(yield* Fiber.join(failing))
      }
      sfu.onRequest = (request, socket) => {
        if (request.joinRequest) {
          socket.sendEvents(FakeSfu.joinResponse, { error: { error: { code: 500, message: known } } })
        }
      }
      const session = yield* join
      sfu.respond = () => FakeSfu.twirpError(400, "malformed", known)
      records.push(session, yield* Effect.flip(session.restartIce))
      records.push(yield* session.events.pipe(Stream.take(1), Stream.runCollect))
    })
    const options = { ...call, userId: "alice", secret: Redacted.make(apiSecret) }
    return Effect.gen(function*() {
      yield* record(Effect.scoped(Effect.provide(scenario, StreamCall.layer(options).pipe(Layer.provide(sfu.layer)))))
      const text = records.map((item) =>
        item instanceof Tracer.NativeSpan
          // The status of an HTTP client's span contains the client's own error.
          ? inspect([item.name, item.attributes, item.events, item.kind === "client" ? "" : item.status], { depth: 20 })
          : `${String(item)} ${JSON.stringify(item)} ${inspect(item, { depth: 20 })}`
      ).join("\n")
      assert.include(text, "StreamCall.join")
      assert.include(text, "TimedOut")
      assert.include(text, "<redacted>")
      assert.isAbove(tokens.size, 0)
      for (const secret of [apiSecret, FakeSfu.secret, password, ...tokens]) {
        for (const encoded of encodings(secret)) assert.notInclude(text, encoded)
      }
    })
  })
})
