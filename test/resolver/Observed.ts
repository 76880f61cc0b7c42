/**
 * How things stand after an event and what changed by it, in words: those of the model and those of the library alike.
 */
import type { BindingChange, Correlation, TrackKey } from "effect-track-resolver"
import { nameOf } from "./Event.ts"
import type { Event } from "./Event.ts"
import type { model } from "./Model.ts"

export interface Picture {
  readonly bound: ReadonlyArray<string>
  readonly pending: ReadonlyArray<string>
  readonly waiting: ReadonlyArray<string>
  readonly inheritable: number
  /** Sorted: which of two independent pairs of one step comes first is free. */
  readonly changes: ReadonlyArray<string>
  /** A track id, or the name of a key; empty if there is neither. */
  readonly reply: string
}

const bindingLine = (key: TrackKey, trackId: string, evidence: string | undefined, published: boolean): string =>
  `${nameOf(key)} ${trackId} ${evidence}${published ? "" : " unpublished"}`

export const expected = (
  event: Event,
  { calls, changes, reply, tracks }: ReturnType<typeof model>[number]
): Picture => {
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

export const seen = (
  { bound, pending, waiting }: Correlation.Snapshot,
  { inheritable }: Pick<Correlation.Counts, "inheritable">,
  changes: ReadonlyArray<BindingChange>,
  reply: string
): Picture => ({
  bound: bound.map((it) => bindingLine(it.key, it.trackId, it.evidence, it.published)).sort(),
  pending: pending.map(({ trackId }) => trackId),
  waiting: waiting.map(({ callers, key }) => `${nameOf(key)} x${callers}`).sort(),
  inheritable,
  changes: changes.map(changeLine).sort(),
  reply
})

const changeLine = (change: BindingChange): string =>
  change._tag === "Bound"
    ? `+ ${nameOf(change.binding.key)} ${change.binding.trackId} ${change.binding.evidence}`
    : `- ${nameOf(change.key)} ${change.trackId} ${change.why}`
