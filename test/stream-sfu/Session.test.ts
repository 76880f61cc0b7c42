/**
 * A session from the join to its end, under `TestClock`.
 */
import { assert, describe, it } from "@effect/vitest"
import { SfuClient, SfuConnectionError, type SfuEvent, SfuJoinError } from "effect-track-resolver"
import { StreamSfuClient } from "effect-track-resolver/stream-sfu"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { begin } from "../support/resolver.ts"
import * as FakeSfu from "./FakeSfu.ts"
import { encodeEvent, joinResponse, secret, type SfuRequest } from "./FakeSfu.ts"
import { genericSdps, join, joinWith, socketLog, withSfu } from "./Harness.ts"

const left = (name: string) => ({ participantLeft: { participant: { userId: name, sessionId: `${name}-1` } } })

const tags = (events: ReadonlyArray<SfuEvent>): ReadonlyArray<string> => events.map(({ _tag }) => _tag)

const joinIn = (scope: Scope.Scope) => Scope.provide(join, scope)

describe("Joining", () => {
  withSfu(
    "the join request contains the token, the session id and the generic SDPs; the session contains the participants",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        const { joinRequest } = sfu.sockets[0]!.received[0] as { joinRequest: object }
        assert.deepInclude(joinRequest, {
          token: secret,
          sessionId: "alice-1",
          unifiedSessionId: "alice-1",
          subscriberSdp: genericSdps.subscriberSdp,
          publisherSdp: genericSdps.publisherSdp,
          capabilities: [1]
        })
        assert.strictEqual(sfu.sockets[0]!.url, "wss://sfu.test/ws")
        assert.deepStrictEqual(session.participants, [
          { userId: "alice", sessionId: "alice-1", streamIdPrefix: "p-alice", publishedTracks: [] },
          { userId: "bob", sessionId: "bob-1", streamIdPrefix: "p-bob", publishedTracks: ["Audio", "Video"] }
        ])
        assert.deepStrictEqual(session.iceServers, [{ urls: ["stun:sfu.test"] }])
      }),
    { iceServers: [{ urls: ["stun:sfu.test"] }] }
  )

  withSfu(
    "a first join request has no reconnect details, and the session has the fields of the response",
    (sfu) =>
      Effect.gen(function*() {
        const first = yield* join
        assert.deepInclude(first, {
          reconnected: false,
          fastReconnectDeadline: 0,
          publishOptions: [],
          endToEndEncrypted: false
        })
        assert.doesNotHaveAnyKeys(first, ["sfuId", "grants"])
        const { joinRequest } = sfu.sockets[0]!.received[0] as { joinRequest: object }
        assert.deepInclude(joinRequest, { reconnectDetails: null, fastReconnect: false })
        sfu.onRequest = (request, socket) => {
          if (!request.joinRequest) return
          const publishOptions = [{ id: 3, trackType: 1 }]
          socket.sendEvents({
            joinResponse: {
              reconnected: true,
              fastReconnectDeadlineSeconds: 15,
              publishOptions,
              callState: { e2eeEnabled: true }
            }
          })
        }
        assert.deepInclude(yield* join, {
          reconnected: true,
          fastReconnectDeadline: 15_000,
          publishOptions: [{ id: 3, trackType: "Audio" }],
          endToEndEncrypted: true
        })
      })
  )

  withSfu(
    "a join that reconnects sends its strategy, its tracks and its subscriptions",
    (sfu) =>
      Effect.gen(function*() {
        const announced = {
          trackId: "mic",
          trackType: "Audio",
          mid: "0",
          muted: false,
          codec: { name: "opus", clockRate: 48_000 }
        } as const
        const reconnection = {
          attempt: 3,
          announcedTracks: [announced],
          subscriptions: [{ key: { userId: "bob", sessionId: "bob-1", trackType: "Video" } }],
          reason: "1006"
        } as const
        yield* joinWith({ sessionId: "alice-2", reconnection: { ...reconnection, strategy: "Fast" } })
        yield* joinWith({
          sessionId: "alice-2",
          unifiedSessionId: "alice-1",
          reconnection: { ...reconnection, strategy: "Rejoin", previousSessionId: "alice-1", fromSfuId: "sfu-1" }
        })
        yield* joinWith({ reconnection: { ...reconnection, strategy: "Migrate", fromSfuId: "sfu-1" } })
        const requests = sfu.sockets.map(({ received }) => (received[0] as SfuRequest).joinRequest!)
        assert.deepStrictEqual(requests.map(({ fastReconnect }) => fastReconnect), [true, false, false])
        assert.deepStrictEqual(requests.map(({ unifiedSessionId }) => unifiedSessionId), [
          "alice-2",
          "alice-1",
          "alice-1"
        ])
        assert.deepStrictEqual(
          requests.map(({ reconnectDetails }) => {
            const { fromSfuId, previousSessionId, reason, reconnectAttempt, strategy } = reconnectDetails!
            return [strategy, reconnectAttempt, fromSfuId, previousSessionId, reason]
          }),
          [[2, 3, "", "", "1006"], [3, 3, "sfu-1", "alice-1", "1006"], [4, 3, "sfu-1", "", "1006"]]
        )
        for (const { reconnectDetails } of requests) {
          assert.deepInclude(reconnectDetails!.announcedTracks![0], { trackId: "mic", trackType: 1, mid: "0" })
          assert.deepInclude(reconnectDetails!.subscriptions![0], { userId: "bob", sessionId: "bob-1", trackType: 2 })
        }
      })
  )

  withSfu(
    "a fast reconnect to an SFU that lost the session gives a session that is not reconnected",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* joinWith({
          reconnection: { strategy: "Fast", attempt: 0, announcedTracks: [], subscriptions: [], reason: "" }
        })
        assert.isFalse(session.reconnected)
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest"])
      })
  )

  withSfu("events that arrive before the join response are delivered first, in order", (sfu) =>
    Effect.gen(function*() {
      const candidate = JSON.stringify({ candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0" })
      sfu.onRequest = (request, socket) => {
        if (!request.joinRequest) return
        socket.sendEvents(
          { iceTrickle: { peerType: 1, iceCandidate: candidate } },
          left("carol"),
          joinResponse,
          left("dave")
        )
      }
      const session = yield* join
      const events = yield* session.events.pipe(Stream.take(3), Stream.runCollect)
      assert.deepStrictEqual(tags(events), ["IceTrickle", "ParticipantLeft", "ParticipantLeft"])
      assert.deepStrictEqual(events[0], {
        _tag: "IceTrickle",
        peerType: "Subscriber",
        candidate: { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0" }
      })
      assert.deepInclude(events[1], { participant: { userId: "carol", sessionId: "carol-1", publishedTracks: [] } })
    }))

  withSfu("an invalid WebSocket URL fails the join as Unreachable and is not a defect", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(join), { _tag: "SfuJoinError", reason: "Unreachable" })
    }), { webSocketUrl: "wss://sfu.test/ws#fragment" })

  withSfu("the join times out if the socket does not open in 5 seconds", (sfu) =>
    Effect.gen(function*() {
      sfu.opens = false
      const joining = yield* begin(Effect.flip(join))
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(joining.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(yield* Fiber.join(joining), { _tag: "SfuJoinError", reason: "TimedOut", shouldRetry: true })
      assert.deepStrictEqual(socketLog(sfu), [1000])
    }))

  withSfu(
    "the opening and the response have 5 seconds each; without a response the socket is closed with 4101",
    (sfu) =>
      Effect.gen(function*() {
        sfu.opens = false
        sfu.onRequest = () => {}
        const joining = yield* begin(Effect.flip(join))
        yield* TestClock.adjust("4 seconds")
        sfu.sockets[0]!.open()
        yield* TestClock.adjust("4999 millis")
        assert.isUndefined(joining.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        assert.deepInclude(yield* Fiber.join(joining), { _tag: "SfuJoinError", reason: "TimedOut", shouldRetry: true })
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest", 4101])
      })
  )

  withSfu(
    "a refused join fails with the SFU's code and shouldRetry, which is false for Disconnect",
    (sfu) =>
      Effect.gen(function*() {
        const refusals = [
          [{ code: 700, message: "full", shouldRetry: true }, 4, true],
          [{ code: 301, message: "too many", shouldRetry: false }, 0, false],
          [{ code: 600, message: `going down, ${secret}`, shouldRetry: true }, 1, false]
        ] as const
        const errors = yield* Effect.forEach(refusals, ([error, reconnectStrategy]) => {
          sfu.onRequest = (_, socket) => socket.sendEvents({ error: { error, reconnectStrategy } })
          return Effect.flip(join)
        })
        assert.deepStrictEqual(
          errors.map(({ code, detail, reason, shouldRetry }) => [reason, code, detail, shouldRetry]),
          [
            ["Refused", 700, "full", true],
            ["Refused", 301, "too many", false],
            ["Refused", 600, "going down, <redacted>", false]
          ]
        )
        assert.deepStrictEqual(
          [0, 1, 2].map((n) => socketLog(sfu, n)),
          Array.from({ length: 3 }, () => ["joinRequest", 4101])
        )
      })
  )

  it.effect("a refused join masks a token of any length", () => {
    const sfu = FakeSfu.make()
    sfu.onRequest = (_, socket) =>
      socket.sendEvents({ error: { error: { code: 600, message: "going down, letmein" } } })
    const layer = StreamSfuClient.layer({ ...FakeSfu.options, token: Redacted.make("letmein") })
    return Effect.gen(function*() {
      const { detail } = yield* Effect.flip(join)
      assert.strictEqual(detail, "going down, <redacted>")
    }).pipe(Effect.scoped, Effect.provide(Layer.provide(layer, sfu.layer)))
  })

  withSfu("the join fails if the call has ended or the socket closes", (sfu) =>
    Effect.gen(function*() {
      sfu.onRequest = (_, socket) => socket.sendEvents({ callEnded: { reason: 1 } })
      assert.deepStrictEqual(
        yield* Effect.flip(join),
        new SfuJoinError({ reason: "Refused", detail: "the call has ended: Ended", shouldRetry: false })
      )
      sfu.onRequest = (_, socket) => socket.closeByServer(1011, `no ${secret}`)
      assert.deepStrictEqual(
        yield* Effect.flip(join),
        new SfuJoinError({
          reason: "Unreachable",
          detail: "signalling Closed (1011): no <redacted>",
          shouldRetry: true
        })
      )
    }))

  withSfu("an interrupted join closes the socket with 1000 and sends no request", (sfu) =>
    Effect.gen(function*() {
      sfu.opens = false
      const opening = yield* begin(join)
      yield* Fiber.interrupt(opening)
      assert.deepStrictEqual(socketLog(sfu), [1000])
      sfu.opens = true
      sfu.onRequest = () => {}
      const answered = yield* begin(join)
      yield* Effect.yieldNow
      yield* Fiber.interrupt(answered)
      assert.deepStrictEqual(socketLog(sfu, 1), ["joinRequest", 1000])
    }))

  withSfu("an empty session id is a defect", () =>
    Effect.gen(function*() {
      const client = yield* SfuClient
      const exit = yield* Effect.exit(client.join({ sessionId: "", genericSdps }))
      assert.isTrue(Exit.hasDies(exit))
    }))

  it.effect("a token that cannot be a header is a defect that does not contain the token", () =>
    Effect.gen(function*() {
      const layer = StreamSfuClient.layer({ ...FakeSfu.options, token: Redacted.make(`${secret}\n`) })
      const exit = yield* Effect.exit(Layer.build(Layer.provide(layer, FakeSfu.make().layer)))
      assert.isTrue(Exit.hasDies(exit))
      assert.notInclude(inspect(exit, { depth: 20 }), secret)
    }))

  withSfu("each join has a socket of its own", (sfu) =>
    Effect.gen(function*() {
      const client = yield* SfuClient
      const sessions = yield* Effect.forEach(["a", "b"], (sessionId) => client.join({ sessionId, genericSdps }))
      sfu.sockets[1]!.sendEvents(left("bob"))
      sfu.sockets[0]!.sendEvents(left("carol"))
      const received = yield* Effect.forEach(sessions, ({ events }) => events.pipe(Stream.take(1), Stream.runCollect))
      assert.deepStrictEqual(
        received.flat().map((event) => "participant" in event && event.participant.userId),
        ["carol", "bob"]
      )
    }))
})

