/**
 * The limits: a call of 1,000 people does not reach them, and who reaches one learns which, at once.
 */
import { assert, describe, it } from "@effect/vitest"
import type { SfuClient } from "effect-track-resolver"
import { StreamCall } from "effect-track-resolver/stream-sfu"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { begin } from "../support/resolver.ts"
import type { FakeSfu, SfuEvent } from "./FakeSfu.ts"
import * as Fake from "./FakeSfu.ts"
import { join, socketLog, withSfu } from "./Harness.ts"
import * as ProtobufWire from "./ProtobufWire.ts"
import * as Telemetry from "./Telemetry.ts"

const people = 1_000

const defaultLimit = 16 * 1024 * 1024

/** A participant with everything that an application shows of them. */
const participant = (n: number) => ({
  userId: `6f1c7a52-9d0e-4b6a-8f0e-${String(n).padStart(12, "0")}`,
  sessionId: `0b7d1c1e-53f4-4a43-9a0c-${String(n).padStart(12, "0")}`,
  publishedTracks: [1, 2],
  joinedAt: { seconds: 1_700_000_000, nanos: 123_456_789 },
  trackLookupPrefix: n.toString(16).padStart(16, "0"),
  connectionQuality: 3,
  isSpeaking: true,
  audioLevel: 0.25,
  name: `Participant number ${n} of the whole company`,
  image: `https://images.example/users/${n}/${"a".repeat(360)}`,
  custom: {
    fields: Object.fromEntries(
      ["department", "title", "location", "pronouns"].map((name) => [name, { stringValue: "x".repeat(40) }])
    )
  },
  roles: ["user", "host"]
})

const joinResponse: SfuEvent = {
  joinResponse: { callState: { participants: Array.from({ length: people }, (_, n) => participant(n)) } }
}

const sectionHead = (kind: string, mid: number, payloadTypes: string): ReadonlyArray<string> => [
  `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadTypes}`,
  "c=IN IP4 0.0.0.0",
  "a=setup:actpass",
  `a=mid:${mid}`,
  "a=ice-ufrag:vYtBTvhEwqYDUnVz",
  "a=ice-pwd:YtBTvhEwqYDUnVzpLmKjHgFdSaQwErTy",
  "a=rtcp-mux",
  "a=rtcp-rsize",
  ...[
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
  ].map((uri, id) => `a=extmap:${id + 1} ${uri}`),
  "a=sendonly"
]

const sectionTail = (kind: string, n: number): ReadonlyArray<string> => [
  `a=msid:${n.toString(16).padStart(16, "0")}:TRACK_TYPE_${kind}:6f1c7a52 9d0e4b6a-8f0e-4b6a-8f0e-0b7d1c1e53f4`,
  `a=ssrc:${100_000_000 + n} cname:${n.toString(16).padStart(16, "0")}:TRACK_TYPE_${kind}:6f1c7a52`,
  `a=ssrc:${100_000_000 + n} msid:${n.toString(16).padStart(16, "0")}:TRACK_TYPE_${kind}:6f1c7a52 9d0e4b6a-8f0e`
]

/** Audio with Opus and RED, video with five codecs and their retransmission, as an SFU with every codec offers them. */
const sections = (n: number): ReadonlyArray<string> => [
  ...sectionHead("audio", 2 * n, "111 63"),
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1",
  "a=rtcp-fb:111 transport-cc",
  "a=rtcp-fb:111 nack",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  ...sectionTail("AUDIO", n),
  ...sectionHead("video", 2 * n + 1, "96 97 98 99 100 101 102 103 45 46"),
  ...["VP8", "VP9", "H264", "H264", "AV1"].flatMap((codec, index) => {
    const type = 96 + 2 * index
    return [
      `a=rtpmap:${type} ${codec}/90000`,
      `a=fmtp:${type} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f`,
      ...["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"].map((feedback) =>
        `a=rtcp-fb:${type} ${feedback}`
      ),
      `a=rtpmap:${type + 1} rtx/90000`,
      `a=fmtp:${type + 1} apt=${type}`
    ]
  }),
  ...sectionTail("VIDEO", n)
]

const offer: SfuEvent = {
  subscriberOffer: {
    sdp: Array.from({ length: people }, (_, n) => sections(n)).flat().map((line) => `${line}\r\n`).join(""),
    negotiationId: 1
  }
}

const offerOf = (bytes: number): SfuEvent => ({ subscriberOffer: { sdp: "x".repeat(bytes), negotiationId: 1 } })

const sizeOf = (event: SfuEvent): number => Fake.encodeEvent(event).byteLength

