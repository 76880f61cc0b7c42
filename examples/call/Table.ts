/**
 * Formats a call log as a table with one line for each publication.
 */
import { formatTrackKey } from "effect-track-resolver"
import type { CallLog } from "./CallLog.ts"

const formatLine = (name: string, ...cells: readonly [string, string, string, string]): string =>
  `  ${name.padEnd(34)}${cells.map((cell) => cell.padStart(14)).join("")}`

/**
 * `tracks`: how many tracks the publication had, one after the other. `resolve time`: of the first track. `packets`: from the
 * owner of the publication. `misrouted`: packets of other publications.
 */
export const table = ({ tracks }: CallLog): ReadonlyArray<string> => {
  const names = Array.from(new Set(tracks.map(({ key }) => formatTrackKey(key)))).sort()
  return [
    formatLine("publication", "tracks", "resolve time", "packets", "misrouted"),
    ...names.map((name) => {
      const ofName = tracks.filter(({ key }) => formatTrackKey(key) === name)
      const packets = ofName.flatMap(({ packets }) => Array.from(packets))
      const sum = (counts: typeof packets) => String(counts.reduce((sum, [, count]) => sum + count, 0))
      return formatLine(
        name,
        String(ofName.length),
        `${ofName[0]!.resolveTime} ms`,
        sum(packets.filter(([owner]) => owner === name)),
        sum(packets.filter(([owner]) => owner !== name))
      )
    })
  ]
}
