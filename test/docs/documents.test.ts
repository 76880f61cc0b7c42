/**
 * The programs of the README run: the first prints what stands below it, the others stand in `readme/`, where they are
 * checked and, if they are tests, run.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

const readme = readFileSync("README.md", "utf8")

const programs = Array.from(readme.matchAll(/```ts\n([\s\S]*?)```/g), ([, program]) => program!)

test("the README's first program prints what the README says", () => {
  const [, output] = /```ts\n[\s\S]*?```\s+```\n([\s\S]*?)```/.exec(readme)!
  const flags = ["--conditions=effect-track-resolver:source", "--input-type=module-typescript"]
  expect(execFileSync(process.execPath, [...flags, "--eval", programs[0]!], { encoding: "utf8" })).toBe(output)
})

test("the README's other programs are those that are checked and run", () => {
  const files = ["agent.ts", "echo.ts", "agent.test.ts", "explore.test.ts", "record.ts", "replay.test.ts"].map((name) =>
    readFileSync(`test/docs/${name}`, "utf8")
  )
  expect(programs.slice(1)).toEqual(files)
})
