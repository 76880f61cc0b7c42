/**
 * Requests of a session to the SFU: their encoding, their retries and their order, under `TestClock`.
 */
import { assert, describe } from "@effect/vitest"
import type { AnnouncedTrack, Subscription, TrackType } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import * as Tracer from "effect/Tracer"
import { begin } from "../support/resolver.ts"
import {
  type FakeRequest,
  type FakeResponse,
  type FakeSfu,
  ok,
  secret,
  setPublisherResponse,
  twirpError
} from "./FakeSfu.ts"
import { join, withSfu } from "./Harness.ts"
import * as ProtobufWire from "./ProtobufWire.ts"
import * as Telemetry from "./Telemetry.ts"

const offer = (negotiationId: number) => ({ subscriberOffer: { sdp: `offer ${negotiationId}`, negotiationId } })

const answer = (negotiationId: number) => ({ sdp: `answer ${negotiationId}`, negotiationId })

const wanted = (...types: ReadonlyArray<TrackType>): ReadonlyArray<Subscription> =>
  types.map((trackType) => ({ key: { userId: "bob", sessionId: "bob-1", trackType } }))

/** Number and content of each field, as text or as a number, read without our schema. */
const fields = (bytes: Uint8Array): ReadonlyArray<readonly [number, string | number]> =>
  ProtobufWire.read(bytes).map(({ bytes, number, wireType }) => [
    number,
    wireType === 0 ? Number(ProtobufWire.numberIn(bytes)) : new TextDecoder().decode(bytes)
  ])

/** The track type numbers in each UpdateSubscriptions. */
const subscribedTypes = (sfu: FakeSfu): ReadonlyArray<ReadonlyArray<number>> =>
  sfu.requests.map(({ body }) =>
    ProtobufWire.read(body).filter(({ number }) => number === 3).map(({ bytes }) =>
      Number(ProtobufWire.numberIn(ProtobufWire.read(bytes).find(({ number }) => number === 3)!.bytes))
    )
  )

/** The milliseconds between consecutive requests, within 40 seconds. */
const pauses = (sfu: FakeSfu) =>
  Effect.gen(function*() {
    const times: Array<number> = []
    for (let now = 0, counted = 0; now < 40_000; now += 50) {
      for (; counted < sfu.requests.length; counted++) times.push(now)
      yield* TestClock.adjust("50 millis")
    }
    return times.slice(1).map((time, n) => time - times[n]!)
  })

const speaking: AnnouncedTrack = {
  trackId: "mic",
  trackType: "Audio",
  mid: "0",
  muted: true,
  codec: { name: "opus", clockRate: 48_000, channels: 2 },
  publishOptionId: 7
}

const showing: AnnouncedTrack = {
  trackId: "screen",
  trackType: "ScreenShare",
  mid: "1",
  muted: false,
  codec: { name: "VP8", clockRate: 90_000 },
  dimension: { width: 1_280, height: 720 }
}

const at = "the SFU's Twirp service (url) at sfu.test:443 answers"

/** Twirp's error codes (v7), and "cancelled", which one client sends; `bare` is the code for a response without a body. */
const twirpErrors: ReadonlyArray<readonly [status: number, code: string, bare: string, shouldRetry: boolean]> = [
  [408, "canceled", "deadline_exceeded", true],
  [408, "cancelled", "deadline_exceeded", true],
  [500, "unknown", "unknown", true],
  [400, "invalid_argument", "unknown", false],
  [400, "malformed", "unknown", false],
  [408, "deadline_exceeded", "deadline_exceeded", true],
  [404, "not_found", "bad_route", false],
  [404, "bad_route", "bad_route", false],
  [409, "already_exists", "unknown", false],
  [403, "permission_denied", "permission_denied", false],
  [401, "unauthenticated", "unauthenticated", false],
  [429, "resource_exhausted", "resource_exhausted", true],
  [412, "failed_precondition", "unknown", false],
  [409, "aborted", "unknown", false],
  [400, "out_of_range", "unknown", false],
  [501, "unimplemented", "unknown", true],
  [500, "internal", "unknown", true],
  [503, "unavailable", "unavailable", true],
  [500, "dataloss", "unknown", true]
]

