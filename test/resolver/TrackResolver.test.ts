/**
 * `TrackResolver` against the model, with real fibers, semaphores, scopes and deadlines. The scheduler stops between the
 * actions of a script, or yields to another fiber after every few operations.
 */
import { formatTrackKey, TrackResolver } from "effect-track-resolver"
import type { BindingChange, IncomingTrack, ResolveError, TrackKey } from "effect-track-resolver"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { nothing } from "../support/resolver.ts"
import { isKey, isSession } from "./Event.ts"
import type { Event } from "./Event.ts"
import * as Harness from "./Harness.ts"
import { model } from "./Model.ts"
import type { Result } from "./Model.ts"
import * as Observed from "./Observed.ts"
import { runs, script } from "./Script.ts"
import type { Action, Script } from "./Script.ts"

interface Caller {
  readonly call: number
  readonly key: TrackKey
  /** Milliseconds of the clock. */
  readonly deadline: number
  readonly fiber: Fiber.Fiber<string, ResolveError>
  gaveUp: boolean
}

/** An action that has started. `reply` is available after a flush. */
interface Started {
  readonly event: Event
  readonly reply: () => string
}

const valueOf = <A, E>(fiber: Fiber.Fiber<A, E>): A => {
  const exit = fiber.pollUnsafe()
  if (exit?._tag !== "Success") throw new Error("the fiber has no value")
  return exit.value
}

/** The track id, or the reason why there is none. */
const outcomeOf = (exit: Exit.Exit<string, ResolveError>): string => {
  if (exit._tag === "Success") return exit.value
  if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
  return Option.match(Cause.findErrorOption(exit.cause), { onNone: () => "died", onSome: ({ _tag }) => _tag })
}

const hasEnded = ({ fiber }: Caller): boolean => fiber.pollUnsafe() !== undefined

const noReply = () => ""

/** Performs the actions of a script on a resolver. */
class Performer {
  readonly harness: Harness.Harness
  readonly changes: Array<BindingChange> = []
  readonly callers: Array<Caller> = []
  now = 0
  private readonly reported = new Set<Caller>()

  constructor({ options }: Script, yieldAfter: number) {
    this.harness = Harness.make({
      timeout: Infinity,
      pendingTimeToLive: options.timeToLive,
      pendingCapacity: options.capacity,
      sessionMigration: options.sessionMigration,
      anonymousTracks: options.anonymousTracks
    }, yieldAfter)
    const { flush, resolver, start } = this.harness
    start(Stream.runForEach(resolver.changes, (change) => Effect.sync(() => this.changes.push(change))))
    flush()
  }

  /** Undefined if there is no caller that could give up. */
  start(action: Action): Started | undefined {
    const { advance, resolver, start } = this.harness
    const { now: at } = this
    switch (action._tag) {
      case "Register": {
        start(resolver.register(action.track))
        return { event: { at, ...action }, reply: noReply }
      }
      case "Call":
        return this.call(action.key)
      case "GiveUp":
        return this.giveUp(action.caller)
      case "Unpublish": {
        const fiber = start(resolver.unpublish(action.key))
        return { event: { at, ...action }, reply: () => Option.getOrElse(valueOf(fiber), noReply) }
      }
      case "Leave": {
        start(resolver.cancel(action.participant))
        return { event: { at, ...action }, reply: noReply }
      }
      case "Retire": {
        const fiber = start(resolver.retire(action.trackId))
        const reply = () => Option.match(valueOf(fiber), { onNone: noReply, onSome: formatTrackKey })
        return { event: { at, ...action }, reply }
      }
      case "Tick": {
        this.now += action.millis
        advance(action.millis)
        return { event: { at: this.now, _tag: "Tick" }, reply: noReply }
      }
    }
  }

  /** Every third call has a deadline of 60 ms. */
  private call(key: TrackKey): Started {
    const call = this.callers.length + 1
    const timeout = call % 3 === 0 ? 60 : Infinity
    const fiber = this.harness.start(this.harness.resolver.resolve(key, { timeout }))
    this.callers.push({ call, key, deadline: this.now + timeout, fiber, gaveUp: false })
    const reply = () => {
      const exit = fiber.pollUnsafe()
      return exit?._tag === "Success" ? exit.value : ""
    }
    return { event: { at: this.now, _tag: "Call", call, key }, reply }
  }

