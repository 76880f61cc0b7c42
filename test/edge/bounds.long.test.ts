/**
 * What an SFU can make the edge keep or do is bounded, and its cost grows with what the SFU sends and not faster.
 */
import { assert, describe, it } from "@effect/vitest"
import { LaggedError, SfuRequestError } from "effect-track-resolver"
import type { EdgeEvent, StreamIdentity, TrackKey, TrackType } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { expect, test } from "vitest"
import { Announcements } from "../../src/edge/internal/Announcements.ts"
import { MediaLines } from "../../src/edge/internal/MediaLines.ts"
import type { RosterEvent } from "../../src/edge/internal/Roster.ts"
import { maxSessions, Roster } from "../../src/edge/internal/Roster.ts"
import { TrackTimeoutError } from "../../src/resolver/ResolveError.ts"
import { mediaOf } from "../support/packets.ts"
import { crowd, remote } from "../support/people.ts"
import { begin } from "../support/resolver.ts"
import { joined, makeHarness, whenIdle } from "./Harness.ts"

const requestError = (reason: SfuRequestError["reason"]) =>
  new SfuRequestError({ method: "UpdateSubscriptions", reason, code: "x", detail: "", attempts: 5 })

/** Runs an effect and returns what it logs at this level. */
const logOf = <A, E, R>(level: "Info" | "Warn", effect: Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    const line = String(Array.isArray(message) ? message[0] : message)
    // On a slow machine `TestClock` warns as well.
    if (logLevel === level && /degraded|accepted/.test(line)) lines.push(line)
  })
  return Effect.as(effect, lines).pipe(
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "Trace")
  )
}

/** One person after the other joins and publishes. */
const joinOneByOne = (call: ScriptedCall.ScriptedCall, size: number) =>
  Effect.forEach(crowd(size), (key) => Effect.andThen(call.emit(joined(key, key.userId, ["Video"])), Effect.yieldNow), {
    discard: true
  })

describe("bounded: subscriptions", () => {
  it.effect("a request that hangs while 300 people publish: one in flight, one next, which has everybody", () => {
    const open = new Set<ReadonlyArray<unknown>>()
    let most = 0
    return Effect.gen(function*() {
      const { call } = yield* makeHarness({
        onSubscriptions: (subscriptions) =>
          Effect.suspend(() => {
            open.add(subscriptions)
            most = Math.max(most, open.size)
            return Effect.onInterrupt(Effect.never, () => Effect.sync(() => open.delete(subscriptions)))
          })
      })
      yield* joinOneByOne(call, 300)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(most, 2)
      assert.deepStrictEqual(Array.from(open).at(-1)!.length, 300)
    })
  })

  it.effect("requests that fail at once while 300 people publish: few of them, and one warning", () => {
    let requests = 0
    const warnings = logOf(
      "Warn",
      Effect.gen(function*() {
        const { call } = yield* makeHarness({
          onSubscriptions: () =>
            Effect.suspend(() => {
              requests++
              return Effect.fail(requestError("Unreachable"))
            })
        })
        yield* joinOneByOne(call, 300)
        yield* whenIdle
      })
    )
    return Effect.map(warnings, (warnings) => {
      assert.isAtMost(requests, 3)
      assert.strictEqual(warnings.length, 1)
    })
  })

  it.effect("requests that fail for 15 seconds have one warning", () => {
    const run = Effect.gen(function*() {
      const { call } = yield* makeHarness(
        { onSubscriptions: () => Effect.fail(requestError("Unreachable")) },
        { maxReconnects: 0 }
      )
      yield* joinOneByOne(call, 2)
      yield* TestClock.adjust("15 seconds")
    })
    return Effect.map(logOf("Warn", run), (warnings) => assert.strictEqual(warnings.length, 1))
  })

  it.effect("refusals are reported also if each refused set was replaced, and counted at the end", () => {
    let answer: Effect.Effect<void, SfuRequestError> = Effect.andThen(
      Effect.sleep("100 millis"),
      Effect.fail(requestError("Refused"))
    )
    const run = Effect.gen(function*() {
      const { call, edge } = yield* makeHarness({ onSubscriptions: () => Effect.suspend(() => answer) })
      const states = yield* begin(Stream.runCollect(Stream.take(edge.states, 3)))
      for (const key of crowd(8)) {
        yield* call.emit(joined(key, key.userId, ["Video"]))
        yield* TestClock.adjust("90 millis")
      }
      // Each refused set so far was replaced before its refusal.
      assert.deepStrictEqual(
        (yield* Stream.runHead(edge.states)).pipe(Option.map(({ _tag }) => _tag)),
        Option.some("Degraded")
      )
      answer = Effect.void
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual((yield* Fiber.join(states)).map(({ _tag }) => _tag), ["Joined", "Degraded", "Joined"])
    })
    return Effect.map(logOf("Info", run), (lines) => {
      assert.match(lines.join(), /^subscriptions are accepted after [2-9] failures$/)
    })
  })

  it.effect("a call of 2,000 people who join one by one: the sets have in sum at most four times as many entries", () => {
    let entries = 0
    let newest = 0
    return Effect.gen(function*() {
      const { call } = yield* makeHarness({
        onSubscriptions: (subscriptions) =>
          Effect.sync(() => {
            newest = subscriptions.length
            entries += newest
          })
      })
      yield* joinOneByOne(call, 2_000)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(newest, 2_000)
      assert.isAtMost(entries, 8_000)
    })
  })
})

