/**
 * The resolver against the model: real fibers, semaphores, scopes and deadlines, on a scheduler that stands still between
 * the lines of a script; and the same scripts in one go, where fibers interrupt each other after every few operations.
 */
import { TrackResolver } from "effect-track-resolver"
import type { BindingChange, IncomingTrack, ResolveError, TrackKey } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { nothing } from "../support/resolver.ts"
import { isKey, isSession, nameOf } from "./Event.ts"
import type { Event } from "./Event.ts"
import * as Stage from "./Harness.ts"
import { model } from "./Model.ts"
import { expected, seen } from "./Observed.ts"
import { runs, script } from "./Script.ts"
import type { Line, Script } from "./Script.ts"

interface Caller {
  readonly call: number
  readonly key: TrackKey
  /** In milliseconds, from the call. */
  readonly deadline: number
  readonly fiber: Fiber.Fiber<string, ResolveError>
  gaveUp: boolean
}

/** A script on a stage: what is asked, by whom, and who has not heard yet. */
const perform = ({ options }: Script, maxOps: number) => {
  const stage = Stage.make({
    timeout: Infinity,
    pendingTimeToLive: options.timeToLive,
    pendingCapacity: options.capacity,
    sessionMigration: options.sessionMigration,
    anonymousTracks: options.anonymousTracks
  }, maxOps)
  const { resolver } = stage
  const changes: Array<BindingChange> = []
  stage.begin(Stream.runForEach(resolver.changes, (change) => Effect.sync(() => changes.push(change))))
  stage.settle()
  const callers: Array<Caller> = []
  let at = 0
  let calls = 0

  const call = (key: TrackKey): Caller => {
    const timeout = [Infinity, Infinity, 60][calls % 3]!
    const fiber = stage.begin(resolver.resolve(key, { timeout }))
    const caller = { call: ++calls, key, deadline: at + timeout, fiber, gaveUp: false }
    callers.push(caller)
    return caller
  }

  /** Begins what the line says; the event of it, and, once the stage has settled, the answer. */
  const obey = (line: Line): { readonly event: Event; readonly reply: () => string } | undefined => {
    const none = () => ""
    switch (line._tag) {
      case "Register": {
        stage.begin(resolver.register(line.track))
        return { event: { at, ...line }, reply: none }
      }
      case "Call": {
        const caller = call(line.key)
        return { event: { at, _tag: "Call", call: caller.call, key: line.key }, reply: () => answerOf(caller) ?? "" }
      }
      case "GiveUp": {
        const open = callers.filter(({ fiber }) => fiber.pollUnsafe() === undefined)
        const caller = open[line.caller % Math.max(open.length, 1)]
        if (caller === undefined) return undefined
        caller.gaveUp = true
        caller.fiber.interruptUnsafe()
        return { event: { at, _tag: "Tick" }, reply: none }
      }
      case "Unpublish": {
        const fiber = stage.begin(resolver.unpublish(line.key))
        return { event: { at, ...line }, reply: () => Option.getOrElse(valueOf(fiber), none) }
      }
      case "Leave": {
        stage.begin(resolver.cancel(line.participant))
        return { event: { at, ...line }, reply: none }
      }
      case "Retire": {
        const fiber = stage.begin(resolver.retire(line.trackId))
        return {
          event: { at, ...line },
          reply: () => Option.match(valueOf(fiber), { onNone: none, onSome: nameOf })
        }
      }
      case "Tick": {
        at += line.millis
        stage.pass(line.millis)
        return { event: { at, _tag: "Tick" }, reply: none }
      }
    }
  }

  const heard = new Set<Caller>()
  /** Who has heard since this was last asked. */
  const news = (): ReadonlyArray<Caller> => {
    const ended = callers.filter((caller) => !heard.has(caller) && caller.fiber.pollUnsafe() !== undefined)
    for (const caller of ended) heard.add(caller)
    return ended
  }

  return { stage, resolver, changes, callers, obey, news, now: () => at }
}

