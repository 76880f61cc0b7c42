/**
 * `Correlation` against the model: the same state after each step of thousands of random scripts.
 */
import { Correlation, formatTrackKey, kindOf } from "effect-track-resolver"
import type { BindingChange, TrackKey } from "effect-track-resolver"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { model } from "./Model.ts"
import * as Observed from "./Observed.ts"
import { play, runs, script } from "./Script.ts"
import type { PlayedCommand } from "./Script.ts"

type Command = Correlation.Command

/** The part of a reply that the model has as well. It has none for `Acquire` and `Abandon`. */
const replyOf = ({ event, step: { reply } }: PlayedCommand): string => {
  if (event._tag === "Tick" || event._tag === "End") return ""
  if (typeof reply === "string") return reply
  if (typeof reply !== "object") return ""
  if ("trackType" in reply) return formatTrackKey(reply)
  return reply._tag === "Answered" ? reply.trackId : ""
}

const isChange = (outcome: Correlation.Outcome): outcome is BindingChange =>
  outcome._tag === "Bound" || outcome._tag === "Unbound"

test("Correlation follows the laws, for any script of commands", () => {
  fc.assert(
    fc.property(script, (script) => {
      const played = Array.from(play(script))
      const results = model(played.flatMap(({ ended, event }) => [event, ...ended]), script.options)
      let next = 0
      for (const command of played) {
        const { ended, event, step: { outcomes, state } } = command
        const observed = Observed.fromLibrary(
          Correlation.snapshot(state),
          Correlation.counts(state),
          outcomes.filter(isChange),
          replyOf(command)
        )
        expect({ event, ...observed }).toEqual({ event, ...Observed.fromModel(event, results[next]!) })
        next += 1 + ended.length
      }
    }),
    runs(10_000)
  )
})

describe("Law 1: either order, same answer", () => {
  const keys = ["alice", "bob"].flatMap((userId) =>
    (["Video", "ScreenShare", "Audio"] as const).map((trackType): TrackKey => ({ userId, sessionId: "s", trackType }))
  )
  const policy: Correlation.Policy = {
    timeToLive: 1,
    capacity: 100,
    sessionMigration: "takeOver",
    anonymousTracks: "unique"
  }

  const toRegister = ({ sessionId, trackType, userId }: TrackKey, n: number): Command => ({
    _tag: "Register",
    track: { trackId: `t${n}`, kind: kindOf(trackType), participant: { userId, sessionId }, trackType }
  })

  const toResolve = (key: TrackKey): Command => ({ _tag: "Resolve", key })

  /** The registers in their own order, the nth resolve inserted at the nth position. */
  const interleave = (
    registers: ReadonlyArray<Command>,
    resolves: ReadonlyArray<Command>,
    positions: ReadonlyArray<number>
  ): ReadonlyArray<Command> => {
    const commands = [...registers]
    resolves.forEach((resolve, n) => commands.splice(positions[n]! % (commands.length + 1), 0, resolve))
    return commands
  }

  const bindingsAfter = (commands: ReadonlyArray<Command>): ReadonlyArray<string> => {
    let state = Correlation.empty(policy)
    for (const command of commands) state = Correlation.step(state, command, 0).state
    const { bound } = Correlation.snapshot(state)
    return bound.map(({ evidence, key, trackId }) => `${formatTrackKey(key)} ${trackId} ${evidence}`).sort()
  }

  test("every interleaving of registers and resolves ends in the same bindings", () => {
    const someKeys = fc.array(fc.constantFrom(...keys), { maxLength: 12 })
    const positions = fc.array(fc.nat(), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(someKeys, someKeys, positions, positions, (published, resolved, some, others) => {
        const registers = published.map(toRegister)
        const resolves = resolved.map(toResolve)
        expect(bindingsAfter(interleave(registers, resolves, some)))
          .toEqual(bindingsAfter(interleave(registers, resolves, others)))
      }),
      runs(2_000)
    )
  })
})

describe("Law 5: one track, one key", () => {
  /** Applies a change to the bindings. Fails if a key or a track would be bound twice, or the wrong track unbound. */
  const applyChange = (bound: Map<string, string>, change: BindingChange): void => {
    if (change._tag === "Bound") {
      const { key, trackId } = change.binding
      expect(Array.from(bound.keys())).not.toContain(formatTrackKey(key))
      expect(Array.from(bound.values())).not.toContain(trackId)
      bound.set(formatTrackKey(key), trackId)
    } else {
      expect(bound.get(formatTrackKey(change.key))).toBe(change.trackId)
      bound.delete(formatTrackKey(change.key))
    }
  }

  test("no key has two tracks and no track has two keys, after each single change", () => {
    fc.assert(
      fc.property(script, (script) => {
        const bound = new Map<string, string>()
        for (const { step } of play(script)) {
          for (const change of step.outcomes.filter(isChange)) applyChange(bound, change)
        }
      }),
      runs(2_000)
    )
  })
})

test("a step does not modify the state that it was given, and returns that state if nothing changes", () => {
  fc.assert(
    fc.property(script, (script) => {
      for (const { before, command, step } of play(script)) {
        const snapshot = Correlation.snapshot(before)
        Correlation.step(before, command, Math.min(Correlation.nextExpiry(before), 1_000_000))
        expect(Correlation.snapshot(before)).toEqual(snapshot)
        const justBeforeExpiry = Math.min(Correlation.nextExpiry(step.state) - 1, 1_000_000)
        const unchanged = Correlation.step(step.state, { _tag: "Expire" }, justBeforeExpiry)
        expect(unchanged).toEqual({ state: step.state, reply: undefined, outcomes: [] })
        expect(unchanged.state).toBe(step.state)
      }
    }),
    runs(500)
  )
})