  private giveUp(index: number): Started | undefined {
    const waiting = this.callers.filter((caller) => !hasEnded(caller))
    const caller = waiting[index % Math.max(waiting.length, 1)]
    if (caller === undefined) return undefined
    caller.gaveUp = true
    caller.fiber.interruptUnsafe()
    return { event: { at: this.now, _tag: "Tick" }, reply: noReply }
  }

  /** The callers that have ended since the last call of this method. */
  newlyEnded(): ReadonlyArray<Caller> {
    const ended = this.callers.filter((caller) => !this.reported.has(caller) && hasEnded(caller))
    for (const caller of ended) this.reported.add(caller)
    return ended
  }
}

/** How a caller must have ended, if this event ended it and its key is now bound to this track. */
const expectedOutcome = (caller: Caller, event: Event, trackId: string | undefined): string => {
  if (event._tag === "Unpublish" && isKey(event.key, caller.key)) return "TrackUnpublishedError"
  if (event._tag === "Leave" && isSession(event.participant, caller.key)) return "ParticipantLeftError"
  if (trackId !== undefined) return trackId
  if (caller.gaveUp) return "interrupted"
  return caller.deadline <= event.at ? "TrackTimeoutError" : "still waiting"
}

const boundTrackOf = ({ tracks }: Result, key: TrackKey): string | undefined =>
  tracks.find((track) => track.location === "bound" && isKey(track.key!, key))?.trackId

test("TrackResolver follows the laws, for any script of calls", () => {
  fc.assert(
    fc.property(script, fc.constantFrom(2_048, 3, 4, 5), (script, yieldAfter) => {
      const performer = new Performer(script, yieldAfter)
      const { callers, changes, harness } = performer
      const events: Array<Event> = []
      const checks: Array<(results: ReadonlyArray<Result>) => void> = []
      for (const action of script.actions) {
        const changesBefore = changes.length
        const started = performer.start(action)
        if (started === undefined) continue
        harness.flush()
        const { event } = started
        const reply = started.reply()
        const ended = performer.newlyEnded()
        const first = events.push(event) - 1
        for (const { call } of ended) events.push({ at: performer.now, _tag: "End", call })
        const last = events.push({ at: performer.now, _tag: "Tick" }) - 1
        const observed = Observed.fromLibrary(
          harness.run(harness.resolver.snapshot),
          harness.run(harness.resolver.sizes),
          changes.slice(changesBefore),
          reply
        )
        checks.push((results) => {
          const atEvent = Observed.fromModel(event, results[first]!)
          const afterEnds = Observed.fromModel(event, results[last]!)
          expect({ event, ...observed })
            .toEqual({ event, ...afterEnds, changes: atEvent.changes, reply: atEvent.reply })
          for (const caller of ended) {
            const trackId = boundTrackOf(results[first]!, caller.key)
            expect(outcomeOf(caller.fiber.pollUnsafe()!)).toBe(expectedOutcome(caller, event, trackId))
          }
        })
      }
      const results = model(events, script.options)
      for (const check of checks) check(results)
      harness.close()
      for (const caller of performer.newlyEnded()) expect(outcomeOf(caller.fiber.pollUnsafe()!)).toBe("interrupted")
      expect(callers.filter((caller) => !hasEnded(caller))).toEqual([])
    }),
    runs(2_000)
  )
})

test("Laws 2, 9, 11 and 12: under preemption every resolve ends once, and nothing is left", () => {
  fc.assert(
    fc.property(script, fc.constantFrom(2_048, 3, 4, 5, 7), (script, yieldAfter) => {
      const performer = new Performer(script, yieldAfter)
      const { callers, harness: { advance, close, flush, resolver, run } } = performer
      const { timeToLive } = script.options
      for (const action of script.actions) {
        performer.start(action)
        if (!action.overlapsNext) flush()
      }
      flush()
      for (const caller of callers) if (!hasEnded(caller)) caller.fiber.interruptUnsafe()
      flush()
      expect(callers.filter((caller) => !hasEnded(caller))).toEqual([])
      expect(callers.map(({ fiber }) => outcomeOf(fiber.pollUnsafe()!))).not.toContain("died")
      for (const { key } of callers) run(resolver.cancel(key))
      advance(Number.isFinite(timeToLive) ? timeToLive : 0)
      const { inheritable, pending, timers, ...others } = run(resolver.sizes)
      expect(others).toEqual({ waiting: 0, bound: 0, locks: 0, scopes: 0, fibers: 0 })
      if (Number.isFinite(timeToLive)) {
        expect({ inheritable, pending, timers }).toEqual({ inheritable: 0, pending: 0, timers: 0 })
      }
      close()
    }),
    runs(2_000)
  )
})