describe("Encoding", () => {
  withSfu(
    "SendAnswer is a protobuf POST with the SFU's token and the negotiation id",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        yield* session.sendAnswer(answer(7))
        const [request] = sfu.requests
        assert.strictEqual(request!.method, "POST")
        assert.strictEqual(request!.url, "https://sfu.test/twirp/stream.video.sfu.signal.SignalServer/SendAnswer")
        assert.deepInclude(request!.headers, {
          authorization: `Bearer ${secret}`,
          "content-type": "application/protobuf"
        })
        assert.deepStrictEqual(fields(request!.body), [[1, 1], [2, "answer 7"], [3, "alice-1"], [4, 7]])
      }),
    { url: "https://sfu.test/twirp/" }
  )

  withSfu(
    "IceTrickle contains the candidate as JSON, and IceRestart is for the subscriber's connection",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        yield* session.sendIceCandidate("Subscriber", {
          candidate: "candidate:1",
          sdpMLineIndex: 0,
          usernameFragment: "u"
        })
        yield* session.sendIceCandidate("Publisher", { candidate: "candidate:2", sdpMid: "0" })
        yield* session.restartIce
        yield* session.restartIce
        assert.deepStrictEqual(
          sfu.requests.map(({ body, url }) => [url.split("/").at(-1), fields(body)]),
          [
            ["IceTrickle", [
              [1, 1],
              [2, "{\"candidate\":\"candidate:1\",\"sdpMLineIndex\":0,\"usernameFragment\":\"u\"}"],
              [3, "alice-1"]
            ]],
            ["IceTrickle", [[2, "{\"candidate\":\"candidate:2\",\"sdpMid\":\"0\"}"], [3, "alice-1"]]],
            ["IceRestart", [[1, "alice-1"], [2, 1]]],
            ["IceRestart", [[1, "alice-1"], [2, 1]]]
          ]
        )
      })
  )

  withSfu(
    "SetPublisher contains every track, and its result is the SFU's answer",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.respond = () => setPublisherResponse("v=0 answer")
        assert.strictEqual(yield* session.sendOffer({ sdp: "v=0", tracks: [speaking, showing] }), "v=0 answer")
        const [{ body, url }] = sfu.requests as [FakeRequest]
        assert.strictEqual(url.split("/").at(-1), "SetPublisher")
        const [sdp, sessionId, ...tracks] = ProtobufWire.read(body).toSorted((a, b) => a.number - b.number)
        assert.deepStrictEqual(fields(ProtobufWire.write([sdp!, sessionId!])), [[1, "v=0"], [2, "alice-1"]])
        assert.deepStrictEqual(tracks.map(({ number }) => number), [3, 3])
        const [audio, video] = tracks.map(({ bytes }) =>
          new Map(ProtobufWire.read(bytes).map((field) => [field.number, field]))
        )
        const fieldsOf = (track: ReadonlyMap<number, ProtobufWire.Field>, ...numbers: ReadonlyArray<number>) =>
          fields(ProtobufWire.write(numbers.flatMap((number) => track.get(number) ?? [])))
        assert.deepStrictEqual(fieldsOf(audio!, 1, 2, 6, 10, 12, 5), [[1, "mic"], [2, 1], [6, "0"], [10, 1], [12, 7]])
        assert.deepStrictEqual(fields(audio!.get(11)!.bytes), [[10, "opus"], [14, 48_000], [15, "2"]])
        assert.deepStrictEqual(fieldsOf(video!, 1, 2, 6, 12), [[1, "screen"], [2, 3], [6, "1"]])
        assert.isFalse(video!.has(10))
        assert.deepStrictEqual(fields(video!.get(11)!.bytes), [[10, "VP8"], [14, 90_000]])
        const [rid, dimension] = ProtobufWire.read(video!.get(5)!.bytes)
        assert.deepStrictEqual(fields(ProtobufWire.write([rid!])), [[1, "f"]])
        assert.deepStrictEqual(fields(dimension!.bytes), [[1, 1_280], [2, 720]])
      })
  )
})