/** The warnings and the errors of the log. */
const withLog = <A, E, R>(
  test: (lines: () => ReadonlyArray<string>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const telemetry = Telemetry.make()
    return telemetry.record(test(() => telemetry.records.flat().filter((line) => typeof line === "string")))
  })

describe("1,000 people with microphone and camera", () => {
  withSfu(
    "the join response and the offer are a quarter of the default limit at most",
    (sfu) =>
      Effect.gen(function*() {
        for (const event of [joinResponse, offer]) assert.isBelow(sizeOf(event) * 4, defaultLimit)
        assert.isAbove(sizeOf(offer), 3e6)
        assert.isAbove(sizeOf(joinResponse), 0.7e6)
        sfu.onRequest = (request, socket) => {
          if (request.joinRequest) socket.sendEvents(joinResponse, offer)
        }
        const session = yield* join
        assert.strictEqual(session.participants.length, people)
        const [first] = yield* session.events.pipe(Stream.take(1), Stream.runCollect)
        assert.strictEqual(first?._tag, "SubscriberOffer")
      })
  )

  withSfu("who join at once and publish are not too many events", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      for (let n = 0; n < people; n++) {
        const { sessionId, userId } = participant(n)
        sfu.sockets[0]!.sendEvents(
          { participantJoined: { participant: participant(n) } },
          ...[1, 2].map((type) => ({ trackPublished: { userId, sessionId, type } }))
        )
      }
      yield* Effect.yieldNow
      const events = yield* session.events.pipe(Stream.take(3 * people), Stream.runCollect)
      assert.strictEqual(events.length, 3 * people)
    }))
})

describe("A frame over the limit", () => {
  withSfu(
    "a join response fails the join at once, with the kind, the size and the limit",
    (sfu) =>
      Effect.gen(function*() {
        const size = sizeOf(joinResponse)
        sfu.onRequest = (request, socket) => {
          if (request.joinRequest) socket.sendEvents(joinResponse)
        }
        const before = yield* Clock.currentTimeMillis
        const error = yield* Effect.flip(join)
        assert.deepInclude(error, {
          _tag: "SfuJoinError",
          reason: "TooLarge",
          detail: `the SFU: joinResponse has ${size} bytes, more than maxFrameBytes (10000)`,
          shouldRetry: false
        })
        assert.strictEqual(yield* Clock.currentTimeMillis, before)
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest", 4101])
      }),
    { maxFrameBytes: 10_000 }
  )

  withSfu("an offer fails the events, after the events before it", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.sockets[0]!.sendEvents({ participantMigrationComplete: {} }, offerOf(1_001))
      const received: Array<string> = []
      const error = yield* Effect.flip(
        Stream.runForEach(session.events, ({ _tag }) => Effect.sync(() => received.push(_tag)))
      )
      assert.deepStrictEqual(received, ["MigrationCompleted"])
      assert.deepInclude(error, {
        _tag: "SfuConnectionError",
        reason: "TooLarge",
        detail: `subscriberOffer has ${sizeOf(offerOf(1_001))} bytes, more than maxFrameBytes (1000)`
      })
    }), { maxFrameBytes: 1_000 })

  const needless: SfuEvent = {
    audioLevelChanged: { audioLevels: Array.from({ length: 100 }, (_, n) => ({ userId: `${n}`, sessionId: `${n}` })) }
  }

  withSfu(
    "a frame that no rejoin would mend is dropped, with one warning of its kind",
    (sfu) =>
      withLog((lines) =>
        Effect.gen(function*() {
          const session = yield* join
          sfu.sockets[0]!.sendEvents(needless, needless, { trackPublished: {} }, { participantMigrationComplete: {} })
          const [first] = yield* session.events.pipe(Stream.take(1), Stream.runCollect)
          assert.strictEqual(first?._tag, "MigrationCompleted")
          const dropped = lines().filter((line) => line.startsWith("frame of the SFU dropped"))
          assert.strictEqual(dropped.length, 3)
          assert.strictEqual(
            dropped[0],
            "frame of the SFU dropped: Oversized, payload audioLevelChanged: "
              + `${sizeOf(needless)} bytes, more than maxFrameBytes (500)`
          )
          assert.match(dropped[2]!, /^frame of the SFU dropped: Invalid, payload trackPublished/)
        })
      ),
    { maxFrameBytes: 500 }
  )
})

