/**
 * A trace contains everything that determines the decisions of a resolver: its commands and their times.
 */
import { it } from "@effect/vitest"
import { Correlation, StreamEdge, Trace, TrackResolver } from "effect-track-resolver"
import type { BindingChange, IncomingTrack, ResolveError, TrackKey } from "effect-track-resolver"
import { ScriptedCall } from "effect-track-resolver/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { begin } from "../support/resolver.ts"
import * as Harness from "./Harness.ts"
import { play, runs, script } from "./Script.ts"
import type { Action, Script } from "./Script.ts"

const parse = (text: string): Trace.Trace => Result.getOrThrow(Trace.parse(text))

/** A recorder in memory. `traces` has one text for each resolver. */
const memory = (options?: Omit<Trace.RecorderOptions<never, never>, "write">) => {
  const traces: Array<string> = []
  const write = (lines: string, trace: string) =>
    Effect.sync(() => {
      const n = Number(trace.split("-").at(-1)) - 1
      traces[n] = `${traces[n] ?? ""}${lines}`
    })
  return { traces, layer: Trace.layer({ write, ...options }) }
}

/** A script played against `Correlation`: its trace, and its decisions. */
const played = (script: Script) => {
  let state = Correlation.empty(script.options)
  const decisions: Array<Trace.Decision> = []
  for (const { command, event, step } of play(script)) {
    state = step.state
    decisions.push({ at: event.at, command, reply: step.reply, outcomes: step.outcomes })
  }
  const header: Trace.Header = { version: 1, ids: "clear", policy: script.options }
  const entries = decisions.map(({ at, command }): Trace.Entry => ({ at, command }))
  return { trace: { header, entries, lost: 0 }, original: { decisions, snapshot: Correlation.snapshot(state) } }
}

test("parse reads what print wrote, and a replay makes the same decisions, byte for byte", () => {
  fc.assert(
    fc.property(script, (script) => {
      const { original, trace } = played(script)
      const read = parse(Trace.print(trace))
      expect(Trace.print(read)).toBe(Trace.print(trace))
      expect(Trace.render(Trace.replay(read))).toBe(Trace.render(original))
    }),
    runs(500)
  )
})

const ids = ["alice", "bob", "a1", "a2", "a3", "b1", ...Array.from({ length: 10 }, (_, n) => `t${n}`)]

/** The same text with other ids. */
const renamed = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replaceAll(/"(\w+)"(?!:)/g, (quoted, id) => names.has(id) ? JSON.stringify(names.get(id)) : quoted)

test("no decision depends on the text of an id", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: ids.length, maxLength: ids.length })
  fc.assert(
    fc.property(script, names, (script, names) => {
      const { original, trace } = played(script)
      const others = new Map(ids.map((id, n) => [id, names[n]!]))
      const replay = Trace.replay(parse(renamed(Trace.print(trace), others)))
      expect(Trace.render(replay)).toBe(renamed(Trace.render(original), others))
    }),
    runs(500)
  )
})

// --- The resolver -----------------------------------------------------------------------------------------------------

interface Caller {
  readonly key: TrackKey
  readonly fiber: Fiber.Fiber<string, ResolveError>
}

/** Performs a script on a recorded resolver, on a scheduler that yields after every few operations. */
const recorded = ({ actions, options }: Script, yieldAfter: number) => {
  const { layer, traces } = memory({ ids: "clear" })
  const { advance, close, flush, resolver, run, start } = Harness.make(
    {
      timeout: 60,
      pendingTimeToLive: options.timeToLive,
      pendingCapacity: options.capacity,
      sessionMigration: options.sessionMigration,
      anonymousTracks: options.anonymousTracks
    },
    yieldAfter,
    layer
  )
  const changes: Array<BindingChange> = []
  start(Stream.runForEach(resolver.changes, (change) => Effect.sync(() => changes.push(change))))
  flush()
  const callers: Array<Caller> = []
  const perform = (action: Action): void => {
    switch (action._tag) {
      case "Register":
        return void start(resolver.register(action.track))
      case "Call":
        return void callers.push({ key: action.key, fiber: start(resolver.resolve(action.key)) })
      case "GiveUp":
        return callers[action.caller % Math.max(callers.length, 1)]?.fiber.interruptUnsafe()
      case "Unpublish":
        return void start(resolver.unpublish(action.key))
      case "Leave":
        return void start(resolver.cancel(action.participant))
      case "Retire":
        return void start(resolver.retire(action.trackId))
      case "Tick":
        return advance(action.millis)
    }
  }
  for (const action of actions) {
    perform(action)
    if (!action.overlapsNext) flush()
  }
  flush()
  const snapshot = run(resolver.snapshot)
  const exits = callers.map(({ fiber, key }) => ({ key, exit: fiber.pollUnsafe() }))
  const open = traces[0]!
  close()
  return { changes, exits, snapshot, traces, open }
}

/** The answers of a decision: a key and its track, or a key and the rejected tracks. */
const answersOf = ({ command, outcomes, reply }: Trace.Decision): ReadonlyArray<string> => [
  ...outcomes.flatMap((outcome) =>
    outcome._tag === "Resolved" ? [`${Correlation.idOf(outcome.key)} ${outcome.trackId}`] : []
  ),
  ..."key" in command && typeof reply === "object" && "_tag" in reply
    ? reply._tag === "Answered"
      ? [`${Correlation.idOf(command.key)} ${reply.trackId}`]
      : reply._tag === "NoMatch"
      ? [`${Correlation.idOf(command.key)} ${JSON.stringify(reply.candidates)}`]
      : []
    : []
]

