/**
 * The figures of a soak.
 */
export interface Report {
  readonly seconds: number
  readonly rounds: number
  readonly faults: ReadonlyMap<string, number>
  readonly publications: number
  /** Comparisons of an agent's observations with the ground truth. */
  readonly comparisons: number
  /** Attempts of the agents, by strategy. */
  readonly reconnections: ReadonlyMap<string, number>
  readonly added: number
  readonly unresolved: number
  readonly packets: number
  readonly foreign: number
  readonly wrongOwners: number
  /** In the comparisons. */
  readonly missing: number
  readonly leftOver: number
  /** In milliseconds. */
  readonly slowestConvergence: number
  /** In megabytes. */
  readonly heapStart: number
  readonly heapEnd: number
}

const row = (name: string, value: string): string => `  ${name.padEnd(62)}${value.padStart(12)}`

const rounded = (value: number): string => Math.round(value).toLocaleString("en")

export const table = (report: Report): ReadonlyArray<string> => [
  "faults",
  ...Array.from(report.faults).toSorted().map(([name, count]) => row(name, rounded(count))),
  row("all", rounded(Array.from(report.faults.values()).reduce((sum, count) => sum + count, 0))),
  "agents",
  ...Array.from(report.reconnections).toSorted().map(([strategy, count]) =>
    row(`reconnection attempts (${strategy})`, rounded(count))
  ),
  row("publications, each announced by every agent in the call", rounded(report.publications)),
  row("tracks added, including those after reconnections", rounded(report.added)),
  row("deadlines that passed before the track arrived", rounded(report.unresolved)),
  row("packets that reached the right listener", rounded(report.packets)),
  row("rounds", rounded(report.rounds)),
  row("comparisons with the ground truth", rounded(report.comparisons)),
  row("slowest convergence", `${rounded(report.slowestConvergence)} ms`),
  row("heap at the start", `${report.heapStart.toFixed(1)} MB`),
  row("heap at the end", `${report.heapEnd.toFixed(1)} MB`),
  row("duration", `${rounded(report.seconds)} s`),
  "defects",
  row("wrong owners", rounded(report.wrongOwners)),
  row("foreign packets", rounded(report.foreign)),
  row("missing", rounded(report.missing)),
  row("left over", rounded(report.leftOver))
]
