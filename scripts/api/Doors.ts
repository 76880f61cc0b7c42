/** The imports of the packages, as their `package.json` files declare them. */
import { readFileSync } from "node:fs"
import { posix } from "node:path"

export interface Door {
  /** What a program imports, such as `effect-track-resolver/media`. */
  readonly specifier: string
  /** Its source, from the root of the repository. */
  readonly file: string
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

const packages = [".", "packages/explore", "packages/loopback"]

export const doors: ReadonlyArray<Door> = packages.flatMap((folder) => {
  const { exports, name } = JSON.parse(readFileSync(posix.join(folder, "package.json"), "utf8")) as Manifest
  return Object.entries(exports).flatMap(([path, conditions]) =>
    typeof conditions === "string"
      ? []
      : [{ specifier: posix.join(name, path), file: posix.join(folder, conditions["effect-track-resolver:source"]!) }]
  )
})
