/**
 * The pure core against the model: after every step of thousands of random scripts, the same picture.
 */
import { Correlation } from "effect-track-resolver"
import type { TrackKey } from "effect-track-resolver"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { nameOf } from "./Event.ts"
import type { Event } from "./Event.ts"
import { model } from "./Model.ts"
import { play, script } from "./Script.ts"
import type { Played } from "./Script.ts"

/** What is to be seen after an event, in words. */
interface Picture {
  readonly bound: ReadonlyArray<string>
  readonly pending: ReadonlyArray<string>
  readonly waiting: ReadonlyArray<string>
  readonly inheritable: number
  readonly changes: ReadonlyArray<string>
  readonly reply: string
}

const bindingLine = (key: TrackKey, trackId: string, evidence: string | undefined, published: boolean) =>
  `${nameOf(key)} ${trackId} ${evidence}${published ? "" : " unpublished"}`

const expected = (event: Event, { calls, changes, reply, tracks }: ReturnType<typeof model>[number]): Picture => {
  const bound = tracks.filter(({ is }) => is === "bound")
  const waiting = calls.map(({ key }) => nameOf(key)).filter((name) => bound.every(({ key }) => nameOf(key!) !== name))
  const callers = Map.groupBy(waiting, (name) => name)
  return {
    bound: bound.map((it) => bindingLine(it.key!, it.trackId, it.evidence, it.unpublishedAt === undefined)).sort(),
    pending: tracks.filter(({ is }) => is === "pending").map(({ trackId }) => trackId),
    waiting: Array.from(callers, ([name, calls]) => `${name} x${calls.length}`).sort(),
    inheritable: tracks.filter(({ is }) => is === "left").length,
    changes: changes.toSorted(),
    reply: reply === undefined ? "" : event._tag === "Retire" ? nameOf(reply.key!) : reply.trackId
  }
}

const changeLine = (outcome: Correlation.Outcome): ReadonlyArray<string> => {
  switch (outcome._tag) {
    case "Bound": {
      const { evidence, key, trackId } = outcome.binding
      return [`+ ${nameOf(key)} ${trackId} ${evidence}`]
    }
    case "Unbound":
      return [`- ${nameOf(outcome.key)} ${outcome.trackId} ${outcome.why}`]
    default:
      return []
  }
}

/** Of what was asked; a queued caller's turn and a caller's end have replies that the model knows nothing of. */
const replyLine = ({ event, step: { reply } }: Played): string => {
  if (event._tag === "Tick" || event._tag === "End") return ""
  if (typeof reply !== "object") return typeof reply === "string" ? reply : ""
  return "trackType" in reply ? nameOf(reply) : reply._tag === "Answered" ? reply.trackId : ""
}

const seen = (played: Played): Picture => {
  const { outcomes, state } = played.step
  const { bound, pending, waiting } = Correlation.picture(state)
  return {
    bound: bound.map((it) => bindingLine(it.key, it.trackId, it.evidence, it.published)).sort(),
    pending: pending.map(({ trackId }) => trackId),
    waiting: waiting.map(({ callers, key }) => `${nameOf(key)} x${callers}`).sort(),
    inheritable: Correlation.counts(state).inheritable,
    changes: outcomes.flatMap(changeLine).sort(),
    reply: replyLine(played)
  }
}

test("Correlation does what the laws say, on any script of commands", () => {
  fc.assert(
    fc.property(script, (script) => {
      const played = Array.from(play(script))
      const events: Array<Event> = played.flatMap(({ ended, event }) => [event, ...ended])
      const pictures = model(events, script.options)
      let next = 0
      for (const it of played) {
        expect({ event: it.event, ...seen(it) }).toEqual({ event: it.event, ...expected(it.event, pictures[next]!) })
        next += 1 + it.ended.length
      }
    }),
    { numRuns: 20_000 }
  )
})
