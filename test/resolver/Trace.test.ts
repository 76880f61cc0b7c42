/**
 * A trace is the whole of what a resolver decides by: what it was asked, and when.
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
import * as Stage from "./Harness.ts"
import { play, runs, script } from "./Script.ts"
import type { Line, Script } from "./Script.ts"

const parse = (text: string): Trace.Trace => Result.getOrThrow(Trace.parse(text))

/** A trace in memory. */
const tape = (options?: Omit<Trace.RecorderOptions<never, never>, "write">) => {
  const traces: Array<string> = []
  const write = (lines: string, trace: number) =>
    Effect.sync(() => {
      traces[trace - 1] = `${traces[trace - 1] ?? ""}${lines}`
    })
  return { traces, layer: Trace.layer({ write, ...options }) }
}

/** A script played against the core: what was asked, and what was decided. */
const played = (script: Script) => {
  let state = Correlation.empty(script.options)
  const decisions: Array<Trace.Decision> = []
  for (const { command, event, step } of play(script)) {
    state = step.state
    decisions.push({ at: event.at, command, reply: step.reply, outcomes: step.outcomes })
  }
  const header: Trace.Header = { version: 1, ids: "clear", policy: script.options }
  const entries = decisions.map(({ at, command }): Trace.Entry => ({ at, command }))
  return { trace: { header, entries, lost: 0 }, made: { decisions, snapshot: Correlation.snapshot(state) } }
}

test("A trace is read as it was written, and its replay makes the same decisions, byte for byte", () => {
  fc.assert(
    fc.property(script, (script) => {
      const { made, trace } = played(script)
      const read = parse(Trace.print(trace))
      expect(Trace.print(read)).toBe(Trace.print(trace))
      expect(Trace.render(Trace.replay(read))).toBe(Trace.render(made))
    }),
    runs(500)
  )
})

const ids = ["alice", "bob", "a1", "a2", "a3", "b1", ...Array.from({ length: 10 }, (_, n) => `t${n}`)]

/** The same text, in which everybody has another name. */
const renamed = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replaceAll(/"(\w+)"(?!:)/g, (said, id) => names.has(id) ? JSON.stringify(names.get(id)) : said)

test("No decision hangs on the text of an id", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: ids.length, maxLength: ids.length })
  fc.assert(
    fc.property(script, names, (script, names) => {
      const { made, trace } = played(script)
      const others = new Map(ids.map((id, n) => [id, names[n]!]))
      const replay = Trace.replay(parse(renamed(Trace.print(trace), others)))
      expect(Trace.render(replay)).toBe(renamed(Trace.render(made), others))
    }),
    runs(500)
  )
})

// --- The resolver -----------------------------------------------------------------------------------------------------

interface Caller {
  readonly key: TrackKey
  readonly fiber: Fiber.Fiber<string, ResolveError>
}

/** Everything at once, on a scheduler that preempts after every few operations, while a recorder listens. */
const recorded = ({ lines, options }: Script, maxOps: number) => {
  const { layer, traces } = tape({ ids: "clear" })
  const { begin, close, pass, resolver, run, settle } = Stage.make(
    {
      timeout: 60,
      pendingTimeToLive: options.timeToLive,
      pendingCapacity: options.capacity,
      sessionMigration: options.sessionMigration,
      anonymousTracks: options.anonymousTracks
    },
    maxOps,
    layer
  )
  const changes: Array<BindingChange> = []
  begin(Stream.runForEach(resolver.changes, (change) => Effect.sync(() => changes.push(change))))
  settle()
  const callers: Array<Caller> = []
  const say = (line: Line): void => {
    switch (line._tag) {
      case "Register":
        return void begin(resolver.register(line.track))
      case "Call":
        return void callers.push({ key: line.key, fiber: begin(resolver.resolve(line.key)) })
      case "GiveUp":
        return callers[line.caller % Math.max(callers.length, 1)]?.fiber.interruptUnsafe()
      case "Unpublish":
        return void begin(resolver.unpublish(line.key))
      case "Leave":
        return void begin(resolver.cancel(line.participant))
      case "Retire":
        return void begin(resolver.retire(line.trackId))
      case "Tick":
        return pass(line.millis)
    }
  }
  for (const line of lines) {
    say(line)
    if (!line.busy) settle()
  }
  settle()
  const snapshot = run(resolver.snapshot)
  const exits = callers.map(({ fiber, key }) => ({ key, exit: fiber.pollUnsafe() }))
  const open = traces[0]!
  close()
  return { changes, exits, snapshot, traces, open }
}

