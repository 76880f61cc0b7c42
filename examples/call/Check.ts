/**
 * What went wrong in a call: foreign packets, missing tracks, tracks that are left over. Knows the truth, which the agent
 * does not: who published what, and whose mark each packet carried.
 */
import type { Snapshot, TrackKey } from "effect-track-resolver"
import * as Data from "effect/Data"
import { nameOf } from "./Mark.ts"

export interface Truth {
  /** Everything that was ever published. */
  readonly published: ReadonlyArray<TrackKey>
  /** What is published in the end. */
  readonly standing: ReadonlyArray<TrackKey>
  /** How many packets of a publication are enough to believe that it came through. */
  readonly enough: number
}

export interface Account {
  /** For each resolved key the packets of its track, by the name in their mark. */
  readonly packets: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** What the resolver knows in the end. */
  readonly snapshot: Snapshot
}

/** The call is not what it should be. */
export class CallFailed extends Data.TaggedError("CallFailed")<{ readonly faults: ReadonlyArray<string> }> {
  override get message(): string {
    return this.faults.join("\n")
  }
}

export const faults = (truth: Truth, { packets, snapshot }: Account): ReadonlyArray<string> => {
  const published = new Set(truth.published.map(nameOf))
  const standing = new Set(truth.standing.map(nameOf))
  const bound = new Map(snapshot.bound.map((binding) => [nameOf(binding.key), binding.trackId]))
  return [
    ...Array.from(published).flatMap((name) => {
      const own = packets.get(name)?.get(name) ?? 0
      return own < truth.enough ? [`missing: ${name} got ${own} packets, not ${truth.enough}`] : []
    }),
    ...Array.from(packets).flatMap(([name, marks]) => [
      ...(published.has(name) ? [] : [`ghost: ${name} was resolved, and never published`]),
      ...Array.from(marks)
        .filter(([mark]) => mark !== name)
        .map(([mark, count]) => `foreign: ${name} got ${count} packets of ${mark}`)
    ]),
    ...Array.from(standing).filter((name) => !bound.has(name)).map((name) => `missing: ${name} is not bound`),
    ...Array.from(bound)
      .filter(([name]) => !standing.has(name))
      .map(([name, trackId]) => `left over: ${name} still has ${trackId}`),
    ...snapshot.pending.map(({ trackId }) => `left over: ${trackId} is nobody's`),
    ...snapshot.waiting.map(({ key }) => `left over: somebody waits for ${nameOf(key)}`)
  ]
}