const valueOf = <A, E>(fiber: Fiber.Fiber<A, E>): A => {
  const exit = fiber.pollUnsafe()
  if (exit?._tag !== "Success") throw new Error("no answer")
  return exit.value
}

const answerOf = ({ fiber }: Caller): string | undefined => {
  const exit = fiber.pollUnsafe()
  return exit?._tag === "Success" ? exit.value : undefined
}

const reasonOf = (exit: Exit.Exit<string, ResolveError>): string =>
  exit._tag === "Success"
    ? exit.value
    : Cause.hasInterruptsOnly(exit.cause)
    ? "interrupted"
    : Option.match(Cause.findErrorOption(exit.cause), { onNone: () => "died", onSome: ({ _tag }) => _tag })

/** How a caller has to have ended, if what happened last was this and the key now has this track. */
const rightEnd = (caller: Caller, event: Event, trackId: string | undefined): string => {
  if (event._tag === "Unpublish" && isKey(event.key, caller.key)) return "TrackUnpublishedError"
  if (event._tag === "Leave" && isSession(event.participant, caller.key)) return "ParticipantLeftError"
  if (trackId !== undefined) return trackId
  if (caller.gaveUp) return "interrupted"
  return caller.deadline <= event.at ? "TrackTimeoutError" : "nothing, and still wait"
}

test("TrackResolver does what the laws say, on any script of calls", () => {
  fc.assert(
    fc.property(script, fc.constantFrom(2_048, 3, 4, 5), (script, maxOps) => {
      const { callers, changes, news, now, obey, resolver, stage } = perform(script, maxOps)
      const events: Array<Event> = []
      const checks: Array<(pictures: ReturnType<typeof model>) => void> = []
      for (const line of script.lines) {
        const told = changes.length
        const begun = obey(line)
        if (begun === undefined) continue
        stage.settle()
        const { event } = begun
        const reply = begun.reply()
        const first = events.push(event) - 1
        const ended = news()
        for (const { call } of ended) events.push({ at: now(), _tag: "End", call })
        const last = events.push({ at: now(), _tag: "Tick" }) - 1
        const is = seen(stage.run(resolver.snapshot), stage.run(resolver.sizes), changes.slice(told), reply)
        checks.push((pictures) => {
          const [then, settled] = [expected(event, pictures[first]!), expected(event, pictures[last]!)]
          expect({ event, ...is }).toEqual({ event, ...settled, changes: then.changes, reply: then.reply })
          for (const caller of ended) {
            const held = pictures[first]!.tracks.find((it) => it.is === "bound" && isKey(it.key!, caller.key))
            expect(reasonOf(caller.fiber.pollUnsafe()!)).toBe(rightEnd(caller, event, held?.trackId))
          }
        })
      }
      const pictures = model(events, script.options)
      for (const check of checks) check(pictures)
      stage.close()
      for (const caller of news()) expect(reasonOf(caller.fiber.pollUnsafe()!)).toBe("interrupted")
      expect(callers.filter(({ fiber }) => fiber.pollUnsafe() === undefined)).toEqual([])
    }),
    runs(2_000)
  )
})

test("Laws 2, 9, 11 and 12: all at once, every resolve ends once, and nothing stays", () => {
  fc.assert(
    fc.property(script, fc.constantFrom(2_048, 3, 4, 5, 7), (script, maxOps) => {
      const { callers, obey, resolver, stage } = perform(script, maxOps)
      for (const line of script.lines) {
        obey(line)
        if (!line.busy) stage.settle()
      }
      stage.settle()
      for (const { fiber } of callers) if (fiber.pollUnsafe() === undefined) fiber.interruptUnsafe()
      stage.settle()
      expect(callers.filter(({ fiber }) => fiber.pollUnsafe() === undefined)).toEqual([])
      expect(callers.map(({ fiber }) => reasonOf(fiber.pollUnsafe()!))).not.toContain("died")
      for (const { key } of callers) stage.run(resolver.cancel(key))
      stage.pass(Number.isFinite(script.options.timeToLive) ? script.options.timeToLive : 0)
      const { inheritable, pending, timers, ...others } = stage.run(resolver.sizes)
      expect(others).toEqual({ waiting: 0, bound: 0, locks: 0, scopes: 0, fibers: 0 })
      if (Number.isFinite(script.options.timeToLive)) {
        expect({ inheritable, pending, timers }).toEqual({ inheritable: 0, pending: 0, timers: 0 })
      }
      stage.close()
    }),
    runs(2_000)
  )
})

