/**
 * The requests of moderation: what is sent, and what each answer of a coordinator, of another server or of nobody means.
 * Under `TestClock`; redirects with real HTTP on 127.0.0.1.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { SfuJoinError } from "effect-track-resolver"
import { Moderation, ModerationError } from "effect-track-resolver/stream-sfu"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { listen } from "../support/httpServer.ts"
import { begin } from "../support/resolver.ts"
import * as FakeSfu from "./FakeSfu.ts"
import * as Telemetry from "./Telemetry.ts"
import { exitsOfMistakes } from "./wrongOptions.ts"

const userToken = "header.user+token/that=nobody.may-see"

const call = { apiKey: "key 1", callType: "default", callId: "stand/up" }

const success = (): Response => new Response(JSON.stringify({ duration: "1ms" }), { status: 201 })

const refusal = (status: number, body: object | string, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })

const moderating = <A, E>(
  name: string,
  test: (sfu: FakeSfu.FakeSfu, moderation: Moderation["Service"]) => Effect.Effect<A, E>,
  options?: Partial<Parameters<typeof Moderation.layerUserToken>[0]>
): void =>
  it.effect(name, () => {
    const sfu = FakeSfu.make()
    sfu.respond = success
    const token = Effect.succeed(Redacted.make(userToken))
    return Moderation.use((moderation) => test(sfu, moderation)).pipe(
      Effect.provide(
        Moderation.layerUserToken({ ...call, userToken: token, ...options }).pipe(Layer.provide(sfu.layer))
      )
    )
  })

const sent = ({ requests }: FakeSfu.FakeSfu): ReadonlyArray<readonly [path: string, body: unknown]> =>
  requests.map(({ body, url }) => {
    const text = new TextDecoder().decode(body)
    return [new URL(url).pathname.replace("/video/call/default/stand%2Fup/", ""), text === "" ? "" : JSON.parse(text)]
  })

/** With arguments that no typed caller passes. */
const untyped = <A>(value: unknown): A => value as A

const following = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, HttpClient.followRedirects(3))
).pipe(Layer.provide(NodeHttpClient.layerUndici))

describe("A request", () => {
  moderating(
    "is a POST to the call with the user's token, and one of its kind",
    (sfu, moderation) =>
      Effect.gen(function*() {
        yield* moderation.mute({ userIds: ["bob", "c/d"], trackTypes: ["Audio", "ScreenShareAudio"] })
        yield* moderation.muteAll(["Video", "ScreenShare"])
        yield* moderation.remove("bob")
        yield* moderation.block("bob")
        yield* moderation.unblock("bob")
        yield* moderation.updatePermissions({ userId: "bob", grant: ["video"], revoke: ["audio", "screenShare"] })
        yield* moderation.updatePermissions({ userId: "bob", revoke: ["video"] })
        yield* moderation.endCall
        assert.deepStrictEqual(sent(sfu), [
          ["mute_users", { user_ids: ["bob", "c/d"], audio: true, screenshare_audio: true }],
          ["mute_users", { mute_all_users: true, video: true, screenshare: true }],
          ["kick", { user_id: "bob" }],
          ["block", { user_id: "bob" }],
          ["unblock", { user_id: "bob" }],
          ["user_permissions", {
            user_id: "bob",
            grant_permissions: ["send-video"],
            revoke_permissions: ["send-audio", "screenshare"]
          }],
          ["user_permissions", { user_id: "bob", grant_permissions: [], revoke_permissions: ["send-video"] }],
          ["mark_ended", ""]
        ])
        for (const { headers, method, url } of sfu.requests) {
          assert.strictEqual(method, "POST")
          assert.match(
            url,
            /^https:\/\/video\.stream-io-api\.com\/video\/call\/default\/stand%2Fup\/\w+\?api_key=key\+1$/
          )
          assert.deepInclude(headers, { authorization: userToken, "stream-auth-type": "jwt" })
        }
      })
  )

  moderating(
    "with wrong arguments fails with Invalid, and nothing is sent",
    (sfu, moderation) =>
      Effect.gen(function*() {
        const { block, mute, muteAll, remove, unblock, updatePermissions } = moderation
        const trackTypes = ["Audio"] as const
        const wrong: ReadonlyArray<readonly [argument: string, request: Effect.Effect<void, ModerationError>]> = [
          ["userIds", mute({ userIds: [], trackTypes })],
          ["userIds", mute({ userIds: ["bob", ""], trackTypes })],
          ["userIds", mute({ userIds: ["x".repeat(1_025)], trackTypes })],
          ["userIds", mute({ userIds: Array.from({ length: 1_001 }, (_, n) => `user-${n}`), trackTypes })],
          ["userIds", mute({ userIds: untyped("bob"), trackTypes })],
          ["trackTypes", mute({ userIds: ["bob"], trackTypes: [] })],
          ["trackTypes", mute({ userIds: ["bob"], trackTypes: untyped(["Sound"]) })],
          ["options", mute(untyped(undefined))],
          ["trackTypes", muteAll([])],
          ["trackTypes", muteAll(untyped(undefined))],
          ["userId", remove("")],
          ["userId", remove(untyped(7))],
          ["userId", block("x".repeat(1_025))],
          ["userId", unblock("")],
          ["userId", updatePermissions({ userId: "", revoke: ["audio"] })],
          ["grant and revoke", updatePermissions({ userId: "bob" })],
          ["grant and revoke", updatePermissions({ userId: "bob", grant: [], revoke: [] })],
          ["grant and revoke", updatePermissions({ userId: "bob", grant: ["audio"], revoke: ["audio"] })],
          ["revoke", updatePermissions({ userId: "bob", revoke: untyped(["end-call"]) })],
          ["grant", updatePermissions({ userId: "bob", grant: untyped("audio") })]
        ]
        for (const [argument, request] of wrong) {
          const error = yield* Effect.flip(request)
          assert.deepInclude(error, { _tag: "ModerationError", reason: "Invalid", shouldRetry: false })
          assert.isTrue(error.detail.startsWith(`Moderation: ${argument} must `), error.detail)
          assert.isBelow(error.message.length, 500)
        }
        assert.deepStrictEqual(sfu.requests, [])
        assert.include(
          (yield* Effect.flip(updatePermissions({ userId: "bob", grant: ["audio"], revoke: ["audio"] }))).detail,
          "and none in both"
        )
        yield* mute({ userIds: Array.from({ length: 1_000 }, (_, n) => `${n}`), trackTypes })
        yield* block("x".repeat(1_024))
        assert.strictEqual(sfu.requests.length, 2)
      })
  )
})

