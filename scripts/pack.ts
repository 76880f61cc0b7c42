/**
 * The tarballs of the three packages, as `npm publish` uploads them. Needs `npm run build`.
 */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"

/** Where each package is, by its name. */
const packageFolders: { readonly [name: string]: string } = {
  "effect-track-resolver": ".",
  "effect-explore": "packages/explore",
  "effect-track-resolver-loopback": "packages/loopback"
}

interface Packed {
  readonly name: string
  readonly filename: string
}

/** Writes the tarballs into `folder`. Returns the path of each, by the name of its package. */
export const pack = (folder: string): ReadonlyMap<string, string> => {
  const unbuilt = Object.values(packageFolders).filter((path) => !existsSync(join(path, "dist/index.js")))
  if (unbuilt.length > 0) throw new Error(`no dist in ${unbuilt.join(" and ")}: run \`npm run build\` first`)
  const flags = ["--workspaces", "--include-workspace-root", "--ignore-scripts", "--json"]
  const output = execFileSync("npm", ["pack", "--pack-destination", folder, ...flags], { encoding: "utf8" })
  const packed: ReadonlyArray<Packed> = Object.values(JSON.parse(output))
  return new Map(packed.map(({ filename, name }) => [name, join(folder, filename)]))
}