describe("Stream ids", () => {
  withSfu(
    "a stream id contains a prefix and a track type, by name or by number; others identify nothing",
    () =>
      Effect.gen(function*() {
        const { identify } = yield* join
        const types = ["AUDIO", "VIDEO", "SCREEN_SHARE", "SCREEN_SHARE_AUDIO"]
        const words = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"] as const
        words.forEach((trackType, n) => {
          const identity = { streamIdPrefix: "a1b2", trackType }
          assert.deepStrictEqual(identify(`a1b2:TRACK_TYPE_${types[n]}`), identity)
          assert.deepStrictEqual(identify(`a1b2:TRACK_TYPE_${types[n]}:Xy:more`), identity)
          assert.deepStrictEqual(identify(`a1b2:${n + 1}`), identity)
        })
        for (
          const streamId of [
            "",
            "-",
            "a1b2",
            "a1b2:",
            ":TRACK_TYPE_AUDIO",
            "a1b2:TRACK_TYPE_UNSPECIFIED",
            "a1b2:0",
            "a1b2:5",
            "a1b2:01",
            "a1b2:track_type_audio"
          ]
        ) assert.isUndefined(identify(streamId), streamId)
      })
  )
})

describe("Health checks and silence", () => {
  withSfu(
    "a health check is sent every 5 seconds, the first 5 seconds after the join",
    (sfu) =>
      Effect.gen(function*() {
        yield* join
        sfu.onRequest = (_, socket) => socket.sendEvents({ healthCheckResponse: {} })
        yield* TestClock.adjust("4999 millis")
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest"])
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest", "healthCheckRequest"])
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(socketLog(sfu).length, 14)
      })
  )

  withSfu(
    "12 seconds without a frame fail the events with Silent and close the socket with 4001",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        const listening = yield* begin(Effect.flip(Stream.runDrain(session.events)))
        yield* TestClock.adjust("11999 millis")
        assert.isUndefined(listening.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(
          yield* Fiber.join(listening),
          new SfuConnectionError({ reason: "Silent", detail: "no frame for 12 seconds" })
        )
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest", "healthCheckRequest", "healthCheckRequest", 4001])
      })
  )

  withSfu("any frame ends the silence, even an unreadable one", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const listening = yield* begin(Effect.flip(Stream.runDrain(session.events)))
      for (
        const frame of ["text", Uint8Array.of(0xff), new Uint8Array(100), encodeEvent({ healthCheckResponse: {} })]
      ) {
        yield* TestClock.adjust("11 seconds")
        sfu.sockets[0]!.sendFrame(frame)
      }
      yield* TestClock.adjust("11999 millis")
      assert.isUndefined(listening.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(listening)).reason, "Silent")
    }), { maxFrameBytes: 99 })

  withSfu(
    "a frame that arrives by second 12 ends the silence, even if the timer runs first",
    (sfu) =>
      Effect.gen(function*() {
        const clock = yield* Clock.Clock
        /** Of a process that stalls until second 12: expired timers run first, and received frames right after them. */
        const stalling: Clock.Clock = {
          ...clock,
          sleep: (duration) =>
            Effect.tap(clock.sleep(duration), () =>
              Effect.sync(() => {
                if (clock.currentTimeMillisUnsafe() === 12_000) queueMicrotask(() => sfu.sockets[0]!.sendFrame("text"))
              }))
        }
        const session = yield* Effect.provideService(join, Clock.Clock, stalling)
        const listening = yield* begin(Effect.flip(Stream.runDrain(session.events)))
        yield* TestClock.adjust("12 seconds")
        assert.isUndefined(listening.pollUnsafe())
        yield* TestClock.adjust("11999 millis")
        assert.isUndefined(listening.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* Fiber.join(listening)).reason, "Silent")
      })
  )
})

