/**
 * Traces: what is recorded, and with which ids. `TraceFormat.test.ts` reads traces, `replay.test.ts` plays random scripts.
 */
import { it } from "@effect/vitest"
import { StreamEdge, Trace, TrackResolver } from "effect-track-resolver"
import type { IncomingTrack, TrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { begin } from "../support/resolver.ts"
import { memory, parse } from "./Recording.ts"

const alice = { userId: "alice", sessionId: "a1" }
const camera: TrackKey = { ...alice, trackType: "Video" }
const track: IncomingTrack = { trackId: "t1", kind: "video", participant: alice, trackType: "Video" }

it.effect("a rejected command is not recorded, nor an Expire that removes nothing", () =>
  Effect.gen(function*() {
    const { layer, traces } = memory({ ids: "clear" })
    yield* Effect.gen(function*() {
      const resolver = yield* TrackResolver
      yield* resolver.register(track)
      yield* resolver.snapshot
      yield* Effect.exit(resolver.register({ trackId: "t1", kind: "audio" }))
      yield* resolver.resolve(camera)
    }).pipe(Effect.provide(Layer.provide(TrackResolver.layer(), layer)))
    expect(parse(traces[0]!).entries.map(({ command }) => command._tag)).toEqual(["Register", "Resolve"])
  }))

it.effect("an Expire that removes a track is recorded", () =>
  Effect.gen(function*() {
    const { layer, traces } = memory({ ids: "clear" })
    yield* Effect.gen(function*() {
      const resolver = yield* TrackResolver
      yield* resolver.register(track)
      yield* TestClock.adjust("60 seconds")
    }).pipe(Effect.provide(Layer.provide(TrackResolver.layer(), layer)))
    expect(parse(traces[0]!).entries.at(-1)).toEqual({ at: 60_000, command: { _tag: "Expire" } })
  }))

/** The traces of two resolvers under one recorder. */
const hashed = Effect.fnUntraced(function*(salt?: Redacted.Redacted) {
  const { layer, traces } = memory({ salt })
  const call = Effect.gen(function*() {
    const resolver = yield* TrackResolver.make()
    const caller = yield* begin(resolver.resolve(camera))
    yield* resolver.register(track)
    yield* resolver.register({ trackId: "t2", kind: "audio" })
    yield* resolver.retire("t1")
    yield* resolver.unpublish({ userId: "bob", sessionId: "b1", trackType: "Audio" })
    yield* resolver.cancel(alice)
    yield* Fiber.await(caller)
  })
  yield* Effect.andThen(Effect.scoped(call), Effect.scoped(call)).pipe(Effect.provide(layer))
  return traces
})

/** Replaces each id by the number of its first appearance. */
const shape = (text: string): string => {
  const seen = new Map<string, number>()
  return text.replaceAll(/(user|session|track)-[\w-]{16}|alice|bob|a1|b1|t1|t2/g, (id) => {
    if (!seen.has(id)) seen.set(id, seen.size)
    return `#${seen.get(id)}`
  })
}

it.effect("ids are hashed: equal ids have equal pseudonyms within one trace only", () =>
  Effect.gen(function*() {
    const [one, two] = yield* hashed()
    for (const id of ["alice", "bob", "a1", "b1", "t1", "t2"]) expect(one).not.toContain(`"${id}"`)
    expect(one).toMatch(/"userId":"user-[\w-]{16}","sessionId":"session-[\w-]{16}"/)
    expect(two).not.toBe(one)
    expect(shape(two!)).toBe(shape(one!))
    const clear = Trace.print({ ...parse(one!), entries: inClear.entries })
    expect(shape(Trace.render(Trace.replay(parse(one!))))).toBe(shape(Trace.render(Trace.replay(parse(clear)))))
    expect(shape(one!)).toBe(shape(clear))
  }))

/** The call of `hashed` without hashing. */
const inClear = parse(`
  {"version":1,"ids":"clear","policy":{"timeToLive":60000,"capacity":10000,"sessionMigration":"takeOver","anonymousTracks":"unique"}}
  {"at":0,"command":{"_tag":"Resolve","key":{"userId":"alice","sessionId":"a1","trackType":"Video"}}}
  {"at":0,"command":{"_tag":"Acquire","key":{"userId":"alice","sessionId":"a1","trackType":"Video"},"generation":1}}
  {"at":0,"command":{"_tag":"Register","track":{"trackId":"t1","kind":"video","participant":{"userId":"alice","sessionId":"a1"},"trackType":"Video"}}}
  {"at":0,"command":{"_tag":"Register","track":{"trackId":"t2","kind":"audio"}}}
  {"at":0,"command":{"_tag":"Retire","trackId":"t1"}}
  {"at":0,"command":{"_tag":"Unpublish","key":{"userId":"bob","sessionId":"b1","trackType":"Audio"}}}
  {"at":0,"command":{"_tag":"Cancel","participant":{"userId":"alice","sessionId":"a1"}}}
`)

it.effect("with the same salt, ids have the same pseudonyms in every trace", () =>
  Effect.gen(function*() {
    const [one, two] = yield* hashed(Redacted.make("salt"))
    const [other] = yield* hashed(Redacted.make("pepper"))
    expect(two).toBe(one)
    expect(other).not.toBe(one)
    // HMAC-SHA-256 of "user-alice" under "salt", its first twelve bytes.
    expect(one).toContain(`"user-lXRRBevsju1yGxyM"`)
  }))

const recordedBy = <E>(options: Trace.RecorderOptions<E, never>) =>
  Layer.provide(TrackResolver.layer(), Trace.layer({ ids: "clear", ...options }))

it.effect("a slow write does not delay the resolver; over capacity the trace ends and counts the lost commands", () =>
  Effect.gen(function*() {
    const disk = yield* Deferred.make<void>()
    const texts: Array<string> = []
    const write = (lines: string) => Effect.andThen(Deferred.await(disk), Effect.sync(() => texts.push(lines)))
    yield* Effect.gen(function*() {
      const resolver = yield* TrackResolver
      for (let n = 1; n <= 8; n++) yield* resolver.register({ trackId: `t${n}`, kind: "video" })
      expect((yield* resolver.sizes).pending).toBe(8)
      expect(texts).toEqual([])
      yield* Deferred.succeed(disk, undefined)
      yield* Effect.yieldNow
      yield* resolver.retire("t1")
    }).pipe(Effect.provide(recordedBy({ write, capacity: 5 })))
    const { entries, lost } = parse(texts.join(""))
    expect({ kept: entries.length, lost }).toEqual({ kept: 5, lost: 4 })
    expect(texts.length).toBe(3)
  }))

it.effect("a write that fails ends the trace and not the resolver", () =>
  Effect.gen(function*() {
    let writes = 0
    const write = () => Effect.suspend(() => ++writes === 1 ? Effect.void : Effect.fail("full"))
    const trackId = yield* Effect.gen(function*() {
      const resolver = yield* TrackResolver
      yield* resolver.register(track)
      yield* Effect.yieldNow
      return yield* resolver.resolve(camera)
    }).pipe(Effect.provide(recordedBy({ write })))
    expect({ trackId, writes }).toEqual({ trackId: "t1", writes: 2 })
  }))

describe("bounded: a disk that does not answer", () => {
  /** Registers `first`, lets the recorder write it, registers `then`, and closes. Returns the warnings. */
  const close = (first: number, then: number, options: Trace.RecorderOptions<never, never>) => {
    const warnings: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      const line = String(Array.isArray(message) ? message[0] : message)
      // On a slow machine `TestClock` warns as well.
      if (logLevel === "Warn" && line.startsWith("trace ")) warnings.push(line)
    })
    const run = Effect.gen(function*() {
      const scope = yield* Scope.make()
      const resolver = yield* TrackResolver.make().pipe(Scope.provide(scope), Effect.provide(recorderBy(options)))
      for (let n = 0; n < first; n++) yield* resolver.register({ trackId: `t${n}`, kind: "video" })
      yield* ScriptedCall.flush
      for (let n = first; n < first + then; n++) yield* resolver.register({ trackId: `t${n}`, kind: "video" })
      return yield* begin(Scope.close(scope, Exit.void))
    })
    return Effect.map(
      Effect.provide(run, Logger.layer([logger])),
      (closing) => ({ closing, warnings: () => warnings.map((line) => line.replace(/trace [\w-]+/, "trace")) })
    )
  }

  const recorderBy = (options: Trace.RecorderOptions<never, never>) => Trace.layer({ ids: "clear", ...options })

  for (
    const [name, never] of [["", Effect.never], [
      ", nor to an interruption",
      Effect.uninterruptible(Effect.never)
    ]] as const
  ) {
    it.effect(`does not keep the scope open${name}: a warning has the number of missing commands`, () =>
      Effect.gen(function*() {
        const { closing, warnings } = yield* close(3, 4, { write: () => never })
        yield* TestClock.adjust("4999 millis")
        expect(closing.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust("1002 millis")
        expect(closing.pollUnsafe()).toEqual(Exit.void)
        expect(warnings()).toEqual([
          "trace ends early: write did not end in time, 7 commands are missing, and the trace does not say so"
        ])
      }))
  }

  it.effect("answers again for the last line, which has the number of missing commands", () =>
    Effect.gen(function*() {
      const texts: Array<string> = []
      let writes = 0
      // The header and the first commands are written. Of the second write, half a line arrives.
      const write = (lines: string) =>
        Effect.suspend(() => {
          const isStuck = ++writes === 3
          texts.push(isStuck ? lines.slice(0, 20) : lines)
          return isStuck ? Effect.never : Effect.void
        })
      const { closing, warnings } = yield* close(2, 5, { write, flushTimeout: "1 second" })
      yield* TestClock.adjust("1001 millis")
      expect(closing.pollUnsafe()).toEqual(Exit.void)
      const lines = texts.join("").split("\n")
      expect(lines.at(-2)).toBe("{\"lost\":5}")
      const { entries, lost } = parse(lines.toSpliced(-3, 1).join("\n"))
      expect({ entries: entries.length, lost }).toEqual({ entries: 2, lost: 5 })
      expect(warnings()).toEqual(["trace ends early: write did not end in time, 5 commands are missing"])
    }))

  it.effect("delays the close only as long as it takes", () =>
    Effect.gen(function*() {
      const texts: Array<string> = []
      const write = (lines: string) => Effect.andThen(Effect.sleep("1 second"), Effect.sync(() => texts.push(lines)))
      const { closing, warnings } = yield* close(1, 1, { write })
      yield* TestClock.adjust("2 seconds")
      expect(closing.pollUnsafe()).toEqual(Exit.void)
      expect(parse(texts.join(""))).toMatchObject({ entries: [{}, {}], lost: 0 })
      expect(warnings()).toEqual([])
    }))
})

it.effect("an empty salt is an argument error, and not an empty trace", () =>
  Effect.gen(function*() {
    const exit = yield* Effect.exit(Layer.build(Trace.layer({ write: () => Effect.void, salt: Redacted.make("") })))
    expect(errorOf(exit)).toMatchObject({ message: "Trace.layer: salt must be Redacted and not empty, got <redacted>" })
  }))

const errorOf = <A, E>(exit: Exit.Exit<A, E>) => Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined

it.effect("the resolver of StreamEdge is recorded as well", () =>
  Effect.gen(function*() {
    const { layer, traces } = memory()
    const call = yield* ScriptedCall.make()
    yield* Effect.gen(function*() {
      yield* StreamEdge
      yield* call.emit({
        _tag: "ParticipantJoined",
        participant: { ...alice, streamIdPrefix: "p", publishedTracks: ["Audio"] }
      })
      yield* ScriptedCall.flush
    }).pipe(Effect.provide(StreamEdge.layer().pipe(Layer.provide([call.layer, layer]))))
    expect(parse(traces[0]!).entries.map(({ command }) => command._tag)).toContain("Resolve")
  }))
