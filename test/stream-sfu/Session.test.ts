/**
 * A stay in a call, from the join to the end, under `TestClock`.
 */
import { assert, it } from "@effect/vitest"
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
import { encode, joinResponse, secret, type SfuRequest } from "./FakeSfu.ts"
import { genericSdps, join, story, withSfu } from "./Harness.ts"

const left = (name: string) => ({ participantLeft: { participant: { userId: name, sessionId: `${name}-1` } } })

const tags = (events: ReadonlyArray<SfuEvent>): ReadonlyArray<string> => events.map(({ _tag }) => _tag)

// --- The join ---------------------------------------------------------------------------------------------------------

withSfu(
  "joins with the token, the session and real generic SDPs, and hears who is there",
  (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const { joinRequest } = sfu.sockets[0]!.heard[0] as { joinRequest: object }
      assert.deepInclude(joinRequest, {
        token: secret,
        sessionId: "alice-1",
        unifiedSessionId: "alice-1",
        subscriberSdp: genericSdps.subscriberSdp,
        publisherSdp: genericSdps.publisherSdp,
        capabilities: []
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

const joinAs = (entry: Partial<Parameters<SfuClient["Service"]["join"]>[0]>) =>
  SfuClient.use((client) => client.join({ sessionId: "alice-1", genericSdps, ...entry }))

withSfu(
  "a first join says nothing of reconnecting, and a session tells what it was told",
  (sfu) =>
    Effect.gen(function*() {
      const first = yield* join
      assert.deepInclude(first, { reconnected: false, fastReconnectDeadline: 0, publishOptions: [] })
      assert.doesNotHaveAnyKeys(first, ["sfuId", "grants"])
      const { joinRequest } = sfu.sockets[0]!.heard[0] as { joinRequest: object }
      assert.deepInclude(joinRequest, { reconnectDetails: null, fastReconnect: false })
      sfu.onRequest = (request, socket) => {
        if (!request.joinRequest) return
        const publishOptions = [{ id: 3, trackType: 1 }]
        socket.say({ joinResponse: { reconnected: true, fastReconnectDeadlineSeconds: 15, publishOptions } })
      }
      assert.deepInclude(yield* join, {
        reconnected: true,
        fastReconnectDeadline: 15_000,
        publishOptions: [{ id: 3, trackType: "Audio" }]
      })
    })
)

withSfu("who joins again says as what, and what there is to be restored", (sfu) =>
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
    yield* joinAs({ sessionId: "alice-2", reconnection: { ...reconnection, strategy: "Fast" } })
    yield* joinAs({
      sessionId: "alice-2",
      unifiedSessionId: "alice-1",
      reconnection: { ...reconnection, strategy: "Rejoin", previousSessionId: "alice-1", fromSfuId: "sfu-1" }
    })
    yield* joinAs({ reconnection: { ...reconnection, strategy: "Migrate", fromSfuId: "sfu-1" } })
    const seen = sfu.sockets.map(({ heard }) => (heard[0] as SfuRequest).joinRequest!)
    assert.deepStrictEqual(seen.map(({ fastReconnect }) => fastReconnect), [true, false, false])
    assert.deepStrictEqual(seen.map(({ unifiedSessionId }) => unifiedSessionId), ["alice-2", "alice-1", "alice-1"])
    assert.deepStrictEqual(
      seen.map(({ reconnectDetails }) => {
        const { fromSfuId, previousSessionId, reason, reconnectAttempt, strategy } = reconnectDetails!
        return [strategy, reconnectAttempt, fromSfuId, previousSessionId, reason]
      }),
      [[2, 3, "", "", "1006"], [3, 3, "sfu-1", "alice-1", "1006"], [4, 3, "sfu-1", "", "1006"]]
    )
    for (const { reconnectDetails } of seen) {
      assert.deepInclude(reconnectDetails!.announcedTracks![0], { trackId: "mic", trackType: 1, mid: "0" })
      assert.deepInclude(reconnectDetails!.subscriptions![0], { userId: "bob", sessionId: "bob-1", trackType: 2 })
    }
  }))

withSfu(
  "a fast reconnect to an SFU that has lost the session is a session, and says so",
  (sfu) =>
    Effect.gen(function*() {
      const session = yield* joinAs({
        reconnection: { strategy: "Fast", attempt: 0, announcedTracks: [], subscriptions: [], reason: "" }
      })
      assert.isFalse(session.reconnected)
      assert.deepStrictEqual(story(sfu), ["joinRequest"])
    })
)

withSfu(
  "a stream id says prefix and type, by name or by number; anything else says nothing",
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
        const nothing of [
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
      ) assert.isUndefined(identify(nothing), nothing)
    })
)

