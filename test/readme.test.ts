/**
 * The first program of the README runs, and prints what stands below it.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

test("the README's program prints what the README says", () => {
  const [, program, output] = /```ts\n([\s\S]*?)```\s+```\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))!
  const flags = ["--conditions=effect-track-resolver:source", "--input-type=module-typescript"]
  expect(execFileSync(process.execPath, [...flags, "--eval", program!], { encoding: "utf8" })).toBe(output)
})
