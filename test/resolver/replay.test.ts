/**
 * Random scripts: a trace contains everything that determines the decisions of a resolver.
 */
import { Correlation, Trace } from "effect-track-resolver"
import type { BindingChange, ResolveError, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { runs } from "../support/runs.ts"
import * as Harness from "./Harness.ts"
import { memory, parse } from "./Recording.ts"
import { play, script } from "./Script.ts"
import type { Action, Script } from "./Script.ts"

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
