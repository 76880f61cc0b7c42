/**
 * The state after an event and what the event changed, as text: once from the model, once from the library.
 */
import { formatTrackKey } from "effect-track-resolver"
import type { BindingChange, Correlation, TrackKey } from "effect-track-resolver"
import type { Event } from "./Event.ts"
import type { Result } from "./Model.ts"

export interface Observed {
  /** The oldest binding first. */
  readonly bound: ReadonlyArray<string>
  readonly pending: ReadonlyArray<string>
  readonly waiting: ReadonlyArray<string>
  readonly inheritable: number
  /** Sorted, because the order of two independent pairs of one step is not specified. */
  readonly changes: ReadonlyArray<string>
  /** A track id, or a key; empty if there is neither. */
  readonly reply: string
}

const formatBinding = (
  key: TrackKey,
  trackId: string,
  evidence: string | undefined,
  isPublished: boolean
): string => `${formatTrackKey(key)} ${trackId} ${evidence}${isPublished ? "" : " unpublished"}`

export const formatChange = (change: BindingChange): string =>
  change._tag === "Bound"
    ? `+ ${formatTrackKey(change.binding.key)} ${change.binding.trackId} ${change.binding.evidence}`
    : `- ${formatTrackKey(change.key)} ${change.trackId} ${change.why}`

const formatReply = (event: Event, reply: Result["reply"]): string => {
  if (reply === undefined) return ""
  return event._tag === "Retire" ? formatTrackKey(reply.key!) : reply.trackId
}

export const fromModel = (event: Event, { calls, changes, reply, tracks }: Result): Observed => {
  const bound = tracks.filter(({ location }) => location === "bound")
  const boundKeys = new Set(bound.map(({ key }) => formatTrackKey(key!)))
  const waiting = calls.map(({ key }) => formatTrackKey(key)).filter((key) => !boundKeys.has(key))
  const callers = Map.groupBy(waiting, (key) => key)
  return {
    bound: bound
      .toSorted((a, b) => a.bindingOrder - b.bindingOrder)
      .map(({ evidence, key, trackId, unpublishOrder }) =>
        formatBinding(key!, trackId, evidence, unpublishOrder === undefined)
      ),
    pending: tracks.filter(({ location }) => location === "pending").map(({ trackId }) => trackId),
    waiting: Array.from(callers, ([key, calls]) => `${key} x${calls.length}`).sort(),
    inheritable: tracks.filter(({ location }) => location === "left").length,
    changes: changes.toSorted(),
    reply: formatReply(event, reply)
  }
}

export const fromLibrary = (
  { bound, pending, waiting }: Correlation.Snapshot,
  { inheritable }: Pick<Correlation.Counts, "inheritable">,
  changes: ReadonlyArray<BindingChange>,
  reply: string
): Observed => ({
  bound: bound.map(({ evidence, key, published, trackId }) => formatBinding(key, trackId, evidence, published)),
  pending: pending.map(({ trackId }) => trackId),
  waiting: waiting.map(({ callers, key }) => `${formatTrackKey(key)} x${callers}`).sort(),
  inheritable,
  changes: changes.map(formatChange).sort(),
  reply
})
