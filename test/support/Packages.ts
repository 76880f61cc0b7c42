/**
 * The three packages, as their `package.json` describes them.
 */
import { readFileSync } from "node:fs"
import { posix } from "node:path"

interface Targets {
  readonly "effect-track-resolver:source": string
  readonly types: string
  readonly default: string
}

export interface PackageJson {
  readonly name: string
  readonly version: string
  readonly author: string
  readonly bugs: { readonly url: string }
  readonly repository: { readonly url: string; readonly directory?: string }
  readonly publishConfig: { readonly access: string; readonly provenance: boolean }
  readonly engines: { readonly node: string }
  readonly type: string
  readonly sideEffects: boolean | ReadonlyArray<string>
  readonly exports: Record<string, string | Targets>
  readonly dependencies?: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly peerDependencies: Record<string, string>
}

export interface Door {
  /** As a program imports it. */
  readonly name: string
  /** Its source, from the root of the repository. */
  readonly file: string
  /** From the folder of its package. */
  readonly targets: Targets
}

export interface Package {
  readonly folder: string
  readonly json: PackageJson
  readonly doors: ReadonlyArray<Door>
}

const read = (folder: string): Package => {
  const json: PackageJson = JSON.parse(readFileSync(posix.join(folder, "package.json"), "utf8"))
  const doors = Object.entries(json.exports).flatMap(([path, targets]) =>
    typeof targets === "string"
      ? []
      : [{
        name: `${json.name}${path.slice(1)}`,
        file: posix.join(folder, targets["effect-track-resolver:source"]),
        targets
      }]
  )
  return { folder, json, doors }
}

export const root = read(".")
export const explore = read("packages/explore")
export const loopback = read("packages/loopback")
export const packages = [root, explore, loopback]
export const doors = packages.flatMap(({ doors }) => doors)

/** The row of an import in the table of the README: its cells, from 0. */
export const readmeRow = (door: string): ReadonlyArray<string> =>
  readFileSync("README.md", "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| \`${door}\` `))
    ?.split("|")
    .slice(1)
    .map((cell) => cell.trim()) ?? []
