/**
 * A table of the arguments that public functions take, each with values that untyped code may pass. The call dies at once
 * with a message that names the service or function, the argument, what it must be and its value; nothing is sent.
 * The arguments of the resolver are in `test/resolver/arguments.test.ts`, those of media beside the tests of each function.
 */
import { assert, describe, it } from "@effect/vitest"
import { StreamEdge, Trace } from "effect-track-resolver"
import type { EdgeError, PublishRequest, StreamEdgeOptions } from "effect-track-resolver"
import { StreamCall, StreamSfuClient } from "effect-track-resolver/stream-sfu"
import { ScriptedCall, SimulatedCall } from "effect-track-resolver/testing"
import { WeriftPeerConnection, WeriftTrack } from "effect-track-resolver/werift"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"

/** `undefined` if the effect succeeds. */
const defectOf = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<string | undefined> =>
  Effect.map(
    Effect.exit(Effect.scoped(Effect.timeout(effect, "1 second"))),
    (exit) => Exit.isFailure(exit) ? String(exit) : undefined
  )

type Call = (value: unknown) => Effect.Effect<unknown, Error, Scope.Scope>

/** The argument, what it must be, and wrong values. */
type Row = readonly [argument: string, expected: string, ...wrong: ReadonlyArray<unknown>]

/** `call` passes an object with one field replaced. `right` has to be accepted. */
const table = (service: string, right: object, call: Call, rows: ReadonlyArray<Row>): void => {
  describe(service, () => {
    it.effect("accepts right arguments", () =>
      Effect.gen(function*() {
        assert.isUndefined(yield* defectOf(call(right)))
      }))
    for (const [argument, expected, ...wrong] of rows) {
      it.effect(`${argument} must be ${expected}`, () =>
        Effect.gen(function*() {
          for (const value of wrong) {
            const [field, inner] = argument.split(".")
            const given = argument === "options" || argument === "the request"
              ? value
              : { ...right, [field!]: inner === undefined ? value : { ...fieldsOf(right, field!), [inner]: value } }
            const defect = yield* defectOf(call(given))
            assert.include(defect ?? "no defect", `${service}: ${argument} must be ${expected}, got `)
          }
        }))
    }
  })
}

const fieldsOf = (right: object, field: string): object => Object.entries(right).find(([name]) => name === field)?.[1]

const duration = "a duration of zero or more"
const count = "a number of 0 or more"
const size = "a width and a height in pixels"
const notDurations = [-1, NaN, "soon", {
  seconds: -1
}]
const notCounts = [-1, NaN, "1", []]
const notStrings = [1, {}, [], true]
const notObjects = ["options", 1, true]
const notSizes = [{}, { width: 0, height: 1 }, { width: 1.5, height: 1 }, { width: NaN, height: 1 }, "1280x720", [1, 2]]

const buildEdge = (
  options: unknown,
  call?: ScriptedCall.ScriptedCall
): Effect.Effect<StreamEdge["Service"], EdgeError, Scope.Scope> =>
  Effect.gen(function*() {
    const { layer } = call ?? (yield* ScriptedCall.make())
    const edge = StreamEdge.layer(options as StreamEdgeOptions).pipe(Layer.provide(layer))
    return yield* Effect.provide(StreamEdge, yield* Layer.build(edge))
  })

table(
  "StreamEdge",
  {
    sessionId: "s",
    timeout: 0,
    subscribe: () => true,
    videoDimension: { width: 1, height: 1 },
    maxReconnects: 0,
    maxOutage: Infinity,
    backOff: { base: "1 second", cap: Infinity }
  },
  buildEdge,
  [
    ["options", "an object", ...notObjects],
    ["sessionId", "a non-empty string", "", ...notStrings],
    ["timeout", duration, ...notDurations],
    ["subscribe", "a function", true, {}, "all"],
    ["videoDimension", size, ...notSizes],
    ["maxReconnects", count, ...notCounts],
    ["maxOutage", duration, ...notDurations],
    ["backOff", "an object", 1, "slow"],
    ["backOff.base", duration, ...notDurations],
    ["backOff.cap", duration, ...notDurations],
    ["backOff.base", "a finite duration of more than zero", 0, Infinity],
    ["backOff.cap", "a duration of more than zero", 0]
  ]
)

const media = Stream.never

table(
  "StreamEdge.publish",
  {
    trackType: "Video",
    media,
    codec: { name: "VP8", clockRate: 90_000, channels: 1 },
    dimension: { width: 1, height: 1 }
  },
  (request) =>
    Effect.gen(function*() {
      const call = yield* ScriptedCall.make()
      const edge = yield* buildEdge({}, call)
      const joined = call.calls.length
      const publishing = edge.publish(request as PublishRequest<never, never>)
      yield* Effect.onError(publishing, () =>
        Effect.sync(() => {
          assert.strictEqual(call.calls.length, joined, "nothing is sent")
        }))
      // One that is refused does not take the place of the next.
      yield* Effect.exit(edge.publish(undefined as unknown as PublishRequest))
    }),
  [
    ["the request", "an object", undefined, null, "Audio"],
    [
      "trackType",
      "one of Audio, Video, ScreenShare, ScreenShareAudio",
      "audio",
      "Camera",
      "",
      undefined,
      1,
      "toString"
    ],
    ["media", "a Stream", undefined, [], Effect.void, (async function*() {})()],
    ["codec", "an object", "VP8", 1],
    ["codec.name", "a non-empty string", "", ...notStrings, undefined],
    ["codec.clockRate", "a positive integer", 0, NaN, "90000", 1.5, undefined],
    ["codec.channels", "a positive integer", 0, NaN, "2"],
    ["dimension", size, ...notSizes]
  ]
)

