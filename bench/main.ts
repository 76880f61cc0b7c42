/**
 * `npm run bench`: every measurement of this folder but those of media and speaking, which take minutes, one after the other, each in a
 * process of its own. Compare ratios rather than microseconds, because machines differ and are shared.
 */
import { spawnSync } from "node:child_process"

const flags = ["--disable-warning=ExperimentalWarning", "--conditions=effect-track-resolver:source", "--expose-gc"]

for (const name of ["resolver", "growth", "levels", "packets", "stalls", "start"]) {
  process.stdout.write(`\n=== npm run bench:${name}\n`)
  const { status } = spawnSync(process.execPath, [...flags, `bench/${name}.ts`], { stdio: "inherit" })
  if (status !== 0) process.exitCode = 1
}