test("Law 11: a holder that goes gives back its claim before its permit, however often it is preempted", () => {
  for (const maxOps of [3, 4, 5, 6, 7, 8, 9, 10, 2_048]) {
    const { begin, close, resolver, run, settle } = Stage.make({}, maxOps)
    const key: TrackKey = { userId: "alice", sessionId: "a1", trackType: "Video" }
    const [holder, queued] = [1, 2].map(() => {
      const caller = begin(resolver.resolve(key))
      settle()
      return caller
    })
    holder!.interruptUnsafe()
    settle()
    run(resolver.register({ trackId: "t1", kind: "video" }))
    expect([maxOps, valueOf(queued!)]).toEqual([maxOps, "t1"])
    close()
  }
})

test("Law 9: when cancel returns, every resolve has ended, however often it is preempted", () => {
  for (const maxOps of [3, 4, 5, 6, 7, 8, 9, 10, 2_048]) {
    const { begin, close, resolver, run, settle } = Stage.make({}, maxOps)
    const key: TrackKey = { userId: "alice", sessionId: "a1", trackType: "Video" }
    const callers = [1, 2, 3].map(() => begin(resolver.resolve(key)))
    settle()
    const sizes = run(Effect.andThen(resolver.cancel(key), resolver.sizes))
    expect({ maxOps, ...sizes }).toEqual({ maxOps, ...nothing })
    expect(callers.map((caller) => reasonOf(caller.pollUnsafe()!))).toEqual(callers.map(() => "ParticipantLeftError"))
    close()
  }
})

/** Plays a resolve and the end of its resolver at once, and preempts whoever comes to the nth operation. */
const atClosing = (nth: number, timeout: number, tracks: ReadonlyArray<IncomingTrack>, isFirst: boolean) => {
  let operations = Infinity
  const { begin, run, settle } = Stage.make({}, () => operations-- === 0)
  const scope = Scope.makeUnsafe()
  const resolver = run(Scope.provide(TrackResolver.make(), scope))
  for (const track of tracks) run(resolver.register(track))
  operations = nth
  const key: TrackKey = { userId: "alice", sessionId: "a1", trackType: "Video" }
  const resolve = () => begin(resolver.resolve(key, { timeout }))
  const first = isFirst ? resolve() : undefined
  begin(Scope.close(scope, Exit.void))
  const caller = first ?? resolve()
  settle()
  operations = Infinity
  return { end: caller.pollUnsafe() && reasonOf(caller.pollUnsafe()!), sizes: run(resolver.sizes) }
}

test("Law 14: a resolve that looks but once ends as well, wherever closing comes in between", () => {
  for (let nth = 0; nth < 30; nth++) {
    const { end, sizes } = atClosing(nth, 0, [], true)
    expect(["TrackTimeoutError", "interrupted"]).toContain(end)
    expect({ nth, ...sizes }).toEqual({ nth, ...nothing })
  }
})

test("Law 14: a step that turns off the timer for which closing waits brings nothing back", () => {
  for (let nth = 0; nth < 30; nth++) {
    const { end, sizes } = atClosing(nth, 60, [{ trackId: "t1", kind: "video" }], false)
    expect(["t1", "interrupted"]).toContain(end)
    expect({ nth, ...sizes }).toEqual({ nth, ...nothing })
  }
})