describe("Events", () => {
  withSfu(
    "a socket that the SFU closes fails the events, after the events before the close",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.sockets[0]!.sendEvents(left("bob"))
        sfu.sockets[0]!.closeByServer(4321, `because of ${secret}`)
        const received: Array<SfuEvent> = []
        const error = yield* Effect.flip(
          Stream.runForEach(session.events, (event) => Effect.sync(() => received.push(event)))
        )
        assert.deepStrictEqual(tags(received), ["ParticipantLeft"])
        assert.deepStrictEqual(
          error,
          new SfuConnectionError({ reason: "Closed", closeCode: 4321, detail: "because of <redacted>" })
        )
      })
  )

  withSfu(
    "the events end after CallEnded, and a later close or silence is not an error",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.sockets[0]!.sendEvents({ callEnded: { reason: 3 } }, left("bob"))
        sfu.sockets[0]!.closeByServer(1000)
        assert.deepStrictEqual(yield* Stream.runCollect(session.events), [{ _tag: "CallEnded", reason: "Kicked" }])
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest"])
      })
  )

  withSfu("an error of the SFU is the event Failed and does not end the session", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const error = { code: 500, message: `oh ${secret}\n${"x".repeat(1_000)}` }
      sfu.sockets[0]!.sendEvents({ error: { error, reconnectStrategy: 3 } }, { goAway: { reason: 2 } })
      const [failed, goAway] = yield* session.events.pipe(Stream.take(2), Stream.runCollect)
      assert.deepInclude(failed, { _tag: "Failed", code: 500, reconnectStrategy: "Rejoin" })
      assert.match((failed as { detail: string }).detail, /^oh <redacted> x{186}\.\.\.$/)
      assert.deepStrictEqual(goAway, { _tag: "GoAway", reason: "Rebalance" })
    }))

  withSfu(
    "a consumer that is too far behind receives the queued events, then an error",
    (sfu) =>
      Effect.gen(function*() {
        const session = yield* join
        sfu.sockets[0]!.sendEvents(...Array.from({ length: 5 }, (_, n) => left(`p${n}`)))
        yield* TestClock.adjust(0)
        const received: Array<SfuEvent> = []
        const error = yield* Effect.flip(
          Stream.runForEach(session.events, (event) => Effect.sync(() => received.push(event)))
        )
        assert.strictEqual(received.length, 4)
        assert.strictEqual(error.reason, "Broken")
      }),
    { maxEventsBehind: 4 }
  )

  withSfu("unreadable frames are counted by reason and do not end the session", (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.sockets[0]!.sendFrame("text")
      sfu.sockets[0]!.sendFrame(Uint8Array.of(0x22, 0xff))
      sfu.sockets[0]!.sendFrame(Uint8Array.of(0xfa, 0x7f, 0x00))
      sfu.sockets[0]!.sendFrame(new Uint8Array(1_025))
      sfu.sockets[0]!.sendEvents(
        { participantLeft: {} },
        { subscriberOffer: {} },
        { healthCheckResponse: {} },
        left("bob")
      )
      const events = yield* session.events.pipe(Stream.take(1), Stream.runCollect)
      assert.deepStrictEqual(tags(events), ["ParticipantLeft"])
      const counted = (yield* Metric.snapshot)
        .filter(({ id }) => id === "stream_sfu_frames_unreadable")
        .map(({ attributes, state }) => [attributes, (state as { count: number }).count])
      assert.sameDeepMembers(counted, [
        [{ reason: "Text", payload: "none" }, 1],
        [{ reason: "Malformed", payload: "audioLevelChanged" }, 1],
        [{ reason: "Unknown", payload: "none" }, 1],
        [{ reason: "Oversized", payload: "none" }, 1],
        [{ reason: "Invalid", payload: "participantLeft" }, 1],
        [{ reason: "Invalid", payload: "subscriberOffer" }, 1]
      ])
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())), { maxFrameBytes: 1_024 })
})

