/**
 * `npm run bench`: every measurement of this folder but those of media and speaking, which take minutes, one after the other, each in a
 * process of its own, and then their goals as one table. Compare ratios rather than microseconds, because machines differ and are shared.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { cells } from "./goals.ts"
import type { Goal } from "./goals.ts"

const execArgv = ["--disable-warning=ExperimentalWarning", "--conditions=effect-track-resolver:source", "--expose-gc"]

const reached: Array<readonly [bench: string, goal: Goal]> = []
for (const name of ["resolver", "growth", "levels", "packets", "stalls", "start"]) {
  process.stdout.write(`\n=== npm run bench:${name}\n`)
  const child = fork(new URL(`${name}.ts`, import.meta.url), { execArgv })
  child.on("message", (goal: Goal) => reached.push([name, goal]))
  // oxlint-disable-next-line no-await-in-loop -- one measurement at a time
  const [status] = await once(child, "exit")
  if (status !== 0) process.exitCode = 1
}

const rows = reached.map(([name, goal]) => [name, goal.what, ...cells(goal)])
const table = [["bench", "what", "measured", "goal", ""], ...rows]
const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
process.stdout.write("\n=== goals\n")
for (const row of table) {
  process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()}\n`)
}
