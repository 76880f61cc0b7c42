/**
 * The figures of a soak.
 */
export interface Report {
  readonly seconds: number
  readonly rounds: number
  readonly faults: ReadonlyMap<string, number>
  readonly publications: number
  readonly checks: number
  /** Attempts of the agents to come back. */
  readonly reconnections: ReadonlyMap<string, number>
  readonly added: number
  readonly unresolved: number
  readonly packets: number
  readonly foreign: number
  readonly wrongOwners: number
  /** In the pictures that were compared. */
  readonly missing: number
  readonly leftOver: number
  /** In milliseconds. */
  readonly slowest: number
  /** In megabytes. */
  readonly heapStart: number
  readonly heapEnd: number
}

const line = (name: string, value: string): string => `  ${name.padEnd(62)}${value.padStart(12)}`

const whole = (value: number): string => Math.round(value).toLocaleString("en")

export const table = (report: Report): ReadonlyArray<string> => [
  "faults",
  ...Array.from(report.faults).toSorted().map(([name, count]) => line(name, whole(count))),
  line("all", whole(Array.from(report.faults.values()).reduce((sum, count) => sum + count, 0))),
  "agents",
  ...Array.from(report.reconnections).toSorted().map(([way, count]) =>
    line(`attempts to come back (${way})`, whole(count))
  ),
  line("publications, each told of by every agent in the call", whole(report.publications)),
  line("tracks added, those after reconnections included", whole(report.added)),
  line("deadlines that passed before the track came", whole(report.unresolved)),
  line("packets that reached their owner", whole(report.packets)),
  line("rounds", whole(report.rounds)),
  line("pictures compared with what was so", whole(report.checks)),
  line("slowest settling", `${whole(report.slowest)} ms`),
  line("heap at the start", `${report.heapStart.toFixed(1)} MB`),
  line("heap at the end", `${report.heapEnd.toFixed(1)} MB`),
  line("duration", `${whole(report.seconds)} s`),
  "wrong",
  line("wrong owners", whole(report.wrongOwners)),
  line("foreign packets", whole(report.foreign)),
  line("missing", whole(report.missing)),
  line("left over", whole(report.leftOver))
]