describe("Leaving", () => {
  withSfu(
    "closing the scope sends a leave request, closes with 1000 and ends the events",
    (sfu) =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const session = yield* joinIn(scope)
        const listening = yield* begin(Stream.runCollect(session.events))
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(yield* Fiber.join(listening), [])
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest", "leaveCallRequest", 1000])
        const [, leave] = sfu.sockets[0]!.received as unknown as [unknown, { leaveCallRequest: { sessionId: string } }]
        assert.strictEqual(leave.leaveCallRequest.sessionId, "alice-1")
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(socketLog(sfu).length, 3)
      })
  )

  withSfu("leaving waits at most 1 second for the SFU to close the socket", (sfu) =>
    Effect.gen(function*() {
      const leave = Effect.gen(function*() {
        const scope = yield* Scope.make()
        yield* joinIn(scope)
        sfu.sockets.at(-1)!.acknowledgesClose = false
        return yield* begin(Scope.close(scope, Exit.void))
      })
      const acknowledged = yield* leave
      yield* TestClock.adjust("500 millis")
      assert.isUndefined(acknowledged.pollUnsafe())
      sfu.sockets[0]!.closeByServer(1000)
      yield* Fiber.join(acknowledged)
      const unacknowledged = yield* leave
      yield* TestClock.adjust("999 millis")
      assert.isUndefined(unacknowledged.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(unacknowledged)
    }))

  withSfu("a lost session sends no leave request and does not wait", (sfu) =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      yield* joinIn(scope)
      sfu.sockets[0]!.acknowledgesClose = false
      yield* TestClock.adjust("12 seconds")
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(socketLog(sfu).slice(-2), ["healthCheckRequest", 4001])
    }))

  withSfu(
    "a detached session sends no leave request: it closes with 4100 to resume, and with 1000 to migrate",
    (sfu) =>
      Effect.gen(function*() {
        const ends = [["Resume", 4100], ["Migrate", 1000]] as const
        for (const [n, [to, code]] of ends.entries()) {
          const scope = yield* Scope.make()
          const session = yield* joinIn(scope)
          sfu.sockets[n]!.acknowledgesClose = false
          const listening = yield* begin(Stream.runCollect(session.events))
          yield* session.detach(to)
          sfu.sockets[n]!.sendEvents(left("bob"))
          yield* TestClock.adjust(0)
          assert.deepStrictEqual(socketLog(sfu, n), ["joinRequest"])
          yield* Scope.close(scope, Exit.void)
          assert.deepStrictEqual(socketLog(sfu, n), ["joinRequest", code])
          assert.deepStrictEqual(tags(yield* Fiber.join(listening)), ["ParticipantLeft"])
          assert.deepInclude(yield* Effect.flip(session.restartIce), { code: "canceled" })
        }
      })
  )

  withSfu(
    "a lost session that is detached to resume closes with 4100",
    (sfu) =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const session = yield* joinIn(scope)
        sfu.sockets[0]!.sendEvents(...Array.from({ length: 5 }, (_, n) => left(`p${n}`)))
        yield* TestClock.adjust(0)
        yield* session.detach("Resume")
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(socketLog(sfu), ["joinRequest", 4100])
      }),
    { maxEventsBehind: 4 }
  )
})
