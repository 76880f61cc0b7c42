/**
 * Worker of `mutants.ts`. In the copy of the project that is its working directory it applies a mutant, runs the test
 * that guards the line, and restores the line. One vitest serves all orders and transforms only what changed; each run
 * has a process of its own, so no run sees what another left behind.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { createVitest } from "vitest/node"

export interface Mutant {
  /** The law or rule that the line implements. */
  readonly rule: string
  /** What the mutant makes wrong. */
  readonly breaks: string
  readonly file: string
  readonly before: string
  readonly after: string
  /** `file > name of the test` */
  readonly test: string
}

export interface Order {
  readonly mutant: Mutant
  readonly limitMillis: number
}

/** `Started` comes when the test begins: the time limit excludes the loading of modules. */
export type Report =
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Started" }
  | { readonly _tag: "Ended"; readonly passed: number; readonly failed: number }

const report = (message: Report): void => {
  process.send!(message)
}

const ended = { passed: 0, failed: 0, skipped: 0, pending: 0 }

const vitest = await createVitest({
  watch: false,
  maxWorkers: 1,
  // A mutated line must not reach a cache that outlives this process.
  fsModuleCache: false,
  reporters: [{
    onTestCaseReady: (test) => {
      if (test.result().state !== "skipped") report({ _tag: "Started" })
    },
    onTestCaseResult: (test) => {
      ended[test.result().state]++
    }
  }]
})
await vitest.standalone()

const write = (path: string, source: string): void => {
  writeFileSync(path, source)
  vitest.invalidateFile(path)
}

const projectOf = (file: string) =>
  vitest.projects.find(({ name }) => name === (/^packages\/(\w+)\//.exec(file)?.[1] ?? "unit"))!

const run = async (test: string, limitMillis: number): Promise<void> => {
  const [file, name] = test.split(" > ") as [string, string]
  const testNamePattern = new RegExp(`^${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`)
  const project = projectOf(file)
  project.config.testTimeout = limitMillis
  ended.passed = ended.failed = 0
  await vitest.runTestSpecifications([project.createSpecification(resolve(file), { testNamePattern })])
}

process.on("message", async ({ limitMillis, mutant }: Order) => {
  const path = resolve(mutant.file)
  const source = readFileSync(path, "utf8")
  write(path, source.replace(mutant.before, () => mutant.after))
  await run(mutant.test, limitMillis)
  write(path, source)
  report({ _tag: "Ended", passed: ended.passed, failed: ended.failed })
})
process.on("disconnect", () => process.exit())
report({ _tag: "Ready" })