withSfu("what comes before the join is answered is told first, in its order", (sfu) =>
  Effect.gen(function*() {
    const candidate = JSON.stringify({ candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0" })
    sfu.onRequest = (request, socket) => {
      if (!request.joinRequest) return
      socket.say({ iceTrickle: { peerType: 1, iceCandidate: candidate } }, left("carol"), joinResponse, left("dave"))
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

withSfu("a socket that does not open in five seconds is given up", (sfu) =>
  Effect.gen(function*() {
    sfu.opens = false
    const joining = yield* begin(Effect.flip(join))
    yield* TestClock.adjust("4999 millis")
    assert.isUndefined(joining.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    assert.deepInclude(yield* Fiber.join(joining), { _tag: "SfuJoinError", reason: "TimedOut", shouldRetry: true })
    assert.deepStrictEqual(story(sfu), [1000])
  }))

withSfu(
  "opening and answering have five seconds each, and who does not answer is left with 4101",
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
      assert.deepStrictEqual(story(sfu), ["joinRequest", 4101])
    })
)

withSfu(
  "a refusal carries the SFU's code and whether to try again, which Disconnect makes final",
  (sfu) =>
    Effect.gen(function*() {
      const refusals = [
        [{ code: 700, message: "full", shouldRetry: true }, 4, true],
        [{ code: 301, message: "too many", shouldRetry: false }, 0, false],
        [{ code: 600, message: `going down, ${secret}`, shouldRetry: true }, 1, false]
      ] as const
      const errors = yield* Effect.forEach(refusals, ([error, reconnectStrategy]) => {
        sfu.onRequest = (_, socket) => socket.say({ error: { error, reconnectStrategy } })
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
        [0, 1, 2].map((n) => story(sfu, n)),
        Array.from({ length: 3 }, () => ["joinRequest", 4101])
      )
    })
)

withSfu("a call that has ended, and a socket that closes, end the join", (sfu) =>
  Effect.gen(function*() {
    sfu.onRequest = (_, socket) => socket.say({ callEnded: { reason: 1 } })
    assert.deepStrictEqual(
      yield* Effect.flip(join),
      new SfuJoinError({ reason: "Refused", detail: "the call has ended: Ended", shouldRetry: false })
    )
    sfu.onRequest = (_, socket) => socket.hangUp(1011, `no ${secret}`)
    assert.deepStrictEqual(
      yield* Effect.flip(join),
      new SfuJoinError({ reason: "Unreachable", detail: "signalling Closed (1011): no <redacted>", shouldRetry: true })
    )
  }))

withSfu("an address that is none is unreachable, and no defect", () =>
  Effect.gen(function*() {
    assert.deepInclude(yield* Effect.flip(join), { _tag: "SfuJoinError", reason: "Unreachable" })
  }), { webSocketUrl: "nonsense" })

withSfu("a session without an id is a mistake of the caller", () =>
  Effect.gen(function*() {
    const client = yield* SfuClient
    const exit = yield* Effect.exit(client.join({ sessionId: "", genericSdps }))
    assert.isTrue(Exit.hasDies(exit))
  }))

it.effect("a token that cannot be a header is a mistake of the caller, and is not quoted", () =>
  Effect.gen(function*() {
    const layer = StreamSfuClient.layer({ ...FakeSfu.options, token: Redacted.make(`${secret}\n`) })
    const exit = yield* Effect.exit(Layer.build(Layer.provide(layer, FakeSfu.make().layer)))
    assert.isTrue(Exit.hasDies(exit))
    assert.notInclude(inspect(exit, { depth: 20 }), secret)
  }))

withSfu("a join that is interrupted closes without a request, wherever it is", (sfu) =>
  Effect.gen(function*() {
    sfu.opens = false
    const opening = yield* begin(join)
    yield* Fiber.interrupt(opening)
    assert.deepStrictEqual(story(sfu), [1000])
    sfu.opens = true
    sfu.onRequest = () => {}
    const answered = yield* begin(join)
    yield* Effect.yieldNow
    yield* Fiber.interrupt(answered)
    assert.deepStrictEqual(story(sfu, 1), ["joinRequest", 1000])
  }))

// --- The stay ---------------------------------------------------------------------------------------------------------

withSfu(
  "asks for a sign of life every five seconds, first five seconds after the join",
  (sfu) =>
    Effect.gen(function*() {
      yield* join
      sfu.onRequest = (_, socket) => socket.say({ healthCheckResponse: {} })
      yield* TestClock.adjust("4999 millis")
      assert.deepStrictEqual(story(sfu), ["joinRequest"])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(story(sfu), ["joinRequest", "healthCheckRequest"])
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(story(sfu).length, 14)
    })
)

withSfu(
  "twelve seconds without a frame are a loss, and the socket is closed with 4001",
  (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      const listening = yield* begin(Effect.flip(Stream.runDrain(session.events)))
      yield* TestClock.adjust("11999 millis")
      assert.isUndefined(listening.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        yield* Fiber.join(listening),
        new SfuConnectionError({ reason: "Silent", detail: "nothing for 12 seconds" })
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(story(sfu), ["joinRequest", "healthCheckRequest", "healthCheckRequest", 4001])
    })
)

withSfu("any frame is a sign of life, even one that cannot be read", (sfu) =>
  Effect.gen(function*() {
    const session = yield* join
    const listening = yield* begin(Effect.flip(Stream.runDrain(session.events)))
    for (const frame of ["text", Uint8Array.of(0xff), new Uint8Array(100), encode({ healthCheckResponse: {} })]) {
      yield* TestClock.adjust("11 seconds")
      sfu.sockets[0]!.sayData(frame)
    }
    yield* TestClock.adjust("11999 millis")
    assert.isUndefined(listening.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    assert.strictEqual((yield* Fiber.join(listening)).reason, "Silent")
  }), { maxFrameBytes: 99 })

withSfu(
  "a frame that came by the twelfth second counts, even if silence is looked at first",
  (sfu) =>
    Effect.gen(function*() {
      const clock = yield* Clock.Clock
      /** Of a process that stalls at the twelfth second: late timers first, and what came in meanwhile right after them. */
      const stalling: Clock.Clock = {
        ...clock,
        sleep: (duration) =>
          Effect.tap(clock.sleep(duration), () =>
            Effect.sync(() => {
              if (clock.currentTimeMillisUnsafe() === 12_000) queueMicrotask(() => sfu.sockets[0]!.sayData("text"))
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

withSfu(
  "a socket that is closed by the SFU is a loss, told after what was said before",
  (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.sockets[0]!.say(left("bob"))
      sfu.sockets[0]!.hangUp(4321, `because of ${secret}`)
      const heard: Array<SfuEvent> = []
      const error = yield* Effect.flip(
        Stream.runForEach(session.events, (event) => Effect.sync(() => heard.push(event)))
      )
      assert.deepStrictEqual(tags(heard), ["ParticipantLeft"])
      assert.deepStrictEqual(
        error,
        new SfuConnectionError({ reason: "Closed", closeCode: 4321, detail: "because of <redacted>" })
      )
    })
)

withSfu(
  "after the end of the call the events end, and a close or a silence is no loss",
  (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.sockets[0]!.say({ callEnded: { reason: 3 } }, left("bob"))
      sfu.sockets[0]!.hangUp(1000)
      assert.deepStrictEqual(yield* Stream.runCollect(session.events), [{ _tag: "CallEnded", reason: "Kicked" }])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(story(sfu), ["joinRequest"])
    })
)

withSfu("an error of the SFU is told, and ends nothing", (sfu) =>
  Effect.gen(function*() {
    const session = yield* join
    const error = { code: 500, message: `oh ${secret}\n${"x".repeat(1_000)}` }
    sfu.sockets[0]!.say({ error: { error, reconnectStrategy: 3 } }, { goAway: { reason: 2 } })
    const [failed, goAway] = yield* session.events.pipe(Stream.take(2), Stream.runCollect)
    assert.deepInclude(failed, { _tag: "Failed", code: 500, reconnectStrategy: "Rejoin" })
    assert.match((failed as { detail: string }).detail, /^oh <redacted> x{186}\.\.\.$/)
    assert.deepStrictEqual(goAway, { _tag: "GoAway", reason: "Rebalance" })
  }))

withSfu(
  "a consumer that is too far behind loses the session, and hears what it was told",
  (sfu) =>
    Effect.gen(function*() {
      const session = yield* join
      sfu.sockets[0]!.say(...Array.from({ length: 5 }, (_, n) => left(`p${n}`)))
      yield* TestClock.adjust(0)
      const heard: Array<SfuEvent> = []
      const error = yield* Effect.flip(
        Stream.runForEach(session.events, (event) => Effect.sync(() => heard.push(event)))
      )
      assert.strictEqual(heard.length, 4)
      assert.strictEqual(error.reason, "Broken")
    }),
  { maxEventsBehind: 4 }
)

withSfu("frames that cannot be understood are counted by their reason, and survived", (sfu) =>
  Effect.gen(function*() {
    const session = yield* join
    sfu.sockets[0]!.sayData("text")
    sfu.sockets[0]!.sayData(Uint8Array.of(0x0a, 0xff))
    sfu.sockets[0]!.sayData(Uint8Array.of(0xfa, 0x7f, 0x00))
    sfu.sockets[0]!.sayData(new Uint8Array(1_025))
    sfu.sockets[0]!.say({ participantLeft: {} }, { subscriberOffer: {} }, { healthCheckResponse: {} }, left("bob"))
    const events = yield* session.events.pipe(Stream.take(1), Stream.runCollect)
    assert.deepStrictEqual(tags(events), ["ParticipantLeft"])
    const counted = (yield* Metric.snapshot)
      .filter(({ id }) => id === "stream_sfu_frames_unreadable")
      .map(({ attributes, state }) => [attributes, (state as { count: number }).count])
    assert.sameDeepMembers(counted, [
      [{ reason: "Text", payload: "none" }, 1],
      [{ reason: "Malformed", payload: "none" }, 1],
      [{ reason: "Unknown", payload: "none" }, 1],
      [{ reason: "Oversized", payload: "none" }, 1],
      [{ reason: "Invalid", payload: "participantLeft" }, 1],
      [{ reason: "Invalid", payload: "subscriberOffer" }, 1]
    ])
  }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())), { maxFrameBytes: 1_024 })

// --- The end ----------------------------------------------------------------------------------------------------------

const joinIn = (scope: Scope.Scope) => Scope.provide(join, scope)

withSfu("closing the scope says so, closes with 1000, and ends the events", (sfu) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const session = yield* joinIn(scope)
    const listening = yield* begin(Stream.runCollect(session.events))
    yield* Scope.close(scope, Exit.void)
    assert.deepStrictEqual(yield* Fiber.join(listening), [])
    assert.deepStrictEqual(story(sfu), ["joinRequest", "leaveCallRequest", 1000])
    const [, leave] = sfu.sockets[0]!.heard as unknown as [unknown, { leaveCallRequest: { sessionId: string } }]
    assert.strictEqual(leave.leaveCallRequest.sessionId, "alice-1")
    yield* TestClock.adjust("1 minute")
    assert.strictEqual(story(sfu).length, 3)
  }))

withSfu("leaving waits for the SFU to agree, a second at the most", (sfu) =>
  Effect.gen(function*() {
    const leave = Effect.gen(function*() {
      const scope = yield* Scope.make()
      yield* joinIn(scope)
      sfu.sockets.at(-1)!.agrees = false
      return yield* begin(Scope.close(scope, Exit.void))
    })
    const patient = yield* leave
    yield* TestClock.adjust("500 millis")
    assert.isUndefined(patient.pollUnsafe())
    sfu.sockets[0]!.hangUp(1000)
    yield* Fiber.join(patient)
    const ignored = yield* leave
    yield* TestClock.adjust("999 millis")
    assert.isUndefined(ignored.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    yield* Fiber.join(ignored)
  }))

withSfu("a session that was lost does not say goodbye, and does not wait", (sfu) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    yield* joinIn(scope)
    sfu.sockets[0]!.agrees = false
    yield* TestClock.adjust("12 seconds")
    yield* Scope.close(scope, Exit.void)
    assert.deepStrictEqual(story(sfu).slice(-2), ["healthCheckRequest", 4001])
  }))

withSfu(
  "a session that is handed over does not leave the call: 4100 for another socket, 1000 for another SFU",
  (sfu) =>
    Effect.gen(function*() {
      const ends = [["Resume", 4100], ["Migrate", 1000]] as const
      for (const [n, [to, code]] of ends.entries()) {
        const scope = yield* Scope.make()
        const session = yield* joinIn(scope)
        sfu.sockets[n]!.agrees = false
        const listening = yield* begin(Stream.runCollect(session.events))
        yield* session.detach(to)
        sfu.sockets[n]!.say(left("bob"))
        yield* TestClock.adjust(0)
        assert.deepStrictEqual(story(sfu, n), ["joinRequest"])
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(story(sfu, n), ["joinRequest", code])
        assert.deepStrictEqual(tags(yield* Fiber.join(listening)), ["ParticipantLeft"])
        assert.deepInclude(yield* Effect.flip(session.restartIce), { code: "canceled" })
      }
    })
)

withSfu(
  "a session that was lost before it was handed over is not removed by its close",
  (sfu) =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const session = yield* joinIn(scope)
      sfu.sockets[0]!.say(...Array.from({ length: 5 }, (_, n) => left(`p${n}`)))
      yield* TestClock.adjust(0)
      yield* session.detach("Resume")
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(story(sfu), ["joinRequest", 4100])
    }),
  { maxEventsBehind: 4 }
)

withSfu("one client joins as often as it is asked, each time on a socket of its own", (sfu) =>
  Effect.gen(function*() {
    const client = yield* SfuClient
    const sessions = yield* Effect.forEach(["a", "b"], (sessionId) => client.join({ sessionId, genericSdps }))
    sfu.sockets[1]!.say(left("bob"))
    sfu.sockets[0]!.say(left("carol"))
    const heard = yield* Effect.forEach(sessions, ({ events }) => events.pipe(Stream.take(1), Stream.runCollect))
    assert.deepStrictEqual(
      heard.flat().map((event) => "participant" in event && event.participant.userId),
      ["carol", "bob"]
    )
  }))