describe("An answer", () => {
  moderating(
    "of the coordinator that refuses has a reason of its own, the code, and its words",
    (sfu, { remove }) =>
      Effect.gen(function*() {
        const refusals: ReadonlyArray<readonly [status: number, code: number, reason: string, shouldRetry: boolean]> = [
          [400, 4, "Refused", false],
          [401, 5, "Unauthenticated", false],
          [403, 17, "NotPermitted", false],
          [404, 16, "NotFound", false],
          [429, 9, "RateLimited", true],
          [500, -1, "Refused", true],
          [503, -1, "Refused", true]
        ]
        for (const [status, code, reason, shouldRetry] of refusals) {
          sfu.respond = () => refusal(status, { code, message: "why", StatusCode: status, duration: "0ms" })
          const error = yield* Effect.flip(remove("bob"))
          assert.deepStrictEqual(
            { ...error },
            {
              ...new ModerationError(untyped({
                request: "remove",
                reason,
                code,
                detail: "the coordinator: why",
                shouldRetry
              }))
            }
          )
          assert.strictEqual(error.message, `remove ${reason} (${code}): the coordinator: why`)
        }
        sfu.respond = () => refusal(403, { code: 17, message: "no\u001b[31m\nforged \u202e" })
        assert.strictEqual(
          (yield* Effect.flip(remove("bob"))).detail,
          "the coordinator: no\\u{1b}[31m forged \\u{202e}"
        )
        sfu.respond = () => refusal(500, { code: -1, message: "why", unrecoverable: true })
        assert.deepInclude(yield* Effect.flip(remove("bob")), { reason: "Refused", shouldRetry: false })
        // Each was sent once.
        assert.strictEqual(sfu.requests.length, refusals.length + 2)
      })
  )

  moderating(
    "says how long to wait: Retry-After, or the time of the reset, up to an hour",
    (sfu, { muteAll }) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(1_700_000_000_000)
        const waits: ReadonlyArray<readonly [headers: Record<string, string>, wait: Duration.Input | undefined]> = [
          [{ "retry-after": "7" }, "7 seconds"],
          [{ "retry-after": "0" }, 0],
          [{ "retry-after": "3600" }, "1 hour"],
          [{ "retry-after": "3601" }, undefined],
          [{ "retry-after": "-1" }, undefined],
          [{ "retry-after": "1e3" }, undefined],
          [{ "retry-after": "9".repeat(400) }, undefined],
          [{ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, undefined],
          [{ "x-ratelimit-reset": "1700000030" }, "30 seconds"],
          [{ "x-ratelimit-reset": "1699999999" }, undefined],
          [{ "x-ratelimit-reset": "1700000030", "retry-after": "2" }, "2 seconds"],
          [{}, undefined]
        ]
        for (const [headers, wait] of waits) {
          for (const body of [{ code: 9, message: "too many" }, "slow down"]) {
            sfu.respond = () => refusal(429, body, headers)
            const error = yield* Effect.flip(muteAll(["Audio"]))
            assert.deepInclude(error, { request: "muteAll", reason: "RateLimited", shouldRetry: true })
            const expected = wait === undefined ? undefined : Duration.toMillis(wait)
            assert.strictEqual(error.retryAfter && Duration.toMillis(error.retryAfter), expected, inspect(headers))
          }
        }
        sfu.respond = () => refusal(403, { code: 17 }, { "retry-after": "7" })
        assert.isUndefined((yield* Effect.flip(muteAll(["Audio"]))).retryAfter)
      })
  )

  moderating(
    "that is not a coordinator's is Malformed, and says nothing about permissions",
    (sfu, { endCall }) =>
      Effect.gen(function*() {
        const page = "<html>secret page</html>"
        const answers = [
          ...[201, 401, 403, 404, 418].map((status) => refusal(status, page)),
          ...["", "{", "[]", "null", "7", "\"yes\"", "{\"duration\":7}"].map((body) => refusal(200, body)),
          ...[{}, { code: "17", message: "no" }, { code: 1.5 }, { code: 17, message: 5 }, [17]].map((body) =>
            refusal(403, body)
          ),
          // The coordinator does not redirect, whatever the body says.
          refusal(302, { code: 17, message: "no" }, { location: "https://elsewhere.test/" })
        ]
        for (const answer of answers) {
          sfu.respond = () => answer.clone()
          const error = yield* Effect.flip(endCall)
          assert.deepInclude(error, { request: "endCall", reason: "Malformed", shouldRetry: false })
          assert.notProperty(error, "code")
          assert.include(error.detail, "the coordinator (baseUrl) at video.stream-io-api.com:443 answers ")
          assert.notInclude(error.detail, "page")
        }
        assert.strictEqual(sfu.requests.length, answers.length)
        for (const status of [408, 500, 502, 503]) {
          sfu.respond = () => refusal(status, page)
          assert.deepInclude(yield* Effect.flip(endCall), { reason: "Unreachable", shouldRetry: true })
        }
      })
  )

  moderating("over the limit fails with TooLarge, declared or not", (sfu, { endCall }) =>
    Effect.gen(function*() {
      const body = JSON.stringify({ duration: "x".repeat(200) })
      for (const headers of [{}, { "content-length": String(body.length) }]) {
        sfu.respond = () => refusal(201, body, headers)
        const error = yield* Effect.flip(endCall)
        assert.deepInclude(error, { reason: "TooLarge", shouldRetry: false })
        assert.include(error.detail, "maxFrameBytes (100)")
      }
    }), { maxFrameBytes: 100 })

  moderating(
    "that does not come within 5 seconds fails with TimedOut, and ends the request",
    (sfu, { block }) =>
      Effect.gen(function*() {
        sfu.respond = () => "never"
        const failing = yield* begin(Effect.flip(block("bob")))
        yield* TestClock.adjust("4999 millis")
        assert.isFalse(sfu.requests[0]!.signal.aborted)
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* Fiber.join(failing), { request: "block", reason: "TimedOut", shouldRetry: true })
        assert.isTrue(sfu.requests[0]!.signal.aborted)
        sfu.respond = () => "broken"
        assert.deepInclude(yield* Effect.flip(block("bob")), { reason: "Unreachable", shouldRetry: true })
        assert.strictEqual(sfu.requests.length, 2)
      })
  )

  for (
    const [name, client, asks] of [
      ["fetch", FetchHttpClient.layer, 1],
      ["undici", NodeHttpClient.layerUndici, 1],
      ["a client that follows it by itself", following, 2]
    ] as const
  ) {
    it.live(`that redirects is not one: ${name}`, () =>
      Effect.gen(function*() {
        let count = 0
        const { requests, url } = yield* listen((_, response) => {
          response.writeHead(++count === 1 ? 307 : 201, { location: "/elsewhere" })
          response.end(JSON.stringify({ duration: "0ms" }))
        })
        const layer = Moderation.layerUserToken({
          ...call,
          baseUrl: url,
          userToken: Effect.succeed(Redacted.make(userToken))
        }).pipe(Layer.provide(client))
        const error = yield* Effect.provide(Effect.flip(Moderation.use(({ remove }) => remove("bob"))), layer)
        assert.deepInclude(error, { reason: "Malformed", shouldRetry: false })
        assert.include(error.detail, "redirects are not followed")
        assert.strictEqual(requests[0]?.url, "/call/default/stand%2Fup/kick?api_key=key+1")
        assert.strictEqual(requests.length, asks)
      }).pipe(Effect.scoped))
  }
})

