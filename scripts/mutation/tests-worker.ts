/**
 * Worker of `mutation.ts`: its working directory is a copy of the project. For each order it writes the mutated file there, runs
 * test files until the first test that fails, and restores the file.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { createVitest } from "vitest/node"

export interface TestsOrder {
  readonly file: string
  readonly source: string
  readonly tests: ReadonlyArray<string>
}

export interface TestsReport {
  readonly killedBy?: string
}

let failed: string | undefined
let ran = 0

const vitest = await createVitest({
  watch: false,
  maxWorkers: 1,
  bail: 1,
  fsModuleCache: false,
  reporters: [{
    onTestCaseReady: () => void process.send!("testing"),
    onTestCaseResult: (test) => {
      ran++
      if (test.result().state === "failed") failed ??= test.fullName
    },
    onTestModuleEnd: (module) => {
      if (module.errors().length > 0) failed ??= `an exception in ${module.moduleId}`
    }
  }]
})
await vitest.standalone()
const project = vitest.projects.find(({ name }) => name === "unit")!
project.config.isolate = false

const write = (path: string, source: string): void => {
  writeFileSync(path, source)
  vitest.invalidateFile(path)
}

process.on("message", async ({ file, source, tests }: TestsOrder) => {
  const path = resolve(file)
  const original = readFileSync(path, "utf8")
  failed = undefined
  ran = 0
  write(path, source)
  await vitest.runTestSpecifications(tests.map((test) => project.createSpecification(resolve(test))))
  write(path, original)
  const report: TestsReport = failed !== undefined
    ? { killedBy: failed }
    : ran === 0
    ? { killedBy: "no test can be loaded" }
    : {}
  process.send!(report)
})
process.on("disconnect", () => process.exit())
process.send!("ready")