describe("Failures and retries", () => {
  withSfu("a permanent failure is not retried", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const cases: ReadonlyArray<readonly [FakeResponse, string | number, string]> = [
        [twirpError(401, "unauthenticated", `bad ${secret}`), "unauthenticated", "bad <redacted>"],
        [twirpError(400, "invalid_argument"), "invalid_argument", ""],
        [twirpError(404, "bad_route"), "bad_route", `bad_route: ${at} HTTP 404; url must be the root`],
        [new Response("<html>", { status: 403 }), "permission_denied", `${at} HTTP 403; check the token`],
        [new Response("{}", { status: 418 }), "unknown", `${at} HTTP 418; url must be the root`],
        [ok({ code: 200, message: "who?" }), 200, "who?"],
        [new Response(Uint8Array.of(0x22, 0xff)), "internal", "unreadable"],
        [new Response(new Uint8Array(2_000)), "too_large", "the response has more than maxFrameBytes (1999)"]
      ]
      for (const [response, code, detail] of cases) {
        sfu.respond = () => response
        const error = yield* Effect.flip(session.sendAnswer(answer(1)))
        assert.deepInclude(error, { _tag: "SfuRequestError", method: "SendAnswer", code, attempts: 1 })
        assert.isTrue(error.detail.startsWith(detail), error.detail)
      }
      assert.strictEqual(sfu.requests.length, cases.length)
    }), { maxFrameBytes: 1_999 })

  withSfu("a transient failure is retried, and an error with code 0 is a success", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const passing: ReadonlyArray<() => FakeResponse> = [
        () => "broken",
        () => twirpError(408, "cancelled"),
        () => twirpError(429, "resource_exhausted"),
        () => new Response("", { status: 502 }),
        () => ok({ code: 500, shouldRetry: true })
      ]
      for (const first of passing) {
        sfu.requests.length = 0
        sfu.respond = (_, n) => n === 1 ? first() : ok({ code: 0, message: "fine" })
        const sending = yield* begin(session.sendAnswer(answer(1)))
        yield* TestClock.adjust("5 seconds")
        yield* Fiber.join(sending)
        assert.strictEqual(sfu.requests.length, 2)
      }
    }))

  withSfu(
    "the code is that of the Twirp error, or else of the status; the status decides on a retry",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        for (const [status, code, bare, shouldRetry] of twirpErrors) {
          const bodies = [
            [JSON.stringify({ code, msg: "why" }), code, "why"],
            [JSON.stringify({ code, meta: { argument: "sdp" } }), code, ""],
            ["", bare, `${at} HTTP ${status}; `],
            ["<html>", bare, `${at} HTTP ${status}; `],
            [JSON.stringify({ code: "", msg: 1 }), bare, `${at} HTTP ${status}; `]
          ] as const
          for (const [body, expected, detail] of bodies) {
            sfu.respond = () => new Response(body, { status })
            const failing = yield* begin(Effect.flip(session.sendOffer({ sdp: "v=0", tracks: [] })))
            yield* TestClock.adjust("8 seconds")
            sfu.sockets[0]!.sendEvents({ healthCheckResponse: {} })
            const error = yield* Fiber.join(failing)
            assert.deepInclude(error, {
              _tag: "SfuRequestError",
              method: "SetPublisher",
              code: expected,
              attempts: shouldRetry ? 3 : 1
            })
            assert.isTrue(error.detail.startsWith(detail), error.detail)
          }
        }
      })
  )

  withSfu("an attempt has 5 seconds and is then aborted", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.respond = (_, n) => n === 1 ? "never" : ok()
      const sending = yield* begin(session.sendAnswer(answer(1)))
      yield* TestClock.adjust("4999 millis")
      assert.isFalse(sfu.requests[0]!.signal.aborted)
      yield* TestClock.adjust("1 millis")
      assert.isTrue(sfu.requests[0]!.signal.aborted)
      yield* TestClock.adjust("2500 millis")
      yield* Fiber.join(sending)
    }))

  withSfu(
    "SetPublisher has 3 attempts, and one if it is refused or the answer is empty",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        const ends = [
          ["broken", "unavailable", 3],
          [setPublisherResponse(""), "internal", 1],
          // The number of the error is 4 here, as it is not in every answer.
          [new Response(Uint8Array.of(0x22, 0x02, 0x08, 0x64)), 100, 1],
          [new Response(Uint8Array.of(0x0a, 0x02, 0x08)), "internal", 1]
        ] as const
        for (const [answer, code, attempts] of ends) {
          sfu.respond = () => answer
          const offering = yield* begin(Effect.flip(session.sendOffer({ sdp: "v=0", tracks: [] })))
          yield* TestClock.adjust("10 seconds")
          sfu.sockets[0]!.sendEvents({ healthCheckResponse: {} })
          assert.deepInclude(yield* Fiber.join(offering), { method: "SetPublisher", code, attempts })
        }
      })
  )

  withSfu(
    "pauses are random within growing ranges, with 3 attempts for SendAnswer and 5 for UpdateSubscriptions",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.respond = () => "broken"
        const ranges = [[250, 2_500], [2_000, 4_500], [3_750, 5_000], [3_750, 5_000]] as const
        const drawn = new Set<number | undefined>()
        for (let seed = 0; seed < 10; seed++) {
          sfu.requests.length = 0
          const failing = yield* begin(Effect.flip(Random.withSeed(session.updateSubscriptions([]), seed)))
          const between = yield* pauses(sfu)
          assert.strictEqual(between.length, 4)
          between.forEach((pause, n) => {
            assert.isAtLeast(pause, ranges[n]![0])
            assert.isAtMost(pause, ranges[n]![1] + 50)
          })
          drawn.add(between[0])
          assert.deepInclude(yield* Fiber.join(failing), { code: "unavailable", attempts: 5 })
        }
        assert.isAbove(drawn.size, 5)
        sfu.requests.length = 0
        const failing = yield* begin(Effect.flip(session.sendAnswer(answer(1))))
        assert.strictEqual((yield* pauses(sfu)).length, 2)
        assert.deepInclude(yield* Fiber.join(failing), { code: "unavailable", attempts: 3 })
      })
  )
})

