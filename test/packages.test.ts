/**
 * The three packages are released together.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { explore, loopback, packages, root } from "./support/Packages.ts"

describe.each([explore, loopback])("$folder", ({ folder, json }) => {
  test("has the version and the origin of the root", () => {
    for (const field of ["version", "author", "bugs", "publishConfig", "engines"] as const) {
      expect(json[field]).toEqual(root.json[field])
    }
    expect(json.repository).toEqual({ ...root.json.repository, directory: folder })
  })

  test("accepts the same versions of each peer as the root, and the root itself", () => {
    const ranges: Record<string, string> = {
      ...root.json.peerDependencies,
      "effect-track-resolver": `^${root.json.version}`
    }
    const shared = Object.entries(json.peerDependencies).filter(([name]) => name in ranges)
    expect(shared).toEqual(shared.map(([name]) => [name, ranges[name]]))
  })
})

test.each(packages)("$folder has ES modules only, each from a source", ({ doors, folder, json }) => {
  expect(json.type).toBe("module")
  for (const { file, targets } of doors) {
    expect(existsSync(file)).toBe(true)
    const built = file.replace(join(folder, "src"), join(folder, "dist")).replace(/\.ts$/, "")
    expect(Object.keys(targets)).toEqual(["effect-track-resolver:source", "types", "default"])
    expect(join(folder, targets.default)).toBe(`${built}.js`)
    expect(join(folder, targets.types)).toBe(`${built}.d.ts`)
  }
})
