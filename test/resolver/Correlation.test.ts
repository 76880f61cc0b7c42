/**
 * `Correlation` against the model: the same state after each step of thousands of random scripts.
 */
import { Correlation, formatTrackKey, kindOf } from "effect-track-resolver"
import type { BindingChange, TrackKey } from "effect-track-resolver"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { limitOf, runs } from "../support/runs.ts"
import { compare, isChange } from "./compare.ts"
import { play, script as anyScript, scriptsByPolicy } from "./Script.ts"
import type { Script } from "./Script.ts"
import { scripts } from "./scripts.ts"

type Command = Correlation.Command

const expectAgreement = (script: Script): void => {
  const difference = compare(script)
  expect(difference?.library).toEqual(difference?.model)
}

// Not `test.each`, which shortens the text of a name.
for (const { name, script } of scripts) {
  test(`Correlation follows the laws in this script: ${name}`, () => expectAgreement(script))
}

for (const { policy, scripts } of scriptsByPolicy) {
  test(
    `Correlation follows the laws, for any script with ${policy}`,
    { timeout: limitOf(2_000) },
    () => fc.assert(fc.property(scripts, expectAgreement), runs(2_000))
  )
}

test("random scripts make bindings of every evidence, end them for every reason, and contain every command", () => {
  const seen = new Set<string>()
  for (const script of fc.sample(anyScript, { numRuns: 500, seed: 1 })) {
    for (const { command, step: { outcomes } } of play(script)) {
      seen.add(command._tag)
      for (const outcome of outcomes) {
        seen.add(outcome._tag)
        if (outcome._tag === "Bound") seen.add(outcome.binding.evidence)
        if (outcome._tag === "Unbound") seen.add(outcome.why)
      }
    }
  }
  const commands = ["Register", "Resolve", "Acquire", "Abandon", "Unpublish", "Cancel", "Retire", "Expire"]
  const outcomes = ["Bound", "Unbound", "Resolved", "Unpublished", "Left", "Expired", "Evicted"]
  const evidence = ["Exact", "Kind", "Inherited", "Anonymous"]
  const reasons = ["Superseded", "Contradicted", "Migrated", "Retired", "Left"]
  expect(Array.from(seen)).toEqual(expect.arrayContaining([...commands, ...outcomes, ...evidence, ...reasons]))
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
      fc.property(anyScript, (script) => {
        const bound = new Map<string, string>()
        for (const { step } of play(script)) {
          for (const change of step.outcomes.filter(isChange)) applyChange(bound, change)
        }
      }),
      runs(2_000)
    )
  })
})

describe("Law 12: nothing outlives its reason", () => {
  describe("if the clock steps back, a track that became pending or was left later does not expire earlier", () => {
    const policy = { timeToLive: 100, capacity: 9, sessionMigration: "takeOver", anonymousTracks: "unique" } as const
    const play = (commands: ReadonlyArray<readonly [at: number, command: Command]>): Correlation.State =>
      commands.reduce((state, [at, command]) => Correlation.step(state, command, at).state, Correlation.empty(policy))
    const names = ["first", "second", "third"] as const
    // The first of the three expires before the second one.
    const times = [500, 550, 500] as const
    const withoutOthers = names.slice(0, 2).map((trackId) => [550, { _tag: "Retire", trackId }] as const)

    test("pending", () => {
      const registered = names.map((trackId, n) =>
        [times[n]!, { _tag: "Register", track: { trackId, kind: "video" } }] as const
      )
      expect(Correlation.nextExpiry(play(registered))).toBe(600)
      expect(Correlation.nextExpiry(play([...registered, ...withoutOthers]))).toBe(650)
    })

    test("left", () => {
      const keys = names.map((userId): TrackKey => ({ userId, sessionId: "s", trackType: "Video" }))
      const bound = keys.flatMap((key, n) =>
        [
          { _tag: "Register", track: { trackId: names[n]!, kind: "video", participant: key, trackType: "Video" } },
          { _tag: "Resolve", key }
        ] as const
      ).map((command) => [0, command] as const)
      const left = keys.map((key, n) => [times[n]!, { _tag: "Cancel", participant: key }] as const)
      expect(Correlation.nextExpiry(play([...bound, ...left]))).toBe(600)
      expect(Correlation.nextExpiry(play([...bound, ...left, ...withoutOthers]))).toBe(650)
    })
  })
})

