/**
 * The pure core against the model: after every step of thousands of random scripts, the same picture.
 */
import { Correlation, kindOf } from "effect-track-resolver"
import type { BindingChange, TrackKey } from "effect-track-resolver"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { nameOf } from "./Event.ts"
import { model } from "./Model.ts"
import { expected, seen } from "./Observed.ts"
import { play, runs, script } from "./Script.ts"
import type { Played } from "./Script.ts"

type Command = Correlation.Command

/** Of what was asked; a queued caller's turn and a caller's end have replies that the model knows nothing of. */
const replyOf = ({ event, step: { reply } }: Played): string => {
  if (event._tag === "Tick" || event._tag === "End") return ""
  if (typeof reply !== "object") return typeof reply === "string" ? reply : ""
  return "trackType" in reply ? nameOf(reply) : reply._tag === "Answered" ? reply.trackId : ""
}

const isChange = (outcome: Correlation.Outcome): outcome is BindingChange =>
  outcome._tag === "Bound" || outcome._tag === "Unbound"

test("Correlation does what the laws say, on any script of commands", () => {
  fc.assert(
    fc.property(script, (script) => {
      const played = Array.from(play(script))
      const pictures = model(played.flatMap(({ ended, event }) => [event, ...ended]), script.options)
      let next = 0
      for (const it of played) {
        const { event, step: { outcomes, state } } = it
        expect({
          event,
          ...seen(Correlation.snapshot(state), Correlation.counts(state), outcomes.filter(isChange), replyOf(it))
        }).toEqual({ event, ...expected(event, pictures[next]!) })
        next += 1 + it.ended.length
      }
    }),
    runs(10_000)
  )
})

test("Law 1: either order, same answer", () => {
  const keys = ["alice", "bob"].flatMap((userId) =>
    (["Video", "ScreenShare", "Audio"] as const).map((trackType): TrackKey => ({ userId, sessionId: "s", trackType }))
  )
  const someKeys = fc.array(fc.constantFrom(...keys), { maxLength: 12 })
  /** The registers in their own order, the resolves anywhere between them. */
  const interleave = (registers: ReadonlyArray<Command>, resolves: ReadonlyArray<Command>, places: Array<number>) => {
    const commands = [...registers]
    resolves.forEach((resolve, n) => commands.splice(places[n]! % (commands.length + 1), 0, resolve))
    const run = (state: Correlation.Correlation, command: Command) => Correlation.step(state, command, 0).state
    const { bound } = Correlation.snapshot(
      commands.reduce(
        run,
        Correlation.empty({
          timeToLive: 1,
          capacity: 100,
          sessionMigration: "takeOver",
          anonymousTracks: "unique"
        })
      )
    )
    return bound.map(({ evidence, key, trackId }) => `${nameOf(key)} ${trackId} ${evidence}`).sort()
  }
  const places = fc.array(fc.nat(), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(someKeys, someKeys, places, places, (published, asked, somewhere, elsewhere) => {
      const registers = published.map(({ sessionId, trackType, userId }, n): Command => ({
        _tag: "Register",
        track: {
          trackId: `t${n}`,
          kind: kindOf(trackType),
          participant: { userId, sessionId },
          trackType
        }
      }))
      const resolves = asked.map((key): Command => ({ _tag: "Resolve", key }))
      expect(interleave(registers, resolves, somewhere)).toEqual(interleave(registers, resolves, elsewhere))
    }),
    runs(2_000)
  )
})

/** What is bound to what after these changes; throws of one that cannot be. */
const follow = (bound: Map<string, string>, change: BindingChange): void => {
  if (change._tag === "Bound") {
    const { key, trackId } = change.binding
    expect([nameOf(key), ...bound.keys()]).toHaveLength(new Set([nameOf(key), ...bound.keys()]).size)
    expect([trackId, ...bound.values()]).toHaveLength(new Set([trackId, ...bound.values()]).size)
    bound.set(nameOf(key), trackId)
  } else {
    expect(bound.get(nameOf(change.key))).toBe(change.trackId)
    bound.delete(nameOf(change.key))
  }
}

test("Law 5: one track, one key, and the reverse, after each single change", () => {
  fc.assert(
    fc.property(script, (script) => {
      const bound = new Map<string, string>()
      for (const { step } of play(script)) step.outcomes.filter(isChange).forEach((change) => follow(bound, change))
    }),
    runs(2_000)
  )
})

test("a step leaves the state that it was given as it was, and gives it back if nothing changes", () => {
  fc.assert(
    fc.property(script, (script) => {
      for (const { before, command, step } of play(script)) {
        const picture = Correlation.snapshot(before)
        Correlation.step(before, command, Math.min(Correlation.nextExpiry(before), 1_000_000))
        expect(Correlation.snapshot(before)).toEqual(picture)
        const justBefore = Math.min(Correlation.nextExpiry(step.state) - 1, 1_000_000)
        const still = Correlation.step(step.state, { _tag: "Expire" }, justBefore)
        expect(still).toEqual({ state: step.state, reply: undefined, outcomes: [] })
        expect(still.state).toBe(step.state)
      }
    }),
    runs(500)
  )
})