describe("Order", () => {
  withSfu(
    "SendAnswer has one request in flight, in order, each with its negotiation id",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.sockets[0]!.sendEvents(offer(1), offer(2))
        sfu.respond = (_, n) => n === 1 ? "never" : ok()
        const first = yield* begin(Effect.exit(session.sendAnswer(answer(1))))
        const second = yield* begin(session.sendAnswer(answer(2)))
        yield* TestClock.adjust("4 seconds")
        assert.strictEqual(sfu.requests.length, 1)
        yield* Fiber.interrupt(first)
        yield* Fiber.join(second)
        assert.deepStrictEqual(sfu.requests.map(({ body }) => fields(body)[3]), [[4, 1], [4, 2]])
      })
  )

  withSfu(
    "SendAnswer is not retried once a newer offer arrives, and its pause ends at once",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.sockets[0]!.sendEvents(offer(1))
        yield* TestClock.adjust(0)
        sfu.respond = (_, n) => n === 1 ? "broken" : ok()
        const first = yield* begin(Effect.flip(session.sendAnswer(answer(1))))
        const second = yield* begin(session.sendAnswer(answer(2)))
        yield* TestClock.adjust("200 millis")
        assert.isUndefined(first.pollUnsafe())
        sfu.sockets[0]!.sendEvents(offer(2))
        yield* TestClock.adjust(0)
        assert.deepInclude(yield* Fiber.join(first), { code: "unavailable", attempts: 1 })
        yield* Fiber.join(second)
        assert.deepStrictEqual(sfu.requests.map(({ body }) => fields(body)[3]), [[4, 1], [4, 2]])
      })
  )

  withSfu("SetPublisher has one request in flight, in order", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.respond = (_, n) => n === 1 ? "never" : setPublisherResponse(`answer ${n}`)
      const first = yield* begin(Effect.exit(session.sendOffer({ sdp: "one", tracks: [] })))
      const second = yield* begin(session.sendOffer({ sdp: "two", tracks: [] }))
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(sfu.requests.length, 1)
      yield* Fiber.interrupt(first)
      assert.strictEqual(yield* Fiber.join(second), "answer 2")
      assert.deepStrictEqual(sfu.requests.map(({ body }) => fields(body)[0]), [[1, "one"], [1, "two"]])
    }))

  withSfu("UpdateMuteStates has one request in flight, in order", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.respond = (_, n) => n === 1 ? "broken" : ok()
      const first = yield* begin(session.updateMuteStates([{ trackType: "Audio", muted: false }]))
      const second = yield* begin(session.updateMuteStates([{ trackType: "Audio", muted: true }]))
      yield* TestClock.adjust("2500 millis")
      yield* Fiber.joinAll([first, second])
      const [type, muted] = [[1, 1], [2, 1]] as const
      assert.deepStrictEqual(
        sfu.requests.map(({ body, url }) => {
          const [sessionId, state] = ProtobufWire.read(body)
          assert.deepStrictEqual([sessionId!.number, state!.number], [1, 3])
          return [url.split("/").at(-1), fields(state!.bytes)]
        }),
        [["UpdateMuteStates", [type]], ["UpdateMuteStates", [type]], ["UpdateMuteStates", [type, muted]]]
      )
    }))

  withSfu(
    "UpdateSubscriptions sends full sets, one request in flight, and of the waiting sets the newest",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.respond = (_, n) => n === 1 ? "never" : ok()
        const first = yield* begin(Effect.exit(session.updateSubscriptions(wanted("Audio"))))
        const others = yield* Effect.forEach(
          [wanted("Audio", "Video"), wanted("ScreenShare"), wanted("Video", "ScreenShareAudio")],
          (set) => begin(session.updateSubscriptions(set))
        )
        yield* TestClock.adjust("1 second")
        assert.strictEqual(sfu.requests.length, 1)
        yield* Fiber.interrupt(first)
        yield* Fiber.joinAll(others)
        assert.deepStrictEqual(subscribedTypes(sfu), [[1], [2, 4]])
        yield* session.updateSubscriptions([])
        assert.deepStrictEqual(subscribedTypes(sfu).at(-1), [])
        yield* session.updateSubscriptions([{ ...wanted("Video")[0]!, dimension: { width: 640, height: 360 } }])
        assert.deepStrictEqual(
          ProtobufWire.read(ProtobufWire.read(sfu.requests.at(-1)!.body)[1]!.bytes).map(({ number }) => number),
          [
            1,
            2,
            3,
            4
          ]
        )
      })
  )

  withSfu(
    "a retry of UpdateSubscriptions sends the newest set, and answers the caller of that set as well",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.respond = (_, n) => n === 1 ? "broken" : ok()
        const first = yield* begin(session.updateSubscriptions(wanted("Audio")))
        const second = yield* begin(session.updateSubscriptions(wanted("Video")))
        yield* TestClock.adjust("2500 millis")
        yield* Fiber.joinAll([first, second])
        assert.deepStrictEqual(subscribedTypes(sfu), [[1], [2]])
        sfu.respond = () => twirpError(400, "invalid_argument")
        assert.deepInclude(yield* Effect.flip(session.updateSubscriptions([])), { code: "invalid_argument" })
      })
  )

  withSfu("requests of different methods do not wait for each other", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.respond = ({ url }) => url.endsWith("UpdateSubscriptions") ? "never" : ok()
      yield* begin(Effect.exit(session.updateSubscriptions([])))
      yield* session.sendAnswer(answer(1))
      yield* session.restartIce
    }))
})