test("a command that changes nothing returns the state that it was given", () => {
  const alice = { userId: "alice", sessionId: "a1" }
  const bound: TrackKey = { ...alice, trackType: "Video" }
  const unpublished: TrackKey = { ...alice, trackType: "Audio" }
  const track = { trackId: "t1", kind: "video", participant: alice, trackType: "Video" } as const
  const setUp: ReadonlyArray<Command> = [
    { _tag: "Register", track },
    { _tag: "Resolve", key: bound },
    { _tag: "Register", track: { trackId: "t2", kind: "audio", participant: alice, trackType: "Audio" } },
    { _tag: "Resolve", key: unpublished },
    { _tag: "Unpublish", key: unpublished },
    { _tag: "Register", track: { trackId: "t3", kind: "video" } }
  ]
  const empty = Correlation.empty({
    timeToLive: 100,
    capacity: 9,
    sessionMigration: "takeOver",
    anonymousTracks: "unique"
  })
  const state = setUp.reduce((state, command) => Correlation.step(state, command, 0).state, empty)
  const nobody = { userId: "nobody", sessionId: "n1" }
  const commands: ReadonlyArray<Command> = [
    { _tag: "Register", track },
    { _tag: "Register", track: { trackId: "t1", kind: "video" } },
    { _tag: "Register", track: { trackId: "t1", kind: "audio" } },
    { _tag: "Register", track: { trackId: "t3", kind: "video" } },
    { _tag: "Resolve", key: bound },
    { _tag: "Acquire", key: bound, generation: 1 },
    { _tag: "Abandon", key: bound, generation: 1, isHolder: true },
    { _tag: "Unpublish", key: unpublished },
    { _tag: "Unpublish", key: { ...nobody, trackType: "Video" } },
    { _tag: "Cancel", participant: nobody },
    { _tag: "Retire", trackId: "unknown" },
    { _tag: "Expire" }
  ]
  for (const command of commands) {
    const step = Correlation.step(state, command, 99)
    expect(step.state, JSON.stringify(command)).toBe(state)
    expect(step.outcomes).toEqual([])
  }
  expect(Correlation.step(state, { _tag: "Abandon", key: bound, generation: 1, isHolder: true }, 99).reply)
    .toEqual({ _tag: "Superseded" })
})

test("the commands of a change have the replies and the outcomes of a step each, and end in the same state", () => {
  fc.assert(
    fc.property(anyScript, fc.integer({ min: 2, max: 5 }), (script, size) => {
      const commands = Array.from(play(script), ({ command }) => command)
      let before = Correlation.empty(script.options)
      for (let at = 0; at < commands.length; at += size) {
        const change = Correlation.change(before, 0)
        let state = before
        const outcomes: Array<Correlation.Outcome> = []
        for (const command of commands.slice(at, at + size)) {
          const step = Correlation.step(state, command, 0)
          expect(change.apply(command)).toEqual(step.reply)
          outcomes.push(...step.outcomes)
          state = step.state
        }
        expect(change.outcomes).toEqual(outcomes)
        expect(Correlation.snapshot(change.state)).toEqual(Correlation.snapshot(state))
        before = change.state
      }
    }),
    runs(500)
  )
})

test("a snapshot lists the longest waiting key first", () => {
  const keys = ["one", "two", "three", "four"].flatMap((userId) =>
    (["Video", "Audio"] as const).map((trackType): TrackKey => ({ userId, sessionId: "s", trackType }))
  )
  const empty = Correlation.empty({
    timeToLive: 100,
    capacity: 9,
    sessionMigration: "takeOver",
    anonymousTracks: "unique"
  })
  const state = keys.reduce((state, key) => Correlation.step(state, { _tag: "Resolve", key }, 0).state, empty)
  expect(Correlation.snapshot(state).waiting).toEqual(keys.map((key) => ({ key, callers: 1 })))
})

test("a step does not modify the state that it was given, and returns that state if nothing changes", () => {
  fc.assert(
    fc.property(anyScript, (script) => {
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
