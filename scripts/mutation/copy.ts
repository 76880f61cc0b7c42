/**
 * Copies of the project, for programs that change its files.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from "node:fs"
import { join, relative, resolve } from "node:path"

export const folders: ReadonlyArray<string> = [
  "src",
  "test",
  "ai-docs",
  "bench",
  "docs",
  "examples",
  "packages",
  "scripts"
]
  .filter((
    folder
  ) => existsSync(folder))

const documents = readdirSync(".").filter((name) => name.endsWith(".md"))

export const entries: ReadonlyArray<string> = [...folders, ...documents, "LICENSE", "package.json", "vitest.config.ts"]

/** What `npm run docs` writes. */
const generated = new Set(["docs/api", "docs/.vitepress/cache", "docs/.vitepress/dist"])

/** Links the dependencies. A package of this repository becomes a link to its copy, or its mutants would have no effect. */
const linkDependencies = (copy: string): void => {
  mkdirSync(join(copy, "node_modules"))
  for (const name of readdirSync("node_modules")) {
    const path = resolve("node_modules", name)
    const source = relative(process.cwd(), realpathSync(path))
    const isWorkspace = !source.startsWith("..") && !source.startsWith("node_modules")
    symlinkSync(isWorkspace ? join(copy, source) : path, join(copy, "node_modules", name))
  }
}

/** The path of a new copy in `parent`. */
export const copyProject = (parent: string): string => {
  const copy = mkdtempSync(join(parent, "copy-"))
  for (const entry of entries) {
    cpSync(entry, join(copy, entry), {
      recursive: true,
      filter: (path) => !generated.has(path)
    })
  }
  linkDependencies(copy)
  return copy
}
