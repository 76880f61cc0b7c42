/**
 * The tables of the README name every method of `Control` and every setting.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { defaults } from "../src/Settings.ts"
import { inCall } from "./support/inCall.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

/** The names in the first column of the table under this header. */
const namesUnder = (header: string): ReadonlyArray<string> => {
  const [, table = ""] = readme.split(new RegExp(`^\\| ${header} .*\\n`, "m"))
  const [rows = ""] = table.split("\n\n")
  return Array.from(rows.matchAll(/^\| `(\w+)`/gm), ([, name]) => name!).toSorted()
}

inCall("the table of faults names every method of control", ({ control }) =>
  Effect.sync(() => {
    const flows = new Set(["signalling", "media", "datagrams", "requests"])
    const methods = Object.keys(control).filter((name) => !flows.has(name)).toSorted()
    assert.deepStrictEqual(namesUnder("method of `control`"), methods)
  }))

it("the table of settings names every setting", () => {
  assert.deepStrictEqual(namesUnder("setting"), Object.keys(defaults).toSorted())
})