/** Whom a decision has answered, and with what. */
const answersOf = ({ command, outcomes, reply }: Trace.Decision): ReadonlyArray<string> => [
  ...outcomes.flatMap((outcome) =>
    outcome._tag === "Resolved" ? [`${Correlation.idOf(outcome.key)} ${outcome.trackId}`] : []
  ),
  ..."key" in command && typeof reply === "object" && "_tag" in reply
    ? reply._tag === "Answered"
      ? [`${Correlation.idOf(command.key)} ${reply.trackId}`]
      : reply._tag === "Unanswered"
      ? [`${Correlation.idOf(command.key)} ${JSON.stringify(reply.candidates)}`]
      : []
    : []
]

test("What the resolver was asked under concurrency, replayed, gives the decisions that it made", () => {
  fc.assert(
    fc.property(script, fc.constantFrom(2_048, 3, 4, 5, 7), (script, maxOps) => {
      const { changes, exits, open, snapshot, traces } = recorded(script, maxOps)
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

it.effect("A command that was refused was not obeyed, and looking expires nothing worth a line", () =>
  Effect.gen(function*() {
    const { layer, traces } = tape({ ids: "clear" })
    yield* Effect.gen(function*() {
      const resolver = yield* TrackResolver
      yield* resolver.register(track)
      yield* resolver.snapshot
      yield* Effect.exit(resolver.register({ trackId: "t1", kind: "audio" }))
      yield* resolver.resolve(camera)
    }).pipe(Effect.provide(Layer.provide(TrackResolver.layer(), layer)))
    expect(parse(traces[0]!).entries.map(({ command }) => command._tag)).toEqual(["Register", "Resolve"])
  }))

/** Two resolvers under one recorder. */
const hashed = Effect.fnUntraced(function*(salt?: Redacted.Redacted) {
  const { layer, traces } = tape({ salt })
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

/** Each id by the number of its first appearance: what is left if the names are not looked at. */
const shape = (text: string): string => {
  const seen = new Map<string, number>()
  return text.replaceAll(/(user|session|track)-[\w-]{16}|alice|bob|a1|b1|t1|t2/g, (id) => {
    if (!seen.has(id)) seen.set(id, seen.size)
    return `#${seen.get(id)}`
  })
}

it.effect("Ids are hashed: equal ones are equal within a trace, and nowhere else", () =>
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

/** The same call. */
const inClear = parse(`
  {"version":1,"ids":"clear","policy":{"timeToLive":60000,"capacity":10000,"sessionMigration":"takeOver","anonymousTracks":"unique"}}
  {"at":0,"command":{"_tag":"Resolve","key":{"userId":"alice","sessionId":"a1","trackType":"Video"}}}
  {"at":0,"command":{"_tag":"Claim","key":{"userId":"alice","sessionId":"a1","trackType":"Video"},"ticket":1}}
  {"at":0,"command":{"_tag":"Register","track":{"trackId":"t1","kind":"video","participant":{"userId":"alice","sessionId":"a1"},"trackType":"Video"}}}
  {"at":0,"command":{"_tag":"Register","track":{"trackId":"t2","kind":"audio"}}}
  {"at":0,"command":{"_tag":"Retire","trackId":"t1"}}
  {"at":0,"command":{"_tag":"Unpublish","key":{"userId":"bob","sessionId":"b1","trackType":"Audio"}}}
  {"at":0,"command":{"_tag":"Cancel","participant":{"userId":"alice","sessionId":"a1"}}}
`)

it.effect("Whoever has the salt finds the same names in each trace", () =>
  Effect.gen(function*() {
    const [one, two] = yield* hashed(Redacted.make("salt"))
    const [other] = yield* hashed(Redacted.make("pepper"))
    expect(two).toBe(one)
    expect(other).not.toBe(one)
    // HMAC-SHA-256 of "user-alice" under "salt", its first twelve bytes.
    expect(one).toContain(`"user-lXRRBevsju1yGxyM"`)
  }))

const under = <E>(options: Trace.RecorderOptions<E, never>) =>
  Layer.provide(TrackResolver.layer(), Trace.layer({ ids: "clear", ...options }))

it.effect("A slow disk holds nobody up; what it could not take is counted, and the trace ends before it", () =>
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
    }).pipe(Effect.provide(under({ write, capacity: 5 })))
    const { entries, lost } = parse(texts.join(""))
    expect({ kept: entries.length, lost }).toEqual({ kept: 5, lost: 4 })
    expect(texts.length).toBe(3)
  }))

it.effect("A disk that fails ends the trace and not the resolver", () =>
  Effect.gen(function*() {
    let writes = 0
    const write = () => Effect.suspend(() => ++writes === 1 ? Effect.void : Effect.fail("full"))
    const trackId = yield* Effect.gen(function*() {
      const resolver = yield* TrackResolver
      yield* resolver.register(track)
      yield* Effect.yieldNow
      return yield* resolver.resolve(camera)
    }).pipe(Effect.provide(under({ write })))
    expect({ trackId, writes }).toEqual({ trackId: "t1", writes: 2 })
  }))

it.effect("The edge's own resolver is recorded as well", () =>
  Effect.gen(function*() {
    const { layer, traces } = tape()
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

// --- A trace that was pasted ------------------------------------------------------------------------------------------

/** Two anonymous cameras and one who asks: not to be told apart, and when one of them has gone it is still no evidence. */
const pasted = `
  {"version":1,"ids":"hashed","policy":{"timeToLive":"Infinity","capacity":10000,"sessionMigration":"never","anonymousTracks":"unique"}}
  {"at":1000,"command":{"_tag":"Register","track":{"trackId":"track-1","kind":"video"}}}
  {"at":1001,"command":{"_tag":"Register","track":{"trackId":"track-2","kind":"video"}}}
  {"at":1500,"command":{"_tag":"Resolve","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"}}}
  {"at":1500,"command":{"_tag":"Claim","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"},"ticket":5}}

  {"at":2000,"command":{"_tag":"Retire","trackId":"track-2"}}
  {"at":11500,"command":{"_tag":"GiveUp","key":{"userId":"user-1","sessionId":"session-1","trackType":"Video"},"ticket":5,"claimed":true}}
`

test("A pasted trace is a test", () => {
  const { decisions, snapshot } = Trace.replay(parse(pasted))
  expect(decisions.map(({ reply }) => reply)).toMatchInlineSnapshot(`
    [
      true,
      true,
      {
        "_tag": "Waiting",
        "ticket": 5,
      },
      {
        "_tag": "Waiting",
        "ticket": 5,
      },
      undefined,
      {
        "_tag": "Unanswered",
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

test("A line that is no line of a trace is named", () => {
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
  expect(problemOf("\n").message).toBe("line 1 of the trace: there is no header")
  expect(problemOf(`\n\n${lines[0]}`)).toMatchObject({ _tag: "TraceLineError", line: 3 })
})

test("A trace of another version is refused as that", () => {
  expect(problemOf(pasted.replace("\"version\":1", "\"version\":2")).message)
    .toBe("a trace of version 2, where 1 can be read")
  expect(problemOf("{\"version\":\"1\",\"strange\":true}")._tag).toBe("TraceVersionError")
})
