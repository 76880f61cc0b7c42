/**
 * A wrong argument is a mistake in the calling program. The call dies with a message that names the service or function,
 * the argument, what it must be and its value. Nothing else happens.
 */
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge, Trace, TrackResolver } from "effect-track-resolver"
import type { EdgeError, ResolveError, StreamEdgeOptions, TrackResolverOptions } from "effect-track-resolver"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import { alice, anonymous, camera, exact } from "../support/people.ts"
import { begin, nothing, withResolver } from "../support/resolver.ts"

const defectOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "no defect")

describe("TrackResolver checks its arguments", () => {
  withResolver("ids, track types and kinds", (resolver) =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [Effect.Effect<unknown, ResolveError>, RegExp]> = [
        [resolver.register({ trackId: "", kind: "video" }), /track must be an IncomingTrack, got .*trackId/s],
        [resolver.register({ trackId: "t1", kind: "film" as "video" }), /track must be an IncomingTrack.*kind/s],
        [resolver.register({ trackId: "t1", kind: "audio", trackType: "Video" }), /a Video track is video, not audio/],
        [resolver.register({ ...anonymous("t1"), participant: { userId: "u", sessionId: "" } }), /sessionId/],
        [resolver.resolve({ ...camera(alice), userId: "" }), /key must be a TrackKey, got .*userId/s],
        [resolver.resolve({ ...camera(alice), trackType: "Camera" as "Video" }), /key must be a TrackKey.*trackType/s],
        [resolver.unpublish({ ...camera(alice), sessionId: "" }), /key must be a TrackKey.*sessionId/s],
        [resolver.binding({ ...camera(alice), sessionId: "" }), /key must be a TrackKey.*sessionId/s],
        [resolver.cancel({ userId: "alice" } as typeof alice), /participant must be a Participant.*sessionId/s],
        [resolver.retire(""), /TrackResolver: trackId must be a non-empty string, got ""/]
      ]
      for (const [effect, message] of wrong) assert.match(yield* defectOf(effect), message)
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
    }))

  withResolver(
    "a track id that was registered with another kind is a defect, and the track stays as it was",
    (resolver) =>
      Effect.gen(function*() {
        const again = resolver.register(anonymous("t1", "audio"))
        const message = /TrackResolver: kind must be that of the earlier registration of t1, got "audio"/
        yield* resolver.register(exact("t1", camera(alice)))
        assert.match(yield* defectOf(again), message)
        assert.strictEqual(yield* resolver.resolve(camera(alice)), "t1")
        assert.match(yield* defectOf(again), message)
      })
  )

  withResolver("a timeout that is not a duration of zero or more", (resolver) =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<unknown> = [
        -1,
        NaN,
        "-2 seconds",
        { seconds: NaN },
        {},
        { sec: 1 },
        [NaN, 0],
        [],
        "soon",
        null
      ]
      for (const timeout of wrong as ReadonlyArray<Duration.Input>) {
        const defect = yield* defectOf(resolver.resolve(camera(alice), { timeout }))
        assert.match(defect, /TrackResolver: timeout must be a duration of zero or more, got /)
      }
      assert.match(yield* defectOf(resolver.resolve(camera(alice), { timeout: { seconds: -1 } })), /"seconds":-1/)
      assert.deepStrictEqual(yield* resolver.sizes, nothing)
    }))

  withResolver("the value in a message is on one line, short, and safe to log", (resolver) =>
    Effect.gen(function*() {
      const hostile = (text: string) => resolver.cancel({ userId: text, sessionId: "" })
      assert.include(
        yield* defectOf(hostile("\u009b2J\u202e")),
        "got {\"userId\":\"\\u{9b}2J\\u{202e}\",\"sessionId\":\"\"}"
      )
      const long = yield* defectOf(hostile("x".repeat(100_000)))
      assert.match(long, /got \{"userId":"x{189}\.\.\./)
      assert.isBelow(long.length, 400)
    }))

  it.effect("options", () =>
    Effect.gen(function*() {
      const wrong: ReadonlyArray<readonly [TrackResolverOptions, RegExp]> = [
        [{ timeout: -1 }, /timeout must be a duration of zero or more, got -1/],
        [{ pendingTimeToLive: NaN }, /pendingTimeToLive must be a duration of zero or more, got NaN/],
        [{ timeout: {} }, /timeout must be a duration of zero or more, got \{\}/],
        [{ pendingCapacity: -1 }, /pendingCapacity must be an integer of 0 or more, or Infinity, got -1/],
        [{ pendingCapacity: NaN }, /pendingCapacity must be an integer of 0 or more, or Infinity, got NaN/],
        [{ pendingCapacity: 2.5 }, /pendingCapacity must be an integer of 0 or more, or Infinity, got 2.5/],
        [{ pendingCapacity: "3" as unknown as number }, /pendingCapacity must be an integer .*, got "3"/],
        [{ sessionMigration: "always" as "never" }, /sessionMigration must be one of takeOver, afterLeave, never/],
        [{ anonymousTracks: "all" as "never" }, /anonymousTracks must be one of unique, never, got "all"/]
      ]
      for (const [options, message] of wrong) assert.match(yield* defectOf(TrackResolver.make(options)), message)
    }))
})

