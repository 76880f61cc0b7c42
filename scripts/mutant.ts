/**
 * Worker of `mutants.ts`. Its working directory is a copy of the project. For each order it applies the mutant there, runs
 * the test that guards the line, and restores the line. One vitest runs all orders and transforms only the changed files.
 * Each run has a process of its own, so a run does not affect the next one.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { createVitest } from "vitest/node"

export interface Mutant {
  /** The law or rule that the line implements: "law 6". */
  readonly rule: string
  /** What the mutant makes wrong, in plain words. */
  readonly breaks: string
  readonly file: string
  /** Text that `file` contains once. */
  readonly before: string
  /** The text that replaces it. */
  readonly after: string
  /** `file > name of the test`, with the names of its describe blocks before it, joined by blanks. */
  readonly test: string
}

export interface Order {
  readonly mutant: Mutant
  readonly limitMillis: number
}

/** `Started` is sent when the test starts, because the time limit excludes the loading of modules. */
export type Report =
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Started" }
  | { readonly _tag: "Ended"; readonly passed: number; readonly failed: number }

const send = (report: Report): void => {
  process.send!(report)
}

const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }

const vitest = await createVitest({
  watch: false,
  maxWorkers: 1,
  isolate: true,
  // A mutated line must not reach a cache that outlives this process.
  fsModuleCache: false,
  reporters: [{
    onTestCaseReady: (test) => {
      if (test.result().state !== "skipped") send({ _tag: "Started" })
    },
    onTestCaseResult: (test) => {
      counts[test.result().state]++
    }
  }]
})
await vitest.standalone()

const write = (path: string, source: string): void => {
  writeFileSync(path, source)
  vitest.invalidateFile(path)
}

const projectOf = (file: string) => {
  const project = vitest.projects.find((project) => project.matchesTestGlob(resolve(file)))
  if (project === undefined) throw new Error(`no vitest project for ${file}`)
  return project
}

/** Vitest matches describe blocks and name joined by " > ", and its report joins them by blanks, as a mutant does. */
const patternOf = (name: string): RegExp =>
  new RegExp(`^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll(" ", "(?: | > )")}$`)

const run = async (test: string, limitMillis: number): Promise<void> => {
  const [file, name] = test.split(" > ") as [string, string]
  const testNamePattern = patternOf(name)
  const project = projectOf(file)
  project.config.testTimeout = limitMillis
  counts.passed = counts.failed = 0
  await vitest.runTestSpecifications([project.createSpecification(resolve(file), { testNamePattern })])
}

process.on("message", async ({ limitMillis, mutant }: Order) => {
  const path = resolve(mutant.file)
  const source = readFileSync(path, "utf8")
  write(path, source.replace(mutant.before, () => mutant.after))
  await run(mutant.test, limitMillis)
  write(path, source)
  send({ _tag: "Ended", passed: counts.passed, failed: counts.failed })
})
process.on("disconnect", () => process.exit())
send({ _tag: "Ready" })
