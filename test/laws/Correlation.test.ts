/**
 * The pure core against the model: after every step of thousands of random scripts, the same picture.
 */
import { Correlation } from "effect-track-resolver"
import type { BindingChange } from "effect-track-resolver"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { nameOf } from "./Event.ts"
import { model } from "./Model.ts"
import { expected, seen } from "./Picture.ts"
import { play, script } from "./Script.ts"
import type { Played } from "./Script.ts"

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
          ...seen(Correlation.picture(state), Correlation.counts(state), outcomes.filter(isChange), replyOf(it))
        }).toEqual({ event, ...expected(event, pictures[next]!) })
        next += 1 + it.ended.length
      }
    }),
    { numRuns: 20_000 }
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
    { numRuns: 2_000 }
  )
})

test("a step leaves the state that it was given as it was, and gives it back if nothing changes", () => {
  fc.assert(
    fc.property(script, (script) => {
      for (const { before, command, step } of play(script)) {
        const picture = Correlation.picture(before)
        Correlation.step(before, command, Correlation.nextExpiry(before))
        expect(Correlation.picture(before)).toEqual(picture)
        const still = Correlation.step(step.state, { _tag: "Expire" }, Correlation.nextExpiry(step.state) - 1)
        expect(still).toEqual({ state: step.state, reply: undefined, outcomes: [] })
        expect(still.state).toBe(step.state)
      }
    }),
    { numRuns: 500 }
  )
})