withResolver("a timeout of any form that Effect reads", (resolver) =>
  Effect.gen(function*() {
    const temporal = Object.create({ seconds: 0, milliseconds: 0 })
    const right: ReadonlyArray<Duration.Input> = [0, 0n, "0 seconds", [0, 0], { seconds: 0 }, temporal]
    for (const timeout of right) {
      const exit = yield* Effect.exit(resolver.resolve(camera(alice), { timeout }))
      assert.include(String(exit), "TrackTimeoutError")
    }
  }))

withResolver("by default 10,000 tracks are pending", (resolver) =>
  Effect.gen(function*() {
    for (let n = 0; n <= 10_000; n++) yield* resolver.register(anonymous(`t${n}`))
    assert.deepInclude(yield* resolver.sizes, { pending: 10_000 })
  }))

it.effect("the message names the service or function that received the wrong argument", () =>
  Effect.gen(function*() {
    const { layer } = yield* ScriptedCall.make()
    const edge = (options: StreamEdgeOptions) => Layer.build(Layer.provide(StreamEdge.layer(options), layer))
    const network = Layer.merge(FetchHttpClient.layer, Socket.layerWebSocketConstructorGlobal)
    const connect = <A, E>(client: Layer.Layer<A, E, HttpClient.HttpClient | Socket.WebSocketConstructor>) =>
      Layer.build(Layer.provide(client, network))
    const write = () => Effect.void
    const sfu = { url: "http://127.0.0.1", webSocketUrl: "ws://127.0.0.1", token: Redacted.make("t") }
    const call = { apiKey: "k", callType: "default", callId: "c", userId: "alice", secret: Redacted.make("s") }
    const wrong: ReadonlyArray<readonly [Effect.Effect<unknown, EdgeError, Scope.Scope>, string]> = [
      [Layer.build(TrackResolver.layer({ pendingCapacity: -1 })), "TrackResolver: pendingCapacity must be"],
      [edge({ maxReconnects: -1 }), "StreamEdge: maxReconnects must be a number of 0 or more, got -1"],
      [edge({ timeout: -1 }), "StreamEdge: timeout must be a duration of zero or more, got -1"],
      [
        Layer.build(Trace.layer({ write, capacity: -1 })),
        "Trace.layer: capacity must be a number of 0 or more, got -1"
      ],
      [Layer.build(Trace.layer({ write, ids: "plain" as "clear" })), "Trace.layer: ids must be one of hashed, clear"],
      [connect(StreamSfuClient.layer({ ...sfu, maxFrameBytes: 0 })), "StreamSfuClient: maxFrameBytes must be"],
      [connect(StreamCall.layer({ ...call, maxFrameBytes: 0 })), "StreamCall: maxFrameBytes must be"],
      [connect(StreamCall.layer({ ...call, callId: ".." })), "StreamCall: callId must be"],
      [connect(StreamCall.layer({ ...call, secret: Redacted.make("") })), "StreamCall: secret must be"]
    ]
    for (const [effect, message] of wrong) {
      assert.include(yield* defectOf(Effect.scoped(effect)), message)
    }
  }))

it.effect("TrackResolver.layerConfig reads its options from Config", () => {
  const layer = TrackResolver.layerConfig({
    timeout: Config.Duration("TIMEOUT"),
    anonymousTracks: Config.Literals(["unique", "never"], "ANONYMOUS")
  })
  const provide = (values: Record<string, string>) =>
    Layer.provide(layer, ConfigProvider.layer(ConfigProvider.fromUnknown(values)))
  return Effect.gen(function*() {
    const error = yield* TrackResolver.use((resolver) =>
      Effect.gen(function*() {
        yield* resolver.register(anonymous("t1"))
        const error = yield* begin(Effect.flip(resolver.resolve(camera(alice))))
        yield* TestClock.adjust("3 seconds")
        return error.pollUnsafe()
      })
    ).pipe(Effect.provide(provide({ TIMEOUT: "3 seconds", ANONYMOUS: "never" })))
    assert.isTrue(error !== undefined && Exit.isSuccess(error))
    const bad = yield* Effect.flip(Layer.build(provide({ TIMEOUT: "soon", ANONYMOUS: "never" })))
    assert.strictEqual(bad._tag, "ConfigError")
  })
})
