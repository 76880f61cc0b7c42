/**
 * The documents are true: each TypeScript block type-checks, a block with an output prints it, a block that is a test is
 * a file here and so runs, each command exists, and each relative link leads somewhere.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { anchorOf } from "../../docs/.vitepress/anchors.ts"
import { blocksOf } from "./blocks.ts"
import type { Block } from "./blocks.ts"

const documents = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ...readdirSync("ai-docs").map((name) => `ai-docs/${name}`),
  ...readdirSync("packages").flatMap((name) => [
    `packages/${name}/README.md`,
    `packages/${name}/AGENTS.md`,
    ...readdirSync(`packages/${name}/ai-docs`).map((file) => `packages/${name}/ai-docs/${file}`)
  ])
].filter((path) => existsSync(path))

const programs = documents.flatMap((document) => blocksOf(document, "ts"))

const nameOf = ({ document, line }: Block): string => `${document}:${line}`

const isTest = ({ code }: Block): boolean => /from "(vitest|@effect\/vitest|effect-explore\/vitest)"/.test(code)

test("every TypeScript block type-checks", () => {
  const config = ts.getParsedCommandLineOfConfigFile("tsconfig.json", { noUnusedLocals: false }, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"))
    }
  })!
  const files = new Map(programs.map((block) => [posix.resolve("test/docs", `${nameOf(block)}.ts`), block]))
  const host = ts.createCompilerHost(config.options)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path)?.code ?? readFile(path)
  host.getSourceFile = (path, options, ...rest) => {
    const block = files.get(path)
    return block === undefined
      ? getSourceFile(path, options, ...rest)
      : ts.createSourceFile(path, block.code, options)
  }
  const program = ts.createProgram(Array.from(files.keys()), config.options, host)
  const problems = Array.from(files).flatMap(([path, block]) => {
    const source = program.getSourceFile(path)!
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return diagnostics.map(({ messageText, start = 0 }) => {
      const line = block.line + source.getLineAndCharacterOfPosition(start).line
      return `${block.document}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
    })
  })
  expect(problems).toEqual([])
})

/** That costs a process two thirds more CPU at its start: `npm run bench:start`. */
test("no program imports all modules of Effect", () => {
  const files = ["bench", "examples", "packages", "scripts", "src", "test"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`)
  ).filter((path) => path.endsWith(".ts") && !/node_modules|\/dist\//.test(path))
  const sources = files.map((path) => [path, readFileSync(path, "utf8")] as const)
  const all = [...programs.map((block) => [nameOf(block), block.code] as const), ...sources]
  const barrel = /^(?: \* )?import (?!type).* from "(effect|@effect\/platform-node)"$/m
  expect(all.flatMap(([name, code]) => barrel.test(code) ? [name] : [])).toEqual([])
})

describe("a program prints the output that follows it", () => {
  const printing = programs.filter((block) => block.output !== undefined && !isTest(block))
  test.each(printing.map((block) => [nameOf(block), block] as const))("%s", (_, { code, output }) => {
    const flags = ["--conditions=effect-track-resolver:source", "--input-type=module-typescript"]
    expect(execFileSync(process.execPath, [...flags, "--eval", code], { encoding: "utf8" })).toBe(output)
  })
})

describe("a test of a document is a file that runs", () => {
  const folders = ["test/docs", "test/testing", "packages/explore/test", "packages/loopback/test"]
  const files = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(file, "utf8"))
  test.each(programs.filter(isTest).map((block) => [nameOf(block), block] as const))("%s", (_, { code }) => {
    expect(files).toContain(code)
  })
})

test("every npm script of a shell block exists", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> }
  const missing = documents.flatMap((document) =>
    Array.from(readFileSync(document, "utf8").matchAll(/npm run ([\w:-]+)/g), ([, name]) => name!)
      .filter((name) => !(name in scripts))
      .map((name) => `${document}: npm run ${name}`)
  )
  expect(missing).toEqual([])
})

const anchorsOf = (path: string): ReadonlyArray<string> =>
  Array.from(readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading!))

describe("every relative link leads to a file and an existing heading", () => {
  test.each(documents)("%s", (document) => {
    const links = Array.from(readFileSync(document, "utf8").matchAll(/\]\(([^)\s]+)\)/g), ([, to]) => to!)
    const broken = links.filter((to) => !/^https?:/.test(to)).filter((to) => {
      const [file, anchor] = to.split("#") as [string, string | undefined]
      const path = file === "" ? document : posix.join(posix.dirname(document), file)
      return !existsSync(path) || (anchor !== undefined && !anchorsOf(path).includes(anchor))
    })
    expect(broken).toEqual([])
  })
})

test("docs/errors.md names every error that the library exports", () => {
  const text = readFileSync("docs/errors.md", "utf8")
  const errors = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("internal"))
    .flatMap((file) =>
      Array.from(readFileSync(`src/${file}`, "utf8").matchAll(/Schema\.TaggedError<(\w+)>/g), ([, name]) => name!)
    )
  expect(errors.length).toBeGreaterThan(8)
  expect(errors.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})