describe("bounded: offers and candidates", () => {
  it.effect("of the offers that arrive while one is answered, the newest one is answered next", () =>
    Effect.gen(function*() {
      const first = yield* Deferred.make<void>()
      const { call } = yield* makeHarness({ onAnswer: (id) => id === 1 ? Deferred.await(first) : Effect.void })
      yield* call.offer([])
      yield* whenIdle
      for (let n = 0; n < 1_000; n++) yield* call.offer([])
      yield* whenIdle
      yield* Deferred.succeed(first, undefined)
      yield* whenIdle
      assert.deepStrictEqual(
        call.calls.flatMap((recorded) => recorded._tag === "Answered" ? [recorded.negotiationId] : []),
        [1, 1_001]
      )
    }))

  it.effect("at most 256 candidates wait for their offer", () =>
    Effect.gen(function*() {
      let waiting = 0
      const offered = yield* Deferred.make<void>()
      const { call } = yield* makeHarness({
        onCandidate: Effect.suspend(() => {
          waiting++
          return Deferred.await(offered)
        })
      })
      const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", usernameFragment: "u" }
      const emit = call.emit({ _tag: "IceTrickle", peerType: "Subscriber", candidate })
      yield* Effect.repeat(emit, { times: 999 })
      yield* whenIdle
      assert.strictEqual(waiting, 256)
      yield* Deferred.succeed(offered, undefined)
      yield* whenIdle
      yield* emit
      yield* whenIdle
      assert.strictEqual(call.calls.filter(({ _tag }) => _tag === "AddedCandidate").length, 257)
    }))
})

