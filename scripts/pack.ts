/**
 * The tarballs of the three packages, as `npm publish` uploads them. Needs `npm run build`.
 */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { packages } from "../test/support/Packages.ts"

interface Packed {
  readonly name: string
  readonly filename: string
}

/** Writes the tarballs into `folder`. Returns the path of each, by the name of its package. */
export const pack = (folder: string): ReadonlyMap<string, string> => {
  const unbuilt = packages.map(({ folder }) => folder).filter((path) => !existsSync(join(path, "dist/index.js")))
  if (unbuilt.length > 0) throw new Error(`no dist in ${unbuilt.join(" and ")}: run \`npm run build\` first`)
  const flags = ["--workspaces", "--include-workspace-root", "--ignore-scripts", "--json"]
  const output = execFileSync("npm", ["pack", "--pack-destination", folder, ...flags], { encoding: "utf8" })
  const packed: ReadonlyArray<Packed> = Object.values(JSON.parse(output))
  return new Map(packed.map(({ filename, name }) => [name, join(folder, filename)]))
}
