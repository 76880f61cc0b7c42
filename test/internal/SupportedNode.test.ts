/**
 * Each entry point says which Node it needs, before anything else is loaded.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"

interface PackageJson {
  readonly engines: { readonly node: string }
  readonly exports: Record<string, string | { readonly [condition: string]: string }>
  readonly sideEffects: ReadonlyArray<string>
}

const packageOf = (folder: string): PackageJson => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

const source = "effect-track-resolver:source"

/** Its entry points as source, by the name that a program imports. */
const doorsOf = (name: string, folder: string) =>
  Object.entries(packageOf(folder).exports).flatMap(([path, target]) =>
    typeof target === "string" ? [] : [[`${name}${path.slice(1)}`, target[source]!] as const]
  )

const doors = doorsOf("effect-track-resolver", ".")
const loopback = doorsOf("effect-track-resolver-loopback", "packages/loopback")

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
  expect(packageOf(".").engines.node).toBe(">=22.19.0")
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

test.each(doors)("%s checks the version first", (_, file) => {
  const [first] = importsOf(file)
  expect(join(file, "..", first!)).toBe("src/internal/SupportedNode.ts")
})

test.each(loopback)("%s checks the version first", (_, file) => {
  expect(importsOf(join("packages/loopback", file))[0]).toBe("effect-track-resolver/stream-sfu/protocol")
})

test("a bundler keeps the check: its module and each entry point have side effects", () => {
  const built = (path: string) => path.replace("./src/", "./dist/").replace(/\.ts$/, ".js")
  const covers = (path: string) =>
    packageOf(".").sideEffects.some((glob) => new RegExp(`^${glob.replace("*", "[^/]+")}$`).test(path))
  const paths = ["./src/internal/SupportedNode.ts", ...doors.map(([, file]) => file)]
  expect([...paths, ...paths.map(built)].filter((path) => !covers(path))).toEqual([])
  expect(packageOf("packages/loopback").sideEffects).toEqual(["./dist/index.js", "./src/index.ts"])
})
