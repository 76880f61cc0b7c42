/**
 * The account of a call in a table: a line for each publication.
 */
import { formatTrackKey } from "effect-track-resolver"
import type { Account } from "./CallLog.ts"

const columns = (...cells: readonly [string, string, string, string, string]): string => {
  const [name, ...numbers] = cells
  return `  ${name.padEnd(34)}${numbers.map((cell) => cell.padStart(13)).join("")}`
}

export const table = ({ spells }: Account): ReadonlyArray<string> => {
  const names = Array.from(new Set(spells.map(({ key }) => formatTrackKey(key)))).sort()
  return [
    columns("publication", "tracks", "first after", "packets", "foreign"),
    ...names.map((name) => {
      const own = spells.filter(({ key }) => formatTrackKey(key) === name)
      const packets = own.flatMap(({ packets }) => Array.from(packets))
      const sum = (counted: typeof packets) => String(counted.reduce((sum, [, count]) => sum + count, 0))
      return columns(
        name,
        String(own.length),
        `${own[0]!.millis} ms`,
        sum(packets.filter(([sender]) => sender === name)),
        sum(packets.filter(([sender]) => sender !== name))
      )
    })
  ]
}