describe("End of the session", () => {
  withSfu(
    "the end of the session aborts the requests in flight, and later requests fail",
    (sfu) =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const session = yield* Scope.provide(join, scope)
        sfu.respond = () => "never"
        const sending = yield* begin(Effect.flip(session.sendAnswer(answer(1))))
        yield* TestClock.adjust("1 second")
        yield* Scope.close(scope, Exit.void)
        assert.deepInclude(yield* Fiber.join(sending), { method: "SendAnswer", code: "canceled" })
        assert.isTrue(sfu.requests[0]!.signal.aborted)
        assert.deepInclude(yield* Effect.flip(session.restartIce), { method: "IceRestart", code: "canceled" })
        assert.strictEqual(sfu.requests.length, 1)
      })
  )
})

describe("Secrets", () => {
  withSfu("the token is in no error, log line or span", (sfu) =>
    Effect.gen(function*() {
      const { record, records } = Telemetry.make()
      const scenario = Effect.gen(function*() {
        const session = yield* join
        sfu.sockets[0]!.sendFrame(secret)
        sfu.sockets[0]!.sendEvents({ error: { error: { code: 500, message: secret } } })
        const answers: ReadonlyArray<() => FakeResponse> = [() => "broken", () => twirpError(500, "internal", secret)]
        for (const failing of answers) {
          sfu.respond = failing
          const sending = yield* begin(Effect.flip(session.sendAnswer(answer(1))))
          yield* TestClock.adjust("20 seconds")
          records.push(yield* Fiber.join(sending))
        }
      })
      yield* record(Effect.scoped(scenario))
      assert.isAbove(records.length, 10)
      const text = records.map((item) =>
        item instanceof Tracer.NativeSpan
          ? JSON.stringify([item.name, Object.fromEntries(item.attributes), item.events, String(item.status)])
          : `${String(item)} ${JSON.stringify(item)}`
      ).join("\n")
      assert.include(text, "SendAnswer")
      assert.notInclude(text, secret)
    }))
})