describe("A user's token", () => {
  let tokens = 0
  moderating("that has expired is replaced once", (sfu, { remove }) =>
    Effect.gen(function*() {
      const expired = () => refusal(401, { code: 40, message: "the token has expired" })
      sfu.respond = (_, n) => n === 1 ? expired() : success()
      yield* remove("bob")
      assert.deepStrictEqual(sfu.requests.map(({ headers }) => headers.authorization), ["token-1", "token-2"])
      sfu.respond = expired
      assert.deepInclude(yield* Effect.flip(remove("bob")), { reason: "Unauthenticated", code: 40 })
      assert.strictEqual(tokens, 4)
    }), { userToken: Effect.sync(() => Redacted.make(`token-${++tokens}`)) })

  for (
    const [reason, expected] of [
      ["Refused", "Unauthenticated"],
      ["Unreachable", "Unreachable"],
      ["TimedOut", "TimedOut"]
    ] as const
  ) {
    moderating(`that could not be had (${reason}) sends nothing`, (sfu, { remove }) =>
      Effect.gen(function*() {
        assert.deepInclude(yield* Effect.flip(remove("bob")), {
          reason: expected,
          detail: "no user token: no token today",
          shouldRetry: true
        })
        assert.deepStrictEqual(sfu.requests, [])
      }), { userToken: Effect.fail(new SfuJoinError({ reason, detail: "no token today", shouldRetry: true })) })
  }

  moderating("that cannot be a header is not passed to the HTTP client", (sfu, { remove }) =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(remove("bob")), {
        reason: "Unauthenticated",
        detail: "the user's token cannot be a header"
      })
      assert.deepStrictEqual(sfu.requests, [])
    }), { userToken: Effect.succeed(Redacted.make(`${userToken}\n`)) })

  it.effect("and the API secret are in no error, log line or span", () => {
    const secret = "api+secret/that nobody=may see"
    const sfu = FakeSfu.make()
    const { record, records } = Telemetry.make()
    const tokens = new Set<string>()
    const answers: ReadonlyArray<(request: FakeSfu.FakeRequest) => FakeSfu.FakeResponse> = [
      ({ headers }) => refusal(403, { code: 17, message: `no: ${headers.authorization} ${secret}` }),
      ({ headers }) => refusal(403, `${headers.authorization} ${secret}`),
      ({ headers }) => refusal(201, `${headers.authorization} ${secret}`),
      () => "broken"
    ]
    const scenario = Effect.gen(function*() {
      const moderation = yield* Moderation
      for (const answer of answers) {
        sfu.respond = (request) => {
          tokens.add(request.headers.authorization!)
          return answer(request)
        }
        records.push(yield* Effect.flip(moderation.mute({ userIds: ["bob"], trackTypes: ["Audio"] })))
      }
    })
    const layer = Moderation.layer({ ...call, userId: "alice", secret: Redacted.make(secret) })
    return Effect.gen(function*() {
      yield* record(Effect.provide(scenario, layer.pipe(Layer.provide(sfu.layer))))
      const text = records.map((item) =>
        item instanceof Tracer.NativeSpan
          // The status of an HTTP client's span contains the client's own error.
          ? inspect([item.name, item.attributes, item.events, item.kind === "client" ? "" : item.status], { depth: 20 })
          : `${String(item)} ${JSON.stringify(item)} ${inspect(item, { depth: 20 })}`
      ).join("\n")
      assert.include(text, "Moderation.mute")
      assert.include(text, "NotPermitted")
      assert.include(text, "<redacted>")
      assert.isAbove(tokens.size, 0)
      for (const hidden of [secret, ...tokens]) assert.notInclude(text, hidden)
    })
  })
})

