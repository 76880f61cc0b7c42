/**
 * Parameters of properties whose random inputs differ in each run of the tests.
 */
import * as fc from "fast-check"
import { relative } from "node:path"
import { expect } from "vitest"

/** `SEED` of the environment, or a new one. `npm run test:mutants` sets it, so that its verdicts do not change. */
export const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31))

/** `SCRIPTS` of the environment overrides the number of runs. */
const numberOf = (numRuns: number): number => Number(process.env["SCRIPTS"] ?? numRuns)

/** Throws with the shortest input that fails, and with the command that repeats the run. */
const report = <A>(details: fc.RunDetails<A>): void => {
  if (!details.failed) return
  const { currentTestName, testPath } = expect.getState()
  const file = relative(process.cwd(), testPath!)
  const variables = `SEED=${details.seed} SCRIPTS=${details.runConfiguration.numRuns}`
  throw new Error(
    `${fc.defaultReportMessage(details)}

To repeat it: ${variables} npx vitest run --project unit ${file} -t "${currentTestName}"
The input, to be kept as a test:
${fc.stringify(details.counterexample)}
`,
    { cause: details.errorInstance }
  )
}

export const runs = (numRuns: number) => ({ numRuns: numberOf(numRuns), seed, reporter: report })

/** A time limit in milliseconds: some fifty times what an idle machine takes for a script. */
export const limitOf = (numRuns: number): number => 120_000 + 50 * numberOf(numRuns)
