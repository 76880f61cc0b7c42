/**
 * The future of a simulated call: entries ordered by time. Entries with the same time keep the order in which they were
 * added.
 */
import type * as Effect from "effect/Effect"

export interface Entry {
  /** In milliseconds from the start of the call. */
  readonly at: number
  /** A message or an offer of the SFU, not an action. The call is idle only after every message was sent. */
  readonly isMessage: boolean
  readonly perform: (now: number) => Effect.Effect<void>
}

export interface EventQueue {
  readonly entries: Array<Entry>
  pendingMessages: number
  /** The time of the latest entry of each sequence. */
  readonly latest: Map<string, number>
}

export const make = (): EventQueue => ({ entries: [], pendingMessages: 0, latest: new Map() })

export const add = (queue: EventQueue, entry: Entry): void => {
  if (entry.isMessage) queue.pendingMessages++
  const later = queue.entries.findIndex(({ at }) => at > entry.at)
  queue.entries.splice(later < 0 ? queue.entries.length : later, 0, entry)
}

/** Returns `at`, or later: no entry of a sequence is earlier than the entries that were added to it before. */
export const reserve = (queue: EventQueue, at: number, sequences: ReadonlyArray<string>): number => {
  const reserved = Math.max(at, ...sequences.map((sequence) => queue.latest.get(sequence) ?? 0))
  for (const sequence of sequences) queue.latest.set(sequence, reserved)
  return reserved
}

export const takeFirst = (queue: EventQueue): Entry | undefined => {
  const entry = queue.entries.shift()
  if (entry?.isMessage === true) queue.pendingMessages--
  return entry
}