test("a replay makes the decisions that the resolver made under concurrency", () => {
  fc.assert(
    fc.property(script, fc.constantFrom(2_048, 3, 4, 5, 7), (script, yieldAfter) => {
      const { changes, exits, open, snapshot, traces } = recorded(script, yieldAfter)
      const replay = Trace.replay(parse(open))
      const outcomes = replay.decisions.flatMap(({ outcomes }) => outcomes)
      expect(outcomes.filter(({ _tag }) => _tag === "Bound" || _tag === "Unbound")).toEqual(changes)
      expect(JSON.stringify(replay.snapshot)).toBe(JSON.stringify(snapshot))
      const answers = new Set(replay.decisions.flatMap(answersOf))
      for (const { exit, key } of exits) {
        if (exit === undefined) continue
        const answer = Exit.isSuccess(exit) ? exit.value : timeoutOf(exit)
        if (answer !== undefined) expect(answers).toContain(`${Correlation.idOf(key)} ${answer}`)
      }
      expect(traces).toHaveLength(1)
      expect(parse(traces[0]!).header.policy).toEqual(script.options)
    }),
    runs(500)
  )
})

const timeoutOf = (exit: Exit.Failure<string, ResolveError>): string | undefined => {
  const [reason] = exit.cause.reasons
  return reason?._tag === "Fail" && reason.error._tag === "TrackTimeoutError"
    ? JSON.stringify(reason.error.candidates)
    : undefined
}

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

// --- A pasted trace ---------------------------------------------------------------------------------------------------

/** Two anonymous video tracks fit one waiting key. The retire of one of them is no evidence for the other. */
const pasted = `
  {"version":1,"ids":"hashed","policy":{"timeToLive":"Infinity","capacity":10000,"sessionMigration":"never","anonymousTracks":"unique"}}
  {"at":1000,"command":{"_tag":"Register","track":{"trackId":"track-1","kind":"video"}}}
  {"at":1001,"command":{"_tag":"Register","track":{"trackId":"track-2","kind":"video"}}}
  {"at":1500,"command":{"_tag":"Resolve","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"}}}
  {"at":1500,"command":{"_tag":"Acquire","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"},"generation":5}}

  {"at":2000,"command":{"_tag":"Retire","trackId":"track-2"}}
  {"at":11500,"command":{"_tag":"Abandon","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"},"generation":5,"isHolder":true}}
`

test("a pasted trace is a test", () => {
  const { decisions, snapshot } = Trace.replay(parse(pasted))
  expect(decisions.map(({ reply }) => reply)).toMatchInlineSnapshot(`
    [
      true,
      true,
      {
        "_tag": "Waiting",
        "generation": 5,
      },
      {
        "_tag": "Waiting",
        "generation": 5,
      },
      undefined,
      {
        "_tag": "NoMatch",
        "candidates": [
          {
            "trackId": "track-1",
            "why": "LeftUnique",
          },
        ],
        "omitted": 0,
      },
    ]
  `)
  expect(snapshot).toMatchInlineSnapshot(`
    {
      "bound": [],
      "pending": [
        {
          "kind": "video",
          "participant": undefined,
          "registeredAt": 1000,
          "trackId": "track-1",
          "trackType": undefined,
        },
      ],
      "waiting": [],
    }
  `)
})

const problemOf = (text: string) => Result.getOrThrow(Result.flip(Trace.parse(text)))

test("a wrong line is reported by its number", () => {
  const [, header, ...lines] = pasted.split("\n").filter((_, n) => n === 0 || n < 6)
  const at = (...lines: ReadonlyArray<string>) => {
    const error = problemOf([header!, ...lines].join("\n"))
    return error._tag === "TraceLineError" ? error.line : error
  }
  expect(at(lines[0]!, "", lines[1]!.slice(0, -9))).toBe(4)
  expect(at(lines[0]!, "{\"at\":1,\"command\":{\"_tag\":\"Guess\"}}")).toBe(3)
  expect(at("{\"at\":1,\"command\":{\"_tag\":\"Expire\"},\"more\":1}")).toBe(2)
  expect(at("{\"at\":\"NaN\",\"command\":{\"_tag\":\"Expire\"}}")).toBe(2)
  expect(at("{\"at\":1,\"command\":{\"_tag\":\"Retire\",\"trackId\":\"\"}}")).toBe(2)
  expect(at(
    "{\"at\":1,\"command\":{\"_tag\":\"Register\",\"track\":{\"trackId\":\"t\",\"kind\":\"audio\",\"trackType\":\"Video\"}}}"
  )).toBe(2)
  expect(at("{\"lost\":2}", lines[0]!)).toBe(3)
  expect(parse([header!, "{\"lost\":2}"].join("\n")).lost).toBe(2)
  expect(problemOf("\n").message).toBe("line 1 of the trace: the header is missing")
  expect(problemOf(`\n\n${lines[0]}`)).toMatchObject({ _tag: "TraceLineError", line: 3 })
})

test("a trace of another version is an error of its own", () => {
  expect(problemOf(pasted.replace("\"version\":1", "\"version\":2")).message)
    .toBe("the trace has version 2; this library reads version 1")
  expect(problemOf("{\"version\":\"1\",\"strange\":true}")._tag).toBe("TraceVersionError")
})
