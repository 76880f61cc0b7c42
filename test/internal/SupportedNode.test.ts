/**
 * Each entry point says which Node it needs, before anything else is loaded.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { loopback, root } from "../support/Packages.ts"

const source = "effect-track-resolver:source"

/** Imports in a process whose `process.versions` is another one, and returns what it prints. */
const importIn = (versions: object | undefined, module: string): string => {
  const program = `
    Object.defineProperty(process, "versions", { value: ${JSON.stringify(versions)} })
    await import(${JSON.stringify(module)}).then(() => console.log("loaded"), (error) => console.log(error.message))
  `
  const flags = [`--conditions=${source}`, "--disable-warning=ExperimentalWarning", "--input-type=module"]
  const { stderr, stdout } = spawnSync(process.execPath, [...flags, "--eval", program], { encoding: "utf8" })
  return stdout.trim() || stderr
}

/** Alone: an entry point loads a thousand modules more. */
const check = new URL("../../src/internal/SupportedNode.ts", import.meta.url).href

const refusal = (version: string): string => `effect-track-resolver needs Node 22.19 or later; this is v${version}`

describe("a Node that is too old is named", () => {
  test.each(["20.20.2", "22.18.0"])("v%s", (node) => {
    expect(importIn({ node }, check)).toBe(refusal(node))
  })

  test("by an entry point", () => {
    expect(importIn({ node: "20.20.2" }, "effect-track-resolver")).toBe(refusal("20.20.2"))
  })
})

test("the oldest Node that is supported is the one of engines", () => {
  expect(root.json.engines.node).toBe(">=22.19.0")
  expect(importIn({ node: "22.19.0" }, check)).toBe("loaded")
})

describe("without a Node nothing is checked", () => {
  test.each([
    ["a browser", undefined],
    ["Bun", { node: "20.0.0", bun: "1.3.0" }],
    ["Deno", { node: "20.0.0", deno: "2.0.0" }]
  ])("%s", (_, versions) => {
    expect(importIn(versions, check)).toBe("loaded")
  })
})

const importsOf = (file: string): ReadonlyArray<string> =>
  Array.from(readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"]*"([^"]+)"/gm), ([, from]) => from!)

test.each(root.doors)("$name checks the version first", ({ file }) => {
  const [first] = importsOf(file)
  expect(join(file, "..", first!)).toBe("src/internal/SupportedNode.ts")
})

test.each(loopback.doors)("$name checks the version first", ({ file }) => {
  expect(importsOf(file)[0]).toBe("effect-track-resolver/stream-sfu/protocol")
})

test("a bundler keeps the check: its module and each entry point have side effects", () => {
  const built = (path: string) => path.replace(/^src/, "dist").replace(/\.ts$/, ".js")
  const globs = root.json.sideEffects as ReadonlyArray<string>
  const covers = (path: string) => globs.some((glob) => new RegExp(`^${glob.replace("*", "[^/]+")}$`).test(`./${path}`))
  const paths = ["src/internal/SupportedNode.ts", ...root.doors.map(({ file }) => file)]
  expect([...paths, ...paths.map(built)].filter((path) => !covers(path))).toEqual([])
  expect(loopback.json.sideEffects).toEqual(["./dist/index.js", "./src/index.ts"])
})