const camera: TrackKey = { userId: "alice", sessionId: "a1", trackType: "Video" }

const yields = [3, 4, 5, 6, 7, 8, 9, 10, 2_048]

describe("Law 9: leave ends everything", () => {
  test.each(yields)("when cancel returns, every resolve has ended, with a yield after %d operations", (yieldAfter) => {
    const { close, flush, resolver, run, start } = Harness.make({}, yieldAfter)
    const callers = [1, 2, 3].map(() => start(resolver.resolve(camera)))
    flush()
    expect(run(Effect.andThen(resolver.cancel(camera), resolver.sizes))).toEqual(nothing)
    expect(callers.map((caller) => outcomeOf(caller.pollUnsafe()!))).toEqual(callers.map(() => "ParticipantLeftError"))
    close()
  })
})

describe("Law 11: nothing is lost to interruption", () => {
  test.each(yields)(
    "an interrupted holder abandons its call before it releases the permit, with a yield after %d operations",
    (yieldAfter) => {
      const { close, flush, resolver, run, start } = Harness.make({}, yieldAfter)
      const [holder, queued] = [1, 2].map(() => {
        const caller = start(resolver.resolve(camera))
        flush()
        return caller
      })
      holder!.interruptUnsafe()
      flush()
      run(resolver.register({ trackId: "t1", kind: "video" }))
      expect(valueOf(queued!)).toBe("t1")
      close()
    }
  )
})

describe("Law 14: closing the scope interrupts the resolves in flight", () => {
  /** A resolve and the closing of its resolver run concurrently, with one yield before the nth operation. */
  const closeWhileResolving = (
    nth: number,
    { isResolveFirst, timeout, tracks }: {
      readonly isResolveFirst: boolean
      readonly timeout: number
      readonly tracks: ReadonlyArray<IncomingTrack>
    }
  ) => {
    let operationsLeft = Infinity
    const { flush, run, start } = Harness.make({}, () => operationsLeft-- === 0)
    const scope = Scope.makeUnsafe()
    const resolver = run(Scope.provide(TrackResolver.make(), scope))
    for (const track of tracks) run(resolver.register(track))
    operationsLeft = nth
    const resolve = () => start(resolver.resolve(camera, { timeout }))
    const first = isResolveFirst ? resolve() : undefined
    start(Scope.close(scope, Exit.void))
    const caller = first ?? resolve()
    flush()
    operationsLeft = Infinity
    const exit = caller.pollUnsafe()
    return { outcome: exit && outcomeOf(exit), sizes: run(resolver.sizes) }
  }

  const positions = Array.from({ length: 30 }, (_, n) => n)

  test("a resolve with a timeout of 0 ends, wherever the closing comes between", () => {
    for (const nth of positions) {
      const options = { isResolveFirst: true, timeout: 0, tracks: [] }
      const { outcome, sizes } = closeWhileResolving(nth, options)
      expect(["TrackTimeoutError", "interrupted"]).toContain(outcome)
      expect({ nth, ...sizes }).toEqual({ nth, ...nothing })
    }
  })

  test("a step that stops the expiry timer leaves nothing, while closing waits for that timer", () => {
    for (const nth of positions) {
      const options = { isResolveFirst: false, timeout: 60, tracks: [{ trackId: "t1", kind: "video" }] } as const
      const { outcome, sizes } = closeWhileResolving(nth, options)
      expect(["t1", "interrupted"]).toContain(outcome)
      expect({ nth, ...sizes }).toEqual({ nth, ...nothing })
    }
  })
})
