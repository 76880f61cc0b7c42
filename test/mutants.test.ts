/**
 * The mutants of `test/mutants/` name lines and test files that exist. `npm run test:mutants` applies them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import type { Mutant } from "../scripts/mutant.ts"

describe.each(readdirSync("test/mutants"))("%s", (file) => {
  const mutants: ReadonlyArray<Mutant> = JSON.parse(readFileSync(`test/mutants/${file}`, "utf8"))

  test("each mutant replaces text that its file contains once", () => {
    const misplaced = mutants.filter(({ before, file }) => readFileSync(file, "utf8").split(before).length !== 2)
    expect(misplaced.map(({ before, file }) => ({ file, before }))).toEqual([])
  })

  test("each mutant changes something, and a test file guards it", () => {
    const wrong = mutants.filter(({ after, before, test }) => before === after || !existsSync(test.split(" > ")[0]!))
    expect(wrong).toEqual([])
  })

  test("each mutant says which rule it is of and what it breaks", () => {
    expect(mutants.filter(({ breaks, rule }) => rule === "" || breaks === "")).toEqual([])
  })
})
