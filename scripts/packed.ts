/**
 * Installs the tarballs as a user does, in an empty project: by npm with the newest version of each peer and with the lowest,
 * and by pnpm. In each: one copy of effect, the programs of the README type-check, and programs run. Needs `npm run build` and
 * the network.
 *
 * `npm run test:packed -- pnpm` makes the installations whose name begins with that.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, delimiter, join } from "node:path"
import { blocksOf } from "../test/docs/blocks.ts"
import { packages, root } from "../test/support/Packages.ts"
import { pack } from "./pack.ts"

type Versions = "lowest" | "newest"

/** Of each peer of the three packages: its range, for the newest, or the lower bound of it. */
const peers = (versions: Versions): Record<string, string> =>
  Object.fromEntries(
    packages
      .flatMap(({ json }) => Object.entries(json.peerDependencies))
      .filter(([name]) => name !== "effect-track-resolver")
      .map(([name, range]) => [name, versions === "lowest" ? range.replace(/^\^/, "") : range])
  )

const exact = (name: string): readonly [string, string] => [name, root.json.devDependencies[name]!]

// --- Programs -----------------------------------------------------------------------------------------------------------

const readme = blocksOf("README.md", "ts")
const [first, quickStart] = readme

const loopback = `
import * as Effect from "effect/Effect"
import { LoopbackSfu } from "effect-track-resolver-loopback"

const program = LoopbackSfu.make().pipe(
  Effect.flatMap((sfu) => sfu.participant({ userId: "alice" })),
  Effect.flatMap((alice) => alice.publish("Audio")),
  Effect.as("published"),
  Effect.scoped
)
Effect.runPromise(program).then(console.log)
`

/** The entry points whose declarations do not import werift. */
const doors = [
  "effect-track-resolver",
  "effect-track-resolver/cluster",
  "effect-track-resolver/media",
  "effect-track-resolver/stream-sfu",
  "effect-track-resolver/stream-sfu/protocol",
  "effect-track-resolver/testing",
  "effect-explore"
]

const programs: { readonly [file: string]: string } = {
  "first.ts": first!.code,
  "quickStart.ts": quickStart!.code,
  "loopback.ts": loopback,
  "doors.ts": doors.map((door, index) => `export * as door${index} from "${door}"\n`).join("")
}

/** A module of CommonJS: `require` gives the same module as `import`, because the package has no other. */
const required = `
const required = require("effect-track-resolver")
import("effect-track-resolver").then((imported) => console.log(imported.TrackResolver === required.TrackResolver))
`

const options = {
  target: "ES2023",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true
}

const resolutions = {
  nodenext: { module: "NodeNext", moduleResolution: "NodeNext" },
  bundler: { module: "ESNext", moduleResolution: "Bundler" }
} as const

// --- An installation ----------------------------------------------------------------------------------------------------

const run = (project: string, command: string, args: ReadonlyArray<string>): string => {
  const { status, stderr, stdout, error } = spawnSync(command, args, { cwd: project, encoding: "utf8" })
  if (status === 0) return stdout
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `status ${status}`}\n${stdout}\n${stderr}`)
}

const expectEqual = (what: string, actual: unknown, expected: unknown): void => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`)
  }
}

/** The folders that have the files of effect: pnpm makes many links to one. */
const copiesOfEffect = (project: string): ReadonlyArray<string> => {
  const folders = readdirSync(join(project, "node_modules"), { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => name === "package.json" && parentPath.endsWith(join("node_modules", "effect")))
  return Array.from(new Set(folders.map(({ parentPath }) => realpathSync(parentPath))))
}

type Resolution = keyof typeof resolutions

const typeCheck = (
  project: string,
  resolution: Resolution,
  files: ReadonlyArray<string>,
  skipLibCheck: boolean
): void => {
  // The declarations of effect name types of the DOM.
  const lib = skipLibCheck ? ["ES2025"] : ["ES2025", "DOM"]
  const compilerOptions = { ...options, ...resolutions[resolution], lib, skipLibCheck }
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }))
  run(project, process.execPath, [join("node_modules", "typescript", "bin", "tsc")])
}