describe("A frame that is no protobuf", () => {
  const malformed = Fake.encodeEvent(offerOf(100)).subarray(0, 50)

  withSfu("an offer fails the events: its content is lost", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.sockets[0]!.sendFrame(malformed)
      const error = yield* Effect.flip(Stream.runDrain(session.events))
      assert.deepInclude(error, { _tag: "SfuConnectionError", reason: "Unreadable" })
      assert.match(error.detail, /^subscriberOffer cannot be decoded: /)
    }))

  withSfu("a join response refuses the join at once", (sfu) =>
    Effect.gen(function*() {
      sfu.onRequest = (request, socket) => {
        if (request.joinRequest) socket.sendFrame(Fake.encodeEvent(Fake.joinResponse).subarray(0, 20))
      }
      const error = yield* Effect.flip(join)
      assert.deepInclude(error, { reason: "Refused", shouldRetry: false })
      assert.match(error.detail, /^the SFU: joinResponse cannot be decoded: /)
    }))
})

describe("A first join through the coordinator", () => {
  const limit = 2_000

  const withCall = <A, E>(
    name: string,
    test: (sfu: FakeSfu) => Effect.Effect<A, E, SfuClient | Scope.Scope>
  ): void =>
    it.effect(name, () => {
      const sfu = Fake.make()
      const layer = StreamCall.layerUserToken({
        apiKey: "key",
        callType: "default",
        callId: "standup",
        userToken: Effect.succeed(Redacted.make("token")),
        maxFrameBytes: limit
      })
      return Effect.provide(test(sfu), Layer.provide(layer, sfu.layer))
    })

  const accessResponse = (padding: number) =>
    new Response(
      JSON.stringify({
        credentials: {
          token: "token-of-the-sfu",
          server: { edge_name: "one", url: "https://one.test/twirp", ws_endpoint: "wss://one.test/ws" }
        },
        padding: "x".repeat(padding)
      }),
      { status: 201 }
    )

  withCall("a join response over the limit ends the join without another attempt", (sfu) =>
    Effect.gen(function*() {
      sfu.respond = () => accessResponse(0)
      sfu.onRequest = (request, socket) => {
        if (request.joinRequest) socket.sendEvents(joinResponse)
      }
      const joining = yield* begin(Effect.flip(join))
      const error = yield* Fiber.join(joining)
      assert.deepInclude(error, { reason: "TooLarge", shouldRetry: false })
      assert.strictEqual(sfu.sockets.length, 1)
    }))

  withCall(
    "a coordinator's response over the limit ends the join, with its size and the limit",
    (sfu) =>
      Effect.gen(function*() {
        sfu.respond = () => accessResponse(limit)
        assert.deepInclude(yield* Effect.flip(join), {
          reason: "TooLarge",
          detail: `the coordinator: the response has more than maxFrameBytes (${limit})`,
          shouldRetry: false
        })
        const declared = accessResponse(limit)
        declared.headers.set("content-length", "2154")
        sfu.respond = () => declared
        assert.deepInclude(yield* Effect.flip(join), {
          detail: `the coordinator: the response has 2154 bytes, more than maxFrameBytes (${limit})`
        })
        assert.deepStrictEqual(sfu.sockets, [])
      })
  )
})

const left = (n: number): SfuEvent => ({ participantLeft: { participant: { userId: `u${n}`, sessionId: `s${n}` } } })

const countOf = (events: ReadonlyArray<unknown>): number => events.length