describe("Options", () => {
  it.effect("an invalid option is a defect that names the service", () =>
    Effect.gen(function*() {
      const { layer } = FakeSfu.make()
      for (const { exit, mistake } of yield* exitsOfMistakes((one) => Layer.provide(Moderation.layer(one), layer))) {
        assert.isTrue(Exit.hasDies(exit), mistake)
        assert.include(inspect(exit, { depth: 10 }), "TypeError: Moderation: ")
      }
    }).pipe(Effect.scoped))

  it.effect("layerConfig reads the variables of StreamCall.config", () =>
    Effect.gen(function*() {
      const environment = {
        STREAM_API_KEY: "key",
        STREAM_API_SECRET: "secret",
        STREAM_CALL_TYPE: "default",
        STREAM_CALL_ID: "standup",
        STREAM_USER_ID: "alice",
        STREAM_BASE_URL: "http://coordinator.test"
      }
      const sfu = FakeSfu.make()
      sfu.respond = success
      const layer = Moderation.layerConfig().pipe(
        Layer.provide([sfu.layer, ConfigProvider.layer(ConfigProvider.fromUnknown(environment))])
      )
      yield* Effect.provide(Moderation.use(({ endCall }) => endCall), layer)
      assert.strictEqual(sfu.requests[0]!.url, "http://coordinator.test/call/default/standup/mark_ended?api_key=key")
    }))
})
