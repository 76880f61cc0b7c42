/**
 * Compares a call log with the ground truth: misrouted packets, missing tracks, and tracks that are left over.
 */
import { formatTrackKey } from "effect-track-resolver"
import { SimulatedCall } from "effect-track-resolver/testing"
import * as Data from "effect/Data"
import type { CallLog, TrackLifetime } from "./CallLog.ts"
import type { GroundTruth } from "./Script.ts"

/** The call log differs from the ground truth. */
export class CheckFailed extends Data.TaggedError("CheckFailed")<{ readonly errors: ReadonlyArray<string> }> {
  override get message(): string {
    return this.errors.join("\n")
  }
}

/** A track must receive this number of packets of its own, */
const minPackets = 10
/** unless it was live for less than this time, in milliseconds. */
const minLifetime = 2_000

/** Errors in the tracks of the whole call. */
export const trackErrors = (
  { publications }: GroundTruth,
  { rejoins, tracks, unresolved }: CallLog
): ReadonlyArray<string> => {
  const countByName = new Map(publications.map(({ count, key }) => [formatTrackKey(key), count]))
  return [
    ...Array.from(countByName).flatMap(([name, count]) => {
      const found = tracks.filter(({ key }) => formatTrackKey(key) === name).length
      const error = `${name} was published ${count} times, but had ${found} tracks`
      if (found < count) return [`missing: ${error}`]
      return found > count + rejoins() ? [`left over: ${error}`] : []
    }),
    ...tracks.flatMap((track) => {
      const name = formatTrackKey(track.key)
      const ghost = countByName.has(name) ? [] : [`ghost: ${name} was never published, but had track ${track.trackId}`]
      return [...ghost, ...packetErrors(track)]
    }),
    ...unresolved.map((key) => `missing: ${formatTrackKey(key)} was unresolved`)
  ]
}

const packetErrors = ({ addedAt, key, packets, removedAt, trackId }: TrackLifetime): ReadonlyArray<string> => {
  const name = formatTrackKey(key)
  const own = packets.get(name) ?? 0
  const isShort = removedAt !== undefined && removedAt - addedAt < minLifetime
  const misrouted = Array.from(packets).filter(([owner]) => owner !== name)
  return [
    ...(own < minPackets && !isShort ? [`missing: ${name} received ${own} packets of its own on ${trackId}`] : []),
    ...misrouted.map(([owner, count]) => `misrouted: ${name} received ${count} packets of ${owner} on ${trackId}`)
  ]
}

/** Errors in the current participants and tracks. */
export const stateErrors = (
  groundTruth: Pick<SimulatedCall.GroundTruth, "participants" | "tracks">,
  { participants, tracks }: CallLog
): ReadonlyArray<string> =>
  SimulatedCall.differences(groundTruth, {
    participants: participants.values(),
    tracks: tracks.filter(({ removedAt }) => removedAt === undefined).map(({ key }) => key)
  })