describe("A burst", () => {
  withSfu(
    "of more events than may wait is no lag for a consumer that takes them",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        const taking = yield* begin(Stream.runCollect(Stream.take(session.events, 1_000)))
        for (let n = 0; n < 1_000; n++) sfu.sockets[0]!.sendEvents(left(n))
        const events = yield* Fiber.join(taking)
        assert.deepStrictEqual(
          events.map((event) => event._tag === "ParticipantLeft" ? event.participant.userId : event._tag),
          Array.from({ length: 1_000 }, (_, n) => `u${n}`)
        )
      }),
    { maxEventsBehind: 4 }
  )

  withSfu("of 20,000 frames in one read is no lag with the default limit", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const taking = yield* begin(Effect.map(Stream.runCollect(Stream.take(session.events, 20_000)), countOf))
      const frame = Fake.encodeEvent(left(1))
      for (let n = 0; n < 20_000; n++) sfu.sockets[0]!.sendFrame(frame)
      assert.strictEqual(yield* Fiber.join(taking), 20_000)
    }))

  withSfu(
    "loses the session after 10 seconds in which the consumer takes nothing",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        const received: Array<string> = []
        const consuming = yield* begin(Effect.flip(Stream.runForEach(session.events, ({ _tag }) => {
          received.push(_tag)
          return received.length === 1 ? Effect.sleep("11 seconds") : Effect.void
        })))
        sfu.sockets[0]!.sendEvents(left(0))
        yield* TestClock.adjust(0)
        sfu.sockets[0]!.sendEvents(...Array.from({ length: 20 }, (_, n) => left(n)))
        yield* TestClock.adjust("9 seconds")
        assert.isUndefined(consuming.pollUnsafe())
        yield* TestClock.adjust("2 seconds")
        const error = yield* Fiber.join(consuming)
        assert.deepInclude(error, {
          reason: "Broken",
          detail: "the consumer of the events is more than maxEventsBehind (4) behind"
        })
      }),
    { maxEventsBehind: 4 }
  )

  /** A frame of 16 MiB of another kind than a needed one. */
  const needless = new Uint8Array(defaultLimit)

  const unread: ReadonlyArray<readonly [string, number, Uint8Array, string]> = [
    ["262,145 frames", 262_145, Fake.encodeEvent(left(1)), "TOO_MANY_FRAMES_UNREAD"],
    ["more than 64 MiB", 5, needless, "TOO_MANY_BYTES_UNREAD"]
  ]

  for (const [name, count, frame, code] of unread) {
    withSfu(
      `of ${name} that arrive before one is read ends the connection`,
      (sfu) =>
        Effect.gen(function*() {
          const session = yield* join
          const resumed = yield* Deferred.make<void>()
          const consuming = yield* begin(
            Effect.flip(Stream.runForEach(session.events, () => Deferred.await(resumed)))
          )
          const socket = sfu.sockets[0]!
          // The consumer has the first, others are in the queue, and the reader waits for a place for the next.
          socket.sendEvents(...Array.from({ length: 20 }, (_, n) => left(n)))
          yield* TestClock.adjust(0)
          for (let n = 1; n < count; n++) socket.sendFrame(frame)
          assert.isFalse(socket.isTerminated)
          socket.sendFrame(frame)
          assert.isTrue(socket.isTerminated)
          yield* Deferred.succeed(resumed, undefined)
          const error = yield* Fiber.join(consuming)
          assert.deepInclude(error, { reason: "Broken", detail: `the WebSocket failed (${code})` })
        }),
      { maxEventsBehind: 4 }
    )
  }
})

describe("A message that grows when it is decoded", () => {
  const refusing = (name: string, frame: Uint8Array, what: RegExp) =>
    withSfu(name, (sfu) =>
      Effect.gen(function*() {
        sfu.onRequest = (request, socket) => {
          if (request.joinRequest) socket.sendFrame(frame)
        }
        const error = yield* Effect.flip(join)
        assert.deepInclude(error, { reason: "Refused", shouldRetry: false })
        assert.match(error.detail, what)
      }))

  const participants = Array.from({ length: 400_000 }, () => ({}))

  refusing(
    "a frame of many small messages is refused",
    Fake.encodeEvent({ joinResponse: { callState: { participants } } }),
    /^the SFU: joinResponse cannot be decoded: more than 400000 fields$/
  )

  refusing(
    "a frame of many numbers is refused",
    Fake.encodeEvent({
      joinResponse: { callState: { participants: [{ publishedTracks: Array.from({ length: 400_001 }, () => 1) }] } }
    }),
    /^the SFU: joinResponse cannot be decoded: more than 400000 fields$/
  )

  /** Value { struct_value = 5: Struct { fields = 1: entry { value = 2: ... } } }, and around it a participant (12 = custom). */
  const nested = (): Uint8Array => {
    const wrap = (tag: number, inner: Uint8Array) => ProtobufWire.write([{ number: tag, wireType: 2, bytes: inner }])
    let value: Uint8Array = new Uint8Array()
    for (let depth = 0; depth < 200; depth++) value = wrap(5, wrap(1, wrap(2, value)))
    return [1, 12, 1, 1, 13].reduce((inner, tag) => wrap(tag, inner), wrap(2, value))
  }

  refusing(
    "a deeply nested frame is refused",
    nested(),
    /^the SFU: joinResponse cannot be decoded: max depth exceeded$/
  )

  withSfu("1,000 people with 20 entries of custom data each are far from the limit", (sfu) =>
    Effect.gen(function*() {
      const custom = {
        fields: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key${n}`, { stringValue: "value" }]))
      }
      sfu.onRequest = (request, socket) => {
        if (!request.joinRequest) return
        const all = Array.from({ length: 2 * people }, (_, n) => ({ ...participant(n), custom }))
        socket.sendEvents({ joinResponse: { callState: { participants: all } } })
      }
      assert.strictEqual((yield* join).participants.length, 2 * people)
    }))
})