describe("bounded: a large call", () => {
  /** How often the edge reads the prefix of an m-line, for this number of m-lines and of people. */
  const prefixReads = (size: number) => {
    let reads = 0
    const identify = (streamId: string): StreamIdentity => ({
      trackType: "Video",
      get streamIdPrefix() {
        reads++
        return streamId
      }
    })
    return Effect.gen(function*() {
      const { call, edge } = yield* makeHarness({ onJoin: () => Effect.succeed({ identify }) })
      const added = yield* begin(
        Stream.runHead(Stream.drop(Stream.filter(edge.events, ({ _tag }) => _tag === "TrackAdded"), size - 1))
      )
      const people = crowd(size)
      yield* call.offer(people.map(({ userId }, n) => ({ mid: `${n}`, kind: "video", streamId: userId })))
      yield* whenIdle
      for (const key of people) yield* call.emit(joined(key, key.userId, ["Video"]))
      yield* Fiber.join(added)
      return reads
    }).pipe(Effect.scoped)
  }

  it.effect("ten times as many people and m-lines take ten times as many steps", () =>
    Effect.gen(function*() {
      const [few, many] = [yield* prefixReads(100), yield* prefixReads(1_000)]
      assert.isAtMost(many, 11 * few)
    }))

  const joinEvent = (n: number): RosterEvent => ({
    _tag: "ParticipantJoined",
    participant: { userId: `u${n}`, sessionId: `s${n}`, streamIdPrefix: `p${n}`, publishedTracks: [] }
  })

  test("sessions beyond the limit are ignored, which is reported once, until others leave", () => {
    const roster = new Roster()
    for (let n = 0; n < maxSessions; n++) roster.onEvent(joinEvent(n))
    expect(roster.onEvent(joinEvent(maxSessions)).map(({ _tag }) => _tag)).toEqual(["Full"])
    expect(roster.onEvent(joinEvent(maxSessions + 1))).toEqual([])
    expect(roster.all.length).toBe(maxSessions)
    roster.onEvent({ ...joinEvent(0), _tag: "ParticipantLeft" } as RosterEvent)
    expect(roster.onEvent(joinEvent(maxSessions)).map(({ _tag }) => _tag)).toEqual(["Joined", "PrefixChanged"])
    expect(roster.onEvent(joinEvent(maxSessions + 1))).toEqual([])
  })

  test("of the m-lines with one prefix, 64 are kept, and a removed one makes room", () => {
    const lines = new MediaLines("agent")
    const connection = Symbol()
    lines.begin(connection)
    const media = (n: number) => ({ ...mediaOf(Stream.empty), mid: `${n}`, kind: "video" as const })
    const add = (n: number, streamIdPrefix = "p") =>
      lines.add(connection, media(n), { streamIdPrefix, trackType: "Video" })
    const added = Array.from({ length: 64 }, (_, n) => add(n))
    expect(add(64)).toBeUndefined()
    expect(lines.withPrefix("p")).toEqual(added)
    expect(add(65, "q")).toBeDefined()
    lines.remove(added[0]!)
    expect(add(66)).toBeDefined()
  })
})

describe("bounded: events", () => {
  const types: ReadonlyArray<TrackType> = ["Audio", "Video", "ScreenShare", "ScreenShareAudio"]

  const timeout = (key: TrackKey) =>
    new TrackTimeoutError({ key, timeout: Duration.seconds(10), candidates: [], omitted: 0 })

  /** A subscriber that runs, and one that is still at its first event. */
  const subscribe = Effect.fnUntraced(function*(announcements: Announcements) {
    const received: Array<EdgeEvent> = []
    const running = yield* begin(
      Effect.flip(Stream.runForEach(announcements.stream, (event) => Effect.sync(() => received.push(event))))
    )
    yield* Effect.yieldNow
    return { received, running }
  })

  it.effect("what one step publishes does not lag a subscriber: 4,500 people with four deadlines each", () =>
    Effect.gen(function*() {
      const announcements = new Announcements()
      const { received, running } = yield* subscribe(announcements)
      const people = crowd(4_500)
      for (const person of people) announcements.participantJoined(remote(person))
      for (const person of people) {
        for (const trackType of types) {
          const key = { ...person, trackType }
          announcements.trackUnresolved(key, timeout(key))
        }
      }
      yield* ScriptedCall.flush
      assert.strictEqual(received.length, 22_500)
      assert.isUndefined(running.pollUnsafe())
    }))

  it.effect("a subscriber that does not run lags after 16 events for each participant, and not before 16,384", () =>
    Effect.gen(function*() {
      const announcements = new Announcements()
      const { received, running } = yield* subscribe(announcements)
      const people = crowd(2_000)
      for (const person of people) announcements.participantJoined(remote(person))
      const [key] = people
      for (let n = 0; n < 32_000; n++) announcements.trackUnresolved(key!, timeout(key!))
      assert.deepStrictEqual(yield* Fiber.join(running), new LaggedError({ behind: 32_000 }))
      assert.strictEqual(received.length, 32_000)
    }))
})