for (const member of ["rtp", "requestKeyFrame"] as const) {
  it.effect(`StreamEdge: trackId of ${member} must be a non-empty string`, () =>
    Effect.gen(function*() {
      for (const trackId of ["", ...notStrings, undefined]) {
        const call: Call = () =>
          Effect.flatMap(buildEdge({}), (edge) =>
            member === "rtp" ? Stream.runDrain(edge.rtp(trackId as string)) : edge.requestKeyFrame(trackId as string))
        assert.include(yield* defectOf(call({})), "StreamEdge: trackId must be a non-empty string, got ")
      }
    }))
}

const connect = (client: Layer.Layer<never, Error>): Effect.Effect<unknown, Error, Scope.Scope> => Layer.build(client)

const discard = <A, E, R>(layer: Layer.Layer<A, E, R>): Layer.Layer<never, E, R> =>
  Layer.effectDiscard(Layer.build(layer))

const network = Layer.merge(FetchHttpClient.layer, Socket.layerWebSocketConstructorGlobal)

const limits: ReadonlyArray<Row> = [
  ["maxFrameBytes", "a number of 1 or more", 0, ...notCounts],
  ["maxEventsBehind", "a number of 1 or more", 0, ...notCounts]
]

const callRows: ReadonlyArray<Row> = [
  ["options", "an object", undefined, ...notObjects],
  ["apiKey", "a non-empty string", "", ...notStrings, undefined],
  ["baseUrl", "a string", ...notStrings],
  ["create", "a boolean", "true", 1],
  ...limits
]

const call = { apiKey: "k", callType: "default", callId: "c", baseUrl: "http://127.0.0.1", create: true }

table(
  "StreamCall",
  { ...call, userId: "alice", secret: Redacted.make("s") },
  (options) => connect(StreamCall.layer(options as StreamCall.StreamCallOptions).pipe(Layer.provide(network), discard)),
  [
    ...callRows,
    ["userId", "a non-empty string", "", ...notStrings, undefined],
    ["secret", "Redacted", "s", undefined]
  ]
)

describe("with a user's token", () => {
  table(
    "StreamCall",
    { ...call, userToken: Effect.succeed(Redacted.make("t")) },
    (options) =>
      connect(StreamCall.layerUserToken(options as StreamCall.UserTokenOptions).pipe(Layer.provide(network), discard)),
    [...callRows, ["userToken", "an Effect", "t", undefined]]
  )
})

table(
  "StreamSfuClient",
  { url: "http://127.0.0.1", webSocketUrl: "ws://127.0.0.1", token: Redacted.make("t"), iceServers: [{ urls: [] }] },
  (options) =>
    connect(StreamSfuClient.layer(options as StreamSfuClient.StreamSfuOptions).pipe(Layer.provide(network), discard)),
  [
    ["options", "an object", undefined, ...notObjects],
    ["url", "a string", ...notStrings, undefined],
    ["webSocketUrl", "a string", ...notStrings, undefined],
    ["token", "Redacted", "t", undefined],
    ["iceServers", "an array", {}, "stun:a"],
    ...limits
  ]
)

table(
  "WeriftPeerConnection",
  { loopbackOnly: true, connectTimeout: "1 second" },
  (options) => connect(WeriftPeerConnection.layer(options as WeriftPeerConnection.WeriftOptions).pipe(discard)),
  [
    ["options", "an object", ...notObjects],
    ["loopbackOnly", "a boolean", "true", 1],
    ["relayOnly", "a boolean", "true", 1],
    ["connectTimeout", duration, ...notDurations]
  ]
)

it.effect("WeriftTrack.packets: track must be a MediaStreamTrack of werift", () =>
  Effect.gen(function*() {
    for (const track of [undefined, null, "track", {}, { onReceiveRtp: 1 }]) {
      assert.include(
        yield* defectOf(Stream.runDrain(WeriftTrack.packets(track as never))),
        "WeriftTrack.packets: track must be a MediaStreamTrack of werift, got "
      )
    }
  }))

table(
  "Trace.layer",
  { write: () => Effect.void, capacity: 1 },
  (options) => connect(Trace.layer(options as never)),
  [
    ["options", "an object", undefined, ...notObjects],
    ["write", "a function", undefined, "file"],
    ["capacity", count, ...notCounts]
  ]
)

table(
  "ScriptedCall.make",
  {},
  (options) => ScriptedCall.make(options as ScriptedCall.ScriptedCallOptions),
  [["options", "an object", null, ...notObjects]]
)

table(
  "SimulatedCall",
  { seed: 1, participants: 1, duration: "1 second", faults: { dropped: 0 }, actions: [] },
  (options) => SimulatedCall.make(options as SimulatedCall.SimulatedCallOptions),
  [
    ["options", "an object", null, ...notObjects],
    ["seed", "an integer", NaN, "1", 1.5],
    ["participants", count, ...notCounts],
    ["duration", duration, ...notDurations],
    ["faults", "an object", 1, "none"],
    ["faults.dropped", count, ...notCounts],
    ["actions", "an array", {}, "join"]
  ]
)
