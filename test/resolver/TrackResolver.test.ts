/**
 * `TrackResolver` against the model, with real fibers, semaphores, scopes and deadlines. The scheduler stops between the
 * actions of a script, or yields to another fiber after every few operations.
 */
import { formatTrackKey } from "effect-track-resolver"
import type { BindingChange, ResolveError, TrackKey } from "effect-track-resolver"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { runs } from "../support/runs.ts"
import { isKey, isSession } from "./Event.ts"
import type { Event } from "./Event.ts"
import * as Harness from "./Harness.ts"
import { model } from "./Model.ts"
import type { Result } from "./Model.ts"
import * as Observed from "./Observed.ts"
import { script } from "./Script.ts"
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
        return { event: { at, ...action }, reply: () => Option.getOrElse(Harness.valueOf(fiber), noReply) }
      }
      case "Leave": {
        start(resolver.cancel(action.participant))
        return { event: { at, ...action }, reply: noReply }
      }
      case "Retire": {
        const fiber = start(resolver.retire(action.trackId))
        const reply = () => Option.match(Harness.valueOf(fiber), { onNone: noReply, onSome: formatTrackKey })
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
            expect(Harness.outcomeOf(caller.fiber.pollUnsafe()!)).toBe(expectedOutcome(caller, event, trackId))
          }
        })
      }
      const results = model(events, script.options)
      for (const check of checks) check(results)
      harness.close()
      for (const caller of performer.newlyEnded()) {
        expect(Harness.outcomeOf(caller.fiber.pollUnsafe()!)).toBe("interrupted")
      }
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
      expect(callers.map(({ fiber }) => Harness.outcomeOf(fiber.pollUnsafe()!))).not.toContain("died")
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