interface Installation {
  readonly name: string
  readonly command: ReadonlyArray<string>
  readonly versions: Versions
  readonly resolutions: ReadonlyArray<Resolution>
}

/** Exact, because `npx` downloads it. */
const pnpm = "pnpm@10.34.9"

const installations: ReadonlyArray<Installation> = [
  {
    name: "npm-newest",
    command: ["npm", "install", "--no-audit", "--no-fund"],
    versions: "newest",
    resolutions: ["nodenext", "bundler"]
  },
  {
    name: "npm-lowest",
    command: ["npm", "install", "--no-audit", "--no-fund"],
    versions: "lowest",
    resolutions: ["nodenext"]
  },
  {
    name: "pnpm-newest",
    command: ["npx", "--yes", pnpm, "install", "--store-dir", "../store"],
    versions: "newest",
    resolutions: ["nodenext"]
  }
]

const install = (project: string, { command, versions }: Installation, tarballs: ReadonlyMap<string, string>): void => {
  mkdirSync(project)
  const packed = Object.fromEntries(
    Array.from(tarballs, ([name, path]) => [name, `file:../tarballs/${basename(path)}`])
  )
  const devDependencies = Object.fromEntries([exact("typescript"), exact("@types/node")])
  const manifest = { private: true, type: "module", dependencies: { ...packed, ...peers(versions) }, devDependencies }
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest))
  for (const [file, code] of Object.entries(programs)) writeFileSync(join(project, file), code)
  writeFileSync(join(project, "required.cjs"), required)
  run(project, command[0]!, command.slice(1))
}

const check = (project: string, installation: Installation): void => {
  const copies = copiesOfEffect(project)
  if (copies.length !== 1) throw new Error(`copies of effect: ${copies.join(", ")}`)
  for (const resolution of installation.resolutions) {
    typeCheck(project, resolution, ["first.ts", "quickStart.ts", "loopback.ts"], true)
    if (installation.versions === "newest") typeCheck(project, resolution, ["doors.ts"], false)
  }
  expectEqual("first.ts prints", run(project, process.execPath, ["first.ts"]), first!.output)
  expectEqual("loopback.ts prints", run(project, process.execPath, ["loopback.ts"]), "published\n")
  expectEqual("required.cjs prints", run(project, process.execPath, ["required.cjs"]), "true\n")
}

// --- A Node that is too old ---------------------------------------------------------------------------------------------

const versionOf = (node: string): string => execFileSync(node, ["--version"], { encoding: "utf8" }).trim()

const isTooOld = (version: string): boolean => Number(/^v(\d+)/.exec(version)?.[1]) < 22

/** The first Node of the system that is too old for the packages. */
const findOldNode = (): string | undefined =>
  (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node")).find((path) => {
    const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" })
    return status === 0 && isTooOld(stdout)
  })

const checkOldNode = (project: string, node: string): void => {
  const message = `effect-track-resolver needs Node 22.19 or later; this is ${versionOf(node)}`
  for (const name of ["effect-track-resolver", "effect-track-resolver/werift", "effect-track-resolver-loopback"]) {
    const program = `await import("${name}").then(() => console.log("loaded"), (error) => console.log(error.message))`
    expectEqual(`import of ${name}`, run(project, node, ["--input-type=module", "--eval", program]), `${message}\n`)
  }
}

// ------------------------------------------------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), "packed-"))
try {
  mkdirSync(join(folder, "tarballs"))
  const tarballs = pack(join(folder, "tarballs"))
  const oldNode = findOldNode()
  for (const installation of installations.filter(({ name }) => name.startsWith(process.argv[2] ?? ""))) {
    const project = join(folder, installation.name)
    install(project, installation, tarballs)
    check(project, installation)
    process.stdout.write(`${installation.name}: passed\n`)
    if (installation === installations[0] && oldNode !== undefined) {
      checkOldNode(project, oldNode)
      process.stdout.write(`${installation.name}: refused by ${versionOf(oldNode)}\n`)
    }
    rmSync(project, { recursive: true })
  }
} finally {
  rmSync(folder, { recursive: true })
}
