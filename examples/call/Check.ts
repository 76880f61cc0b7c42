/**
 * What went wrong in a call: foreign packets, missing tracks, tracks that are left over. Knows the truth, which the
 * application does not: who published what, and whose mark each packet carried.
 */
import type { TrackKey } from "effect-track-resolver"
import { formatTrackKey } from "effect-track-resolver"
import * as Data from "effect/Data"
import type { Account } from "./CallLog.ts"
import type { Truth } from "./Script.ts"

/** The call is not what it should be. */
export class CallFailed extends Data.TaggedError("CallFailed")<{ readonly faults: ReadonlyArray<string> }> {
  override get message(): string {
    return this.faults.join("\n")
  }
}

/** So many packets are enough to believe that a track came through, if it was there for so many milliseconds. */
const enough = 10
const longEnough = 2_000

/** What each track carried, at any time. */
export const mediaFaults = (truth: Truth, { renewals, spells, unresolved }: Account): ReadonlyArray<string> => {
  const published = new Map(truth.episodes.map(({ count, key }) => [formatTrackKey(key), count]))
  const spellsOf = (name: string) => spells.filter(({ key }) => formatTrackKey(key) === name)
  return [
    ...Array.from(published).flatMap(([name, count]) => {
      const found = spellsOf(name).length
      if (found < count) return [`missing: ${name} was published ${count} times, and had a track ${found} times`]
      if (found > count + renewals()) {
        return [`left over: ${name} was published ${count} times, and had a track ${found} times`]
      }
      return []
    }),
    ...spells.flatMap(({ beganAt, endedAt, key, packets, trackId }) => {
      const name = formatTrackKey(key)
      const own = packets.get(name) ?? 0
      const isBrief = endedAt !== undefined && endedAt - beganAt < longEnough
      return [
        ...(published.has(name) ? [] : [`ghost: ${name} was never published, and had ${trackId}`]),
        ...(own < enough && !isBrief ? [`missing: ${name} got ${own} packets of its own on ${trackId}`] : []),
        ...Array.from(packets)
          .filter(([sender]) => sender !== name)
          .map(([sender, count]) => `foreign: ${name} got ${count} packets of ${sender} on ${trackId}`)
      ]
    }),
    ...unresolved.map((key) => `missing: ${formatTrackKey(key)} was unresolved`)
  ]
}

/** Who is there and what is live, right now, against what ought to be. */
export const standingFaults = (
  standing: ReadonlyArray<TrackKey>,
  people: ReadonlyArray<string>,
  account: Account
): ReadonlyArray<string> => {
  const ought = new Set(standing.map(formatTrackKey))
  const is = new Set(account.spells.flatMap(({ endedAt, key }) => endedAt === undefined ? [formatTrackKey(key)] : []))
  return [
    ...Array.from(ought.difference(is), (name) => `missing: ${name} is published, and has no track`),
    ...Array.from(is.difference(ought), (name) => `left over: ${name} is not published, and has a track`),
    ...Array.from(new Set(people).difference(account.people), (session) => `missing: ${session} is in the call`),
    ...Array.from(account.people.difference(new Set(people)), (session) => `left over: ${session} is not in the call`)
  ]
}
